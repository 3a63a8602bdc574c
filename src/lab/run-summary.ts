import { newcombeInterval } from '../core/statistics/proportions.ts'
import type { Usage } from '../ports/writer.ts'
import type { IterationFinished, RunSummary } from './run-events.ts'

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

/**
 * A run in a few figures.
 *
 * @param iterations all of them in order, at least the initial pool's
 */
export function summarize(
  iterations: readonly IterationFinished[],
  names: Pick<RunSummary, 'writer' | 'scorer' | 'seed'>,
): RunSummary {
  const first = iterations[0]
  const last = iterations.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('summarize: no iteration')
  return {
    averageCtr: iterations.reduce((sum, { poolCtr }) => sum + poolCtr, 0) / iterations.length,
    lastCtr: last.poolCtr,
    firstCtr: first.poolCtr,
    gain: last.poolCtr - first.poolCtr,
    gainInterval: newcombeInterval(
      { successes: last.clicked, trials: last.interactions },
      { successes: first.clicked, trials: first.interactions },
    ),
    iterations: last.iteration,
    usage: iterations.reduce((sum, { usage }) => addUsage(sum, usage), NO_USAGE),
    ...names,
  }
}
