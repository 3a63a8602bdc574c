import { ForageError } from '../../core/errors.ts'
import { sideBySide } from '../scheduler/side-by-side.ts'
import { caseKey, casesOf, type ExperimentCase, type ExperimentPlan } from './plan.ts'
import type { ResultsDirectory } from './results-directory.ts'
import { type CaseParts, runCase } from './run-case.ts'
import type { RunLine } from './run-line.ts'

export interface RunExperimentOptions {
  readonly plan: ExperimentPlan
  readonly parts: CaseParts
  readonly directory: Pick<ResultsDirectory, 'runs' | 'record'>
  /** Runs made at the same time, at least 1. */
  readonly sideBySide: number
  /** Told each run that has ended, after it is kept. */
  readonly onEnded?: (line: RunLine, one: ExperimentCase) => void
  readonly onStarted?: (one: ExperimentCase) => void
  readonly signal?: AbortSignal
}

/** The runs of a plan that are not there yet, in order. */
export function missingCases(
  plan: ExperimentPlan,
  directory: Pick<ResultsDirectory, 'runs'>,
): ExperimentCase[] {
  return [...casesOf(plan)].filter(({ name }) => !directory.runs.has(caseKey(name)))
}

/**
 * Makes the runs of a plan that are not there yet, and keeps each as it ends.
 *
 * @throws what stopped it first: an aborted signal's reason, or what writer, scorer or disk threw; runs that were
 * going on are given up, and are made again next time from what is kept of their answers
 */
export async function runExperiment(options: RunExperimentOptions): Promise<void> {
  const { plan, parts, directory, onEnded, onStarted, signal } = options
  await sideBySide(
    missingCases(plan, directory),
    options.sideBySide,
    async (one, stop) => {
      onStarted?.(one)
      const line = await runCase(one, parts, stop)
      directory.record(line)
      onEnded?.(line, one)
    },
    {
      letsOthersEnd: (error) => error instanceof ForageError && error.code === 'budget-spent',
      ...(signal === undefined ? {} : { signal }),
    },
  )
}
