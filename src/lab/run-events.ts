import type { RefusalReason } from '../core/checks/check.ts'
import type { WriteMode } from '../core/item.ts'
import type { LoopSettings } from '../core/settings.ts'
import type { PromptKind } from '../core/strategies/strategy.ts'
import type { Usage } from '../ports/writer.ts'

/**
 * What a run tells while it goes on, in order; also the lines of `events.jsonl`. Nothing here depends on the
 * clock, so that a replay from recorded answers writes the same bytes.
 */
export type RunEvent = RunStarted | RequestAnswered | BirthsShort | IterationFinished | RunFinished

export interface RunStarted {
  readonly kind: 'run-started'
  readonly strategy: string
  readonly task: string
  readonly topic: string
  readonly audience: string
  readonly writer: string
  readonly writerIsStandIn: boolean
  readonly scorer: string
  readonly seed: number
  readonly settings: LoopSettings
  /** The strategy chooses by the encoder that the audience is judged by: every figure must say so. */
  readonly isMatched?: boolean | undefined
}

/** One answer of the writer, after parsing and checks. */
export interface RequestAnswered {
  readonly kind: 'request-answered'
  /** Iteration whose pool it was written for. */
  readonly iteration: number
  readonly mode: WriteMode
  readonly prompt: PromptKind
  readonly promptVersion: string
  /** 0-based; above 0 when earlier answers gave too few texts. */
  readonly attempt: number
  /** Key of the answer in `answers.jsonl`. */
  readonly answerKey: string
  readonly usage: Usage
  readonly candidates: readonly CandidateFate[]
}

export type CandidateFate =
  | {
      readonly fate: 'born'
      readonly text: string
      readonly meanLogProbability?: number
      readonly itemId: string
    }
  | { readonly fate: 'spare'; readonly text: string; readonly meanLogProbability?: number }
  | {
      readonly fate: 'refused'
      readonly text: string
      readonly meanLogProbability?: number
      readonly reason: RefusalReason
      readonly detail: string
    }

/** The writer gave fewer acceptable texts than asked, after all attempts; as many fewer items leave. */
export interface BirthsShort {
  readonly kind: 'births-short'
  readonly iteration: number
  readonly mode: WriteMode
  readonly wanted: number
  readonly got: number
}

/** How the pool of one iteration came about and what it got. Iteration 0 is the initial pool. */
export interface IterationFinished {
  readonly kind: 'iteration-finished'
  readonly iteration: number
  /** Clicked interactions over interactions, in [0, 1]. */
  readonly poolCtr: number
  /** Mean over the pool's items, in [1, 10]; null where the audience does not tell. */
  readonly averageRelevance: number | null
  readonly interactions: number
  readonly clicked: number
  readonly pool: readonly PoolEntry[]
  /** Items of the pool before that are not in this one. */
  readonly dropped: readonly string[]
  /** Items of this pool that were not in the one before. */
  readonly born: readonly string[]
  /** Candidates refused while this pool was written, by reason. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>
  /** What writing this pool took. */
  readonly usage: Usage
}

export interface PoolEntry {
  readonly id: string
  readonly text: string
  readonly mode: WriteMode
  readonly parents: readonly string[]
  /** Clicks over impressions over the item's life, in [0, 1]; null without an impression. */
  readonly itemCtr: number | null
  readonly impressions: number
  readonly clicks: number
  readonly relevance: number | null
}

export interface RunFinished {
  readonly kind: 'run-finished'
  readonly summary: RunSummary
}

export interface RunSummary {
  /** Mean of `poolCtr` over all iterations, the initial pool included ("Avg." in the paper). */
  readonly averageCtr: number
  /** `poolCtr` of the last pool ("Last" in the paper). */
  readonly lastCtr: number
  /** `poolCtr` of the initial pool. */
  readonly firstCtr: number
  /** `lastCtr - firstCtr`. */
  readonly gain: number
  /** 95 % interval of the gain over the visits of the two iterations; says nothing about other topics or seeds. */
  readonly gainInterval: readonly [number, number]
  readonly iterations: number
  readonly usage: Usage
  readonly writer: string
  readonly scorer: string
  readonly seed: number
}
