import type { SlateOutcome } from '../core/evidence.ts'
import type { Item } from '../core/item.ts'
import type { PoolState } from '../core/item-pool.ts'
import type { Random } from '../core/random.ts'

/** Who sees the pool: the click simulator, or the user's own. */
export interface Audience {
  readonly name: string
  /** Encoder that its judgement rests on, where it is simulated and has one: a strategy may not choose by it. */
  readonly scorerEncoder?: string
  /**
   * Shows the live items and tells what was clicked.
   *
   * @param state the pool as it is served; `state.iteration` goes into the outcomes
   * @param settings `slateSize` items a slate, `interactionsPerIteration` visits
   */
  visit(
    state: PoolState,
    settings: { readonly slateSize: number; readonly interactionsPerIteration: number },
    random: Random,
    signal?: AbortSignal,
  ): Promise<Visits>
}

export interface Visits {
  readonly outcomes: readonly SlateOutcome[]
  /** Mean relevance over personas of each live item, in [1, 10], where the audience knows it. */
  readonly relevances?: ReadonlyMap<Item['id'], number>
}
