/** What an answer took. */
export interface Usage {
  /** Sequences sampled by the model: one a sample. */
  readonly modelCalls: number
  readonly inputTokens: number
  readonly outputTokens: number
  /** US dollars where the price is known, else null. */
  readonly costUsd: number | null
  /** Seconds the model took; a recorded answer gives those of the original call. */
  readonly seconds: number
}

export const NO_USAGE: Usage = { modelCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, seconds: 0 }

/** Usage in sum; a cost that is not known in one part is not known in all. */
export function addUsage(a: Usage, b: Usage): Usage {
  return {
    modelCalls: a.modelCalls + b.modelCalls,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
    seconds: a.seconds + b.seconds,
  }
}
