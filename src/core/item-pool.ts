import type { Context } from './context.ts'
import type { Evidence } from './evidence.ts'
import type { Item } from './item.ts'

/** Everything a strategy may know of a context. Immutable: each step makes a new one. */
export interface PoolState {
  readonly context: Context
  /** Iteration whose pool this is; 0 is the initial pool (IP_0 in the paper). */
  readonly iteration: number
  /** Every item ever accepted for the context, in order of birth; those that left stay here. */
  readonly history: readonly Item[]
  /** Ids of the live items (IP_i in the paper), in order of birth; a subset of `history`. */
  readonly poolIds: readonly string[]
  readonly evidence: Evidence
  /** Live items that never leave, because a person pinned them; none when left out. */
  readonly pinnedIds?: ReadonlySet<string>
  /**
   * Items whose clicks come from too few visitors: they are not held up to the writer as examples, with or without
   * their rate. None when left out.
   */
  readonly unprovenIds?: ReadonlySet<string>
}

/** The live items, in order of birth. */
export function poolItems(state: PoolState): Item[] {
  const live = new Set(state.poolIds)
  return state.history.filter((item) => live.has(item.id))
}
