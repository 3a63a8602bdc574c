import { availableParallelism } from 'node:os'
import { relative } from 'node:path'
import { audienceOf, type ChosenModels, chooseModels, type OpenModels } from '../compose.ts'
import { ForageError, InputError } from '../core/errors.ts'
import { checkPairing } from '../core/strategies/pairing.ts'
import type { Strategy } from '../core/strategies/strategy.ts'
import { effortOf, measuredCallSeconds, type WriterKind } from '../lab/experiments/effort.ts'
import { experimentConfiguration } from '../lab/experiments/experiment-configuration.ts'
import type { ExperimentCase } from '../lab/experiments/plan.ts'
import { openResultsDirectory, type ResultsDirectory } from '../lab/experiments/results-directory.ts'
import { missingCases, runExperiment } from '../lab/experiments/run-experiment.ts'
import { type Budget, budgetOf } from '../lab/scheduler/budget.ts'
import type { RelevanceScorer } from '../ports/relevance-scorer.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'
import { agreed, effortText, writerKind } from './lab-effort.ts'
import type { LabRequest } from './lab-flags.ts'
import { labProgress } from './lab-progress.ts'
import { printable } from './terminal-text.ts'
import { forageVersion } from './version.ts'

/** Runs made at the same time by default. A provider's rate limits are waited for; a local model takes a core a run. */
const CONCURRENCY: Readonly<Record<WriterKind, () => number>> = {
  chat: () => 4,
  completion: () => Math.min(4, availableParallelism()),
  'stand-in': () => 1,
}

/** Who took part, for the results. */
export interface LabNames {
  readonly writer: string
  readonly writerIsStandIn: boolean
  readonly scorer: string
  /** Strategies that choose by the scorer's own encoder; absent where none does. */
  readonly matched?: readonly string[]
}

/** The results of what has been run so far. */
export interface LabOutput {
  readonly text: string
  /** One object. */
  readonly json: object
  /** File name to text. */
  readonly files: Readonly<Record<string, string>>
}

export interface PerformLab {
  /** What each audience is judged by, where that is not the chosen scorer. */
  readonly scorerFor?: (one: ExperimentCase) => RelevanceScorer
  /** How the scorers are called together, where `scorerFor` is given. */
  readonly scorerName?: string
  readonly output: (directory: ResultsDirectory, missing: number, names: LabNames) => LabOutput
}

/**
 * Makes the runs of an experiment that are not there yet, and writes and prints the results: also those so far when
 * it is stopped or the budget is spent.
 *
 * @throws whatever stopped it, after what there is was kept and the person was told how to go on
 */
export async function performLab(request: LabRequest, io: CliIo, options: PerformLab): Promise<void> {
  const { plan } = request
  const budget = budgetOf(request.limits)
  const say = (text: string) => void io.stderr.write(`${printable(text)}\n`)
  const models = await chooseModels(
    {
      writer: request.writer,
      scorer: request.scorer,
      seed: plan.seeds[0] as number,
      // The stand-in's results are the same on every machine, whatever is installed there.
      encoder: request.writer === 'grammar' ? 'none' : undefined,
    },
    { env: io.env, signal: io.signal, note: say, progress: say, meter: budget },
  )
  let directory: ResultsDirectory | undefined
  try {
    const matched = matchedStrategies(
      request,
      options.scorerFor === undefined ? models.scorerEncoder : undefined,
    )
    const names: LabNames = {
      writer: models.writer,
      writerIsStandIn: models.writerIsStandIn,
      scorer: options.scorerName ?? models.scorer,
      ...(matched.length === 0 ? {} : { matched }),
    }
    directory = openResultsDirectory(
      request.out,
      experimentConfiguration(plan, {
        ...names,
        forageVersion: forageVersion(),
        ...(models.encoder === undefined ? {} : { encoder: models.encoder }),
      }),
    )
    const finish = (results: ResultsDirectory) => {
      const output = options.output(results, missingCases(plan, results).length, names)
      for (const [name, text] of Object.entries(output.files)) results.write(name, text)
      return output
    }
    try {
      await makeRuns(request, models, directory, budget, options, io)
    } catch (error) {
      if (directory.runs.size > 0) {
        try {
          finish(directory)
        } catch {
          // What ended it is the failure to tell; the same command writes the results later.
        }
        tellKept(directory, request, io)
      }
      throw error
    }
    const output = finish(directory)
    io.stdout.write(request.isJson ? `${JSON.stringify(output.json)}\n` : output.text)
    checkResults(directory)
    say(`saved in ${shownPath(request.out)}: ${Object.keys(output.files).join(', ')}`)
  } finally {
    try {
      await models.close()
    } finally {
      directory?.close()
    }
  }
}

