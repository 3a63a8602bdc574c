import type { WriteMode } from '../item.ts'
import type { PoolState } from '../item-pool.ts'
import type { Random } from '../random.ts'
import type { LoopSettings } from '../settings.ts'

/** How the pool is rewritten after an iteration's evidence is in. Pure: everything random comes from `random`. */
export interface Strategy {
  /** Name on the command line, such as `explore-exploit`. */
  readonly key: string
  /** One line for `--help` and reports. */
  readonly summary: string
  /**
   * Encoder by which it chooses among texts, where it does: `minilm`. An audience whose scorer rests on the same one
   * is refused unless it is asked for; see `pairing.ts`.
   */
  readonly surrogateEncoder?: string
  /**
   * How many items it would drop from a full pool each iteration; 0 lets the pool grow. Checked against the
   * pool's size before a run starts.
   */
  leavesPerIteration(settings: LoopSettings): number
  plan(state: PoolState, settings: LoopSettings, random: Random): Plan
}

/** What leaves and what is asked of the writer. */
export interface Plan {
  /**
   * Items that make room, worst first. Only as many leave as texts are accepted, so a writer that fails
   * never shrinks the pool.
   */
  readonly leaving: readonly string[]
  readonly requests: readonly WriteRequest[]
}

/** One request to the writer: the prompt's kind, and exactly what that prompt may show. */
export interface WriteRequest {
  readonly mode: WriteMode
  /** Which prompt is rendered; see `core/prompts`. */
  readonly prompt: PromptKind
  /** Texts wanted. */
  readonly count: number
  /** Items in the order the prompt shows them, each with the rate it may show, or null for none. */
  readonly shown: readonly ShownItem[]
  /** Ids of the items the text is meant to build on, best first. */
  readonly parents: readonly string[]
  /** Which of several candidates is taken first, `fluent` when left out; see `core/acquisition/choice-order.ts`. */
  readonly choose?: 'fluent' | 'alike' | 'novel'
}

export interface ShownItem {
  readonly itemId: string
  readonly text: string
  /** In [0, 1]; null where the prompt shows no rate. */
  readonly ctr: number | null
}

/** `seed`: nothing shown. `explore`: the pool, no rates. `exploit`, `history-rated`: rates. `history`: no rates. */
export type PromptKind = 'seed' | 'explore' | 'exploit' | 'history-rated' | 'history'
