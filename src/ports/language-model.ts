import type { Usage } from './writer.ts'

/**
 * An instruct model asked once for one answer. The chat writer and the language-model relevance scorer both
 * stand on it.
 */
export interface LanguageModel {
  /** Provider and model as the person wrote them: `openai:gpt-4.1-mini`. */
  readonly name: string
  /**
   * One call to the model, with the retries and the time limit of the implementation.
   *
   * The text is what the model wrote, also when it breaks the schema: judging it is the caller's.
   *
   * @throws ForageError: `writer-refused` (401, 403 and other requests the provider will never take),
   * `writer-unavailable` (429, 5xx, network; after all tries), `writer-timeout`, `writer-junk` (the provider's
   * reply held nothing readable); an aborted signal throws its reason
   */
  generate(request: LanguageModelRequest, signal?: AbortSignal): Promise<LanguageModelAnswer>
}

export interface LanguageModelRequest {
  /** Standing instructions; empty for none. */
  readonly system: string
  readonly user: string
  /** JSON Schema the answer must follow; without it the answer is free text. */
  readonly answerSchema?: Readonly<Record<string, unknown>>
  /** 0 to 2. */
  readonly samplingTemperature: number
  /** Upper limit of tokens in the answer; whole, at least 1. */
  readonly outputTokensMax: number
  /** Whole number in [0, 2^31); passed where the provider takes one. */
  readonly seed: number
}

export interface LanguageModelAnswer {
  readonly text: string
  /** `modelCalls` is 1: tries that failed are not counted. */
  readonly usage: Usage
  /** Model as the provider reports it. */
  readonly model: string
}
