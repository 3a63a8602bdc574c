import type { WriteMode } from '../../src/core/item.ts'

/** What the study is made of: every strategy meets every audience for every topic and seed. */
export interface StudyOptions {
  readonly topics: readonly string[]
  readonly audiences: readonly string[]
  readonly seeds: readonly number[]
  readonly strategies: readonly string[]
  readonly iterations: number
  readonly candidatesPerBirth: number
  /** As `--writer` and `--scorer` of `forage run`. */
  readonly writer: string
  readonly scorer: string
}

/**
 * All runs of one topic and seed. They share the first pool, and much of what some strategies ask hangs on no
 * clicks, so they share one file of answers and are run one after the other.
 */
export interface RunGroup {
  readonly topic: string
  readonly seed: number
  readonly answersPath: string
}

/** Which run: one case is what all strategies meet alike. */
export interface RunCase {
  readonly topic: string
  readonly audience: string
  readonly seed: number
}

/** One run, in what the figures need. CTRs and rates in [0, 1], relevance in [1, 10]. */
export interface RunResult extends RunCase {
  readonly strategy: string
  readonly writer: string
  readonly writerIsStandIn: boolean
  readonly scorer: string
  /** By iteration, the first pool's first. */
  readonly poolCtrs: readonly number[]
  readonly averageRelevances: readonly (number | null)[]
  /** Visits of the last pool. */
  readonly last: { readonly clicked: number; readonly interactions: number }
  readonly modelCalls: number
  readonly outputTokens: number
  /** What the writer took when its answers were new. */
  readonly modelSeconds: number
  readonly refused: Readonly<Record<string, number>>
  /** Births that the writer did not manage. */
  readonly birthsMissed: number
  readonly promptVersions: readonly string[]
  readonly firstPool: readonly PoolText[]
  readonly lastPool: readonly PoolText[]
}

export interface PoolText {
  readonly text: string
  readonly mode: WriteMode
  readonly itemCtr: number | null
  readonly relevance: number | null
}

/** A run that could not be made, such as one whose writer filled no slate. */
export interface FailedRun extends RunCase {
  readonly strategy: string
  readonly reason: string
}

/** What a worker tells, in order. `fatal` ends the study. */
export type WorkerMessage =
  | { readonly kind: 'run'; readonly run: RunResult; readonly wallSeconds: number }
  | { readonly kind: 'failed'; readonly run: FailedRun }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'group-done' }
  | { readonly kind: 'fatal'; readonly message: string }

export interface WorkerTask {
  readonly group: RunGroup
  readonly options: StudyOptions
}
