import type { Prompt, Rendering } from '../core/prompts/prompt.ts'
import type { Usage } from '../core/usage.ts'

export type { Usage } from '../core/usage.ts'

/** A language model (or what stands in for one) that answers prompts. Conformance: `testing/writer-conformance.ts`. */
export interface Writer {
  /** Names the model for people and records: `local:gemma-3-270m`, `openai:gpt-4.1-mini`, `grammar`. */
  readonly name: string
  /** The rendering it understands. */
  readonly rendering: Rendering
  /** True for a stand-in that is no language model; programs must say so. */
  readonly isStandIn: boolean
  /**
   * Answers one request. Same request, same answers, as far as the model allows (a local model does).
   *
   * @throws ForageError: `writer-unavailable`, `writer-refused` (401, 403: not retryable), `writer-timeout`,
   * `writer-unseen` (recorded answers only); an aborted signal throws its reason.
   * A readable but useless answer is no error: it is returned as it is and refused by the checks.
   */
  write(request: WriterRequest, signal?: AbortSignal): Promise<WriterAnswer>
  /** Frees the model. Safe to call twice. */
  close(): Promise<void>
}

export interface WriterRequest {
  readonly prompt: Prompt
  /** Completion: independent samples wanted. Chat: independent answers wanted, each with `prompt.count` texts. */
  readonly samples: number
  /** Whole number in [0, 2^31). Sample j uses a seed made from it and j. */
  readonly seed: number
  /** 0 to 2. */
  readonly samplingTemperature: number
  /** Upper limit of tokens in one answer. */
  readonly outputTokensMax: number
}

export interface WriterAnswer {
  /** As the model wrote them; completion: one line each without its line end; chat: the raw JSON text. */
  readonly texts: readonly AnswerText[]
  readonly usage: Usage
  /** Model as the provider reports it. */
  readonly model: string
}

export interface AnswerText {
  readonly text: string
  /** Mean natural log-probability of the sampled tokens, where the model gives it. */
  readonly meanLogProbability?: number
  /** True when the token limit cut it off. */
  readonly isCutOff?: boolean
}
