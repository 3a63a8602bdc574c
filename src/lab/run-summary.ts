import { newcombeInterval } from '../core/statistics/proportions.ts'
import { addUsage, NO_USAGE } from '../core/usage.ts'
import type { IterationFinished, RunSummary } from './run-events.ts'

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
