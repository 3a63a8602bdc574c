import type { Usage } from '../../core/usage.ts'

/** One paid answer of a model, with what was asked. Kept at once, before it is judged. */
export interface ModelCall {
  /**
   * SHA-256, in hex, of which answer it is: context, arm, iteration, writer, prompt version, seed of the request. Not
   * of the prompt's words: the rates in them move on, and an iteration that is run again must not pay again.
   */
  readonly key: string
  readonly contextId: number | null
  readonly arm: string | null
  readonly writer: string
  readonly model: string
  /** Canonical JSON of the question. */
  readonly question: string
  /** JSON of the answer. */
  readonly answer: string
  readonly usage: Usage
  readonly createdAtMs: number
}

/** What was spent, in sum. `costUsd` counts known prices only; `unpriced` calls had none. */
export interface Spend {
  readonly calls: number
  readonly tokens: number
  readonly costUsd: number
  readonly unpriced: number
}

export interface ModelCallStore {
  /** The answer of this key, for any context. */
  modelCall(key: string): Promise<ModelCall | undefined>
  /**
   * Keeps an answer; a key that is there keeps its first. Spending is the sum over what is kept: where the request was
   * held against the budgets, what it took takes the place of the hold.
   */
  keepModelCall(call: ModelCall, hold?: string): Promise<void>
  /** Newest first. */
  modelCalls(
    contextId: number,
    page: { readonly cursor: string | null; readonly limit: number },
  ): Promise<{ readonly calls: ModelCall[]; readonly next: string | null }>
  /** @param contextId null for all contexts */
  spend(contextId: number | null, sinceMs: number): Promise<Spend>
}
