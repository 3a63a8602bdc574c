import type { ContextConfig } from '../../core/live/context-config.ts'
import type { AuditEntry } from './audit.ts'
import type { IdempotentAnswer } from './idempotency.ts'
import type { PoolCommit } from './pools.ts'

/** One context of the service. */
export interface LiveContext {
  /** The store's number, from 1; never used again. */
  readonly id: number
  /** The caller's name for it, unique: 1 to 200 characters. */
  readonly key: string
  readonly task: string
  readonly topic: string
  readonly article?: string
  readonly config: ContextConfig
  readonly status: 'active' | 'paused'
  /** Whole number in [0, 2^31): the seed of everything random in its iterations. */
  readonly seed: number
  /** Grows with every change of the context itself: its entity tag. */
  readonly revision: number
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

export type NewContext = Pick<LiveContext, 'key' | 'task' | 'topic' | 'article' | 'config' | 'seed'>

export type ContextChange = Partial<Pick<LiveContext, 'topic' | 'article' | 'config' | 'status'>>

/** Texts of people that a context is made with. */
export type FirstPool = Pick<PoolCommit, 'arm' | 'births' | 'audit'>

export interface ContextStore {
  /**
   * Makes a context with its arms, each due for its first pool unless one is given. A key that is there gives the
   * context that has it, and keeps no answer.
   */
  createContext(
    context: NewContext,
    audit: AuditEntry,
    more?: { readonly firstPool?: FirstPool | undefined; readonly answer?: IdempotentAnswer | undefined },
  ): Promise<{ readonly kind: 'created' | 'exists'; readonly context: LiveContext }>
  context(key: string): Promise<LiveContext | undefined>
  contextById(id: number): Promise<LiveContext | undefined>
  /** In the order of their keys, after `afterKey`. */
  contexts(page: { readonly afterKey?: string; readonly limit: number }): Promise<LiveContext[]>
  /**
   * Changes a context; arms that wait after a failure are tried at once. Arms that the new configuration adds are made; those it leaves out are served no more and
   * keep their history.
   *
   * @param expectedRevision null for any
   */
  updateContext(
    key: string,
    change: ContextChange,
    expectedRevision: number | null,
    audit: AuditEntry,
  ): Promise<
    | { readonly kind: 'updated'; readonly context: LiveContext }
    | { readonly kind: 'conflict'; readonly context: LiveContext }
    | { readonly kind: 'missing' }
  >
  /** Removes a context and all it has: items, versions, events, counts. The audit stays. */
  deleteContext(
    key: string,
    audit: AuditEntry,
    expectedRevision?: number,
  ): Promise<'deleted' | 'missing' | 'conflict'>
}