/** @throws InputError for one that was not asked for */
function matchedStrategies(
  { plan, strategies, allowMatched }: LabRequest,
  scorerEncoder: string | undefined,
): string[] {
  const asked = { isAllowed: allowMatched, field: '--strategies', advice: 'give --allow-matched' }
  return plan.strategies.filter((key) => checkPairing(strategies.get(key) as Strategy, scorerEncoder, asked))
}

async function makeRuns(
  request: LabRequest,
  models: ChosenModels,
  directory: ResultsDirectory,
  budget: Budget,
  options: PerformLab,
  io: CliIo,
): Promise<void> {
  const { plan, preset } = request
  const waiting = missingCases(plan, directory)
  const say = (text: string) => void io.stderr.write(`${printable(text)}\n`)
  const kind = writerKind(models)
  const sideBySide = request.concurrency ?? CONCURRENCY[kind]()
  say(
    `${plan.experiment}, preset ${preset.key}: writer ${models.writer}${models.writerIsStandIn ? ' (a stand-in, no language model)' : ''}, scorer ${options.scorerName ?? models.scorer}`,
  )
  if (directory.runs.size > 0) say(`${counted(directory.runs.size)} runs are there already.`)
  if (waiting.length === 0) return
  const effort = effortOf(waiting, kind, sideBySide, measuredCallSeconds(directory.runs.values()))
  say(await effortText(effort, models.writer))
  if (preset.asksFirst && !request.isAgreed && !(await agreed(io))) {
    throw new InputError('answer', 'no', 'nothing was run; give --yes to run it without being asked')
  }
  const open = await models.openKept(sideBySide)
  const progress = labProgress(waiting, sideBySide, budget, io)
  try {
    await runExperiment({
      plan,
      directory,
      sideBySide,
      parts: {
        strategies: request.strategies,
        allowMatched: request.allowMatched,
        writer: open.writer,
        scorerName: options.scorerName ?? open.scorer.name,
        ...(open.encoder === undefined ? {} : { encoder: open.encoder }),
        audienceOf: (one) => audience(one, open, options, progress.note),
      },
      onStarted: progress.started,
      onEnded: progress.ended,
      signal: io.signal,
    })
  } finally {
    progress.stop()
  }
}

/** A new one for each run: what people have seen stays with them. */
function audience(one: ExperimentCase, open: OpenModels, options: PerformLab, note: (text: string) => void) {
  const scorer = options.scorerFor?.(one) ?? open.scorer
  return audienceOf({
    name: one.audience.name,
    population: one.audience.population,
    scorer,
    onRejected: ({ text, persona, reason }) =>
      note(`${scorer.name} could not judge "${text}" for ${persona.key} (${reason}); it counts as 1`),
  })
}

/** @throws ForageError `pool-too-small` when no run came to anything */
function checkResults({ runs }: ResultsDirectory): void {
  const all = [...runs.values()]
  const [first] = all
  if (first?.kind !== 'failed' || all.some(({ kind }) => kind === 'finished')) return
  throw new ForageError(
    'pool-too-small',
    `none of ${all.length} runs has a result; the first: ${first.reason}`,
  )
}

function tellKept(directory: ResultsDirectory, { out, plan }: LabRequest, io: CliIo): void {
  const left = missingCases(plan, directory).length
  io.stderr.write(
    `${counted(directory.runs.size)} runs are kept in ${shownPath(out)}, with the results so far; ${counted(left)} are left. ` +
      'To go on run the same command again.\n',
  )
}

function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near === '' || near.startsWith('..') ? path : near
}
