import { relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { audienceOf, type ChosenModels, chooseModels, type OpenModels } from '../compose.ts'
import { ForageError } from '../core/errors.ts'
import { checkPairing, MATCHED_NOTE } from '../core/strategies/pairing.ts'
import { runLoop } from '../lab/run.ts'
import type { RunConfiguration } from '../lab/run-configuration.ts'
import { numberedRunDirectory, openRunDirectory, type RunDirectory } from '../lab/run-directory.ts'
import type { IterationFinished, RunSummary } from '../lab/run-events.ts'
import { type Closing, closingText } from './closing.ts'
import type { CliIo } from './io.ts'
import { jsonView } from './json-view.ts'
import { type LiveView, liveView } from './live-view.ts'
import type { RunRequest } from './run-request.ts'
import { terminalStyle } from './terminal-style.ts'
import { printable } from './terminal-text.ts'
import { forageVersion } from './version.ts'

export interface PerformOptions {
  /** Whether a directory that holds this very run as a whole is taken, and its answers replayed; else the next number. */
  readonly replaysFinished: boolean
  /** Said after the header. */
  readonly notes?: readonly string[]
}

/**
 * Runs the loop for a request: chooses the models, keeps everything in the directory, shows it, and writes the
 * report at the end, also of a run that was stopped or failed.
 *
 * @throws whatever stopped it, after what the run had is kept and the person was told how to go on
 */
export async function performRun(request: RunRequest, io: CliIo, options: PerformOptions): Promise<void> {
  const startedAt = io.now()
  const notes = [...(options.notes ?? [])]
  const notebook = { note: (text: string): void => void notes.push(text) }
  const models = await chooseModels(
    { writer: request.writer, scorer: request.scorer, seed: request.seed },
    {
      env: io.env,
      signal: io.signal,
      note: (text) => notebook.note(text),
      progress: (text) => io.stderr.write(`${printable(text)}\n`),
    },
  )
  let directory: RunDirectory | undefined
  try {
    const isMatched = checkPairing(request.strategy, models.scorerEncoder, {
      isAllowed: request.allowMatched,
      field: '--strategy',
      advice: 'give --allow-matched',
    })
    const configuration = { ...configurationOf(request, models), isMatched }
    const path =
      request.out ?? numberedRunDirectory(request.directoryBase, configuration, options.replaysFinished)
    directory = openRunDirectory(path, configuration)
    const view = liveView(io, {
      strategySummary: request.strategy.summary,
      encoder: models.encoder,
      directory: path,
      notes: [...(isMatched ? [MATCHED_NOTE] : []), ...notes, ...FOUND_NOTES[directory.found]],
    })
    notebook.note = (text) => view.note(text)
    const outcome = await looped(request, models, directory, view, io)
    if (outcome === undefined) return
    // Results belong on standard output, unless that is for programs.
    const stream = request.isJson ? io.stderr : io.stdout
    const closing = {
      ...outcome,
      seconds: (io.now() - startedAt) / 1000,
      directory: shownPath(path),
      reportPath: directory.reportPath,
      isMatched,
    }
    stream.write(closingText(closing, terminalStyle(stream, io.env)))
  } finally {
    try {
      await models.close()
    } finally {
      directory?.close()
    }
  }
}

const FOUND_NOTES: Readonly<Record<RunDirectory['found'], readonly string[]>> = {
  nothing: [],
  part: ['Going on with a run that was broken off: kept answers are not asked again.'],
  whole: [
    'This run is there already: its kept answers are replayed and no model is asked. For a new one give another --seed or --out.',
  ],
}

type Outcome = Pick<Closing, 'first' | 'last' | 'summary'>

/** Runs the loop; every event is kept before it is shown. */
async function looped(
  request: RunRequest,
  models: ChosenModels,
  directory: RunDirectory,
  view: LiveView,
  io: CliIo,
): Promise<Outcome | undefined> {
  const asJson = request.isJson ? jsonView((text) => io.stdout.write(text), io.now) : () => {}
  let first: IterationFinished | undefined
  let last: IterationFinished | undefined
  let summary: RunSummary | undefined
  const open = await models.open(directory.answersPath).catch((error: unknown) => {
    directory.discard()
    throw error
  })
  try {
    for await (const event of runEvents(request, open, view, io)) {
      directory.record(event)
      view.show(event)
      asJson(event)
      if (event.kind === 'run-finished') summary = event.summary
      if (event.kind === 'iteration-finished') {
        first ??= event
        last = event
      }
      // Writers that answer at once (recorded ones, the grammar) would never let Ctrl-C be heard.
      await setImmediate()
    }
    view.stop()
    directory.writeReport(await reportOf(directory.path))
  } catch (error) {
    view.stop()
    await tellKept(directory, last !== undefined, mayGoOn(error), io)
    throw error
  }
  return first && last && summary ? { first, last, summary } : undefined
}

function runEvents(request: RunRequest, models: OpenModels, view: LiveView, io: CliIo) {
  const { scorer, writer, encoder } = models
  const audience = audienceOf({
    name: request.audienceName,
    population: request.population,
    scorer,
    onRejected: ({ text, persona, reason }) =>
      view.note(`${scorer.name} could not judge "${text}" for ${persona.key} (${reason}); it counts as 1`),
  })
  const { task, context, settings, strategy, seed } = request
  return runLoop(
    {
      task,
      context,
      settings,
      strategy,
      writer,
      audience,
      ...(encoder === undefined ? {} : { encoder }),
      scorerName: scorer.name,
      seed,
      allowMatched: request.allowMatched,
    },
    io.signal,
  )
}

function configurationOf(
  request: RunRequest,
  models: { readonly writer: string; readonly scorer: string; readonly encoder?: string },
): RunConfiguration {
  return {
    forageVersion: forageVersion(),
    task: request.task,
    isBuiltInTask: request.isBuiltInTask,
    context: request.context,
    audienceName: request.audienceName,
    population: request.population,
    strategy: request.strategy.key,
    settings: request.settings,
    seed: request.seed,
    writer: models.writer,
    scorer: models.scorer,
    ...(models.encoder === undefined ? {} : { encoder: models.encoder }),
  }
}

async function reportOf(path: string): Promise<string> {
  const [{ readRunDirectory }, { renderReport }] = await Promise.all([
    import('../report/run-directory.ts'),
    import('../report/render-report.ts'),
  ])
  return renderReport(await readRunDirectory(path))
}

/** Of a run that ended early: its report, and how to go on. What ended it is told by the caller. */
async function tellKept(
  directory: RunDirectory,
  hasPools: boolean,
  mayGoOn: boolean,
  io: CliIo,
): Promise<void> {
  let report = ''
  try {
    directory.writeReport(await reportOf(directory.path))
    report = `, with a report of it in ${shownPath(directory.reportPath)}`
  } catch {
    // The failure that ended the run is the one to tell; the report can be made later.
  }
  const what = hasPools ? 'What the run had is' : 'The answers so far are'
  const next = mayGoOn ? ' To go on from there run the same command again.' : ''
  io.stderr.write(`${what} kept in ${shownPath(directory.path)}${report}.${next}\n`)
}

/** The same command would end as it did where the answers that are kept decided it. */
function mayGoOn(error: unknown): boolean {
  return !(error instanceof ForageError && /-unseen$|^pool-too-small$/.test(error.code))
}

function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near === '' || near.startsWith('..') ? path : near
}
