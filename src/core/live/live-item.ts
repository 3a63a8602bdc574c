import type { Item } from '../item.ts'

/** `waiting`: for a person's approval. `approved`: may be served. `banned`, `rejected`: never served (again). */
export type ItemStanding = 'waiting' | 'approved' | 'banned' | 'rejected'

/** An item of an arm of a live context. Its text never changes: an edit makes another item. */
export interface LiveItem extends Item {
  readonly standing: ItemStanding
  /** A pinned item never leaves the pool by itself. */
  readonly isPinned: boolean
  /** Item that a person rewrote into this one. */
  readonly editedFrom?: string
  readonly createdAtMs: number
}

/** One version of an arm's pool. Versions count from 1 and only grow; a rollback makes a new one. */
export interface PoolVersion {
  readonly version: number
  /** Iteration whose pool it is; several versions may share one, after a ban or an edit. */
  readonly iteration: number
  readonly itemIds: readonly string[]
  readonly cause: PoolCause
  /** Who made it: `optimizer`, or the name of a key. */
  readonly by: string
  readonly createdAtMs: number
}

/** `pin`: the same items; what was planned before a pin was set or taken away is planned again. */
export type PoolCause = 'initial' | 'import' | 'iteration' | 'approve' | 'ban' | 'edit' | 'pin' | 'rollback'
