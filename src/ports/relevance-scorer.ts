import type { Context } from '../core/context.ts'
import type { Persona } from '../core/persona.ts'

/** How well texts suit personas. Conformance: `testing/relevance-scorer-conformance.ts`. */
export interface RelevanceScorer {
  /** Names the scorer for people and records: `embedding:minilm`, `words`, `openai:gpt-4.1-mini`. */
  readonly name: string
  /** Encoder it rests on, where it does: a strategy's surrogate may not use the same one. */
  readonly encoder?: string
  /**
   * One result for each query, in the same order.
   *
   * @throws ForageError only when the whole service fails; a single unreadable answer is a rejection
   */
  score(queries: readonly RelevanceQuery[], signal?: AbortSignal): Promise<RelevanceResult[]>
  close(): Promise<void>
}

export interface RelevanceQuery {
  readonly text: string
  readonly persona: Persona
  readonly context: Context
}

export type RelevanceResult =
  | { readonly kind: 'scored' /** In [1, 10]. */; readonly relevance: number }
  | { readonly kind: 'rejected'; readonly reason: string }
