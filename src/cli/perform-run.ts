import { relative } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { audienceOf, chooseModels } from '../compose.ts'
import { runLoop } from '../lab/run.ts'
import type { RunConfiguration } from '../lab/run-configuration.ts'
import { numberedRunDirectory, openRunDirectory, type RunDirectory } from '../lab/run-directory.ts'
import type { IterationFinished, RunEvent, RunFinished } from '../lab/run-events.ts'
import { closingText } from './closing.ts'
import type { CliIo } from './io.ts'
import { jsonView } from './json-view.ts'
import { liveView } from './live-view.ts'
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
  let note = (text: string) => {
    notes.push(text)
  }
  const models = await chooseModels(
    { writer: request.writer, scorer: request.scorer, seed: request.seed },
    { env: io.env, signal: io.signal, note: (text) => note(text) },
  )
  let directory: RunDirectory | undefined
  try {
    const configuration = configurationOf(request, models)
    const path =
      request.out ?? numberedRunDirectory(request.directoryBase, configuration, options.replaysFinished)
    directory = openRunDirectory(path, configuration)
    if (directory.found === 'part')
      notes.push('Going on with a run that was broken off: kept answers are not asked again.')
    if (directory.found === 'whole') {
      notes.push(
        'This run is there already: its kept answers are replayed and no model is asked. For a new one give another --seed or --out.',
      )
    }
    const view = liveView(io, {
      strategySummary: request.strategy.summary,
      encoder: models.encoder,
      directory: path,
      notes,
    })
    note = (text) => view.note(text)
    const summaries: RunFinished[] = []
    const pools: IterationFinished[] = []
    const asJson = request.isJson ? jsonView((text) => io.stdout.write(text), io.now) : () => {}
    try {
      const open = await models.open(directory.answersPath)
      const audience = audienceOf({
        name: request.audienceName,
        population: request.population,
        scorer: open.scorer,
        onRejected: ({ text, persona, reason }) =>
          note(
            `${models.scorer} could not judge "${printable(text)}" for ${persona.key} (${reason}); it counts as 1`,
          ),
      })
      const events = runLoop(
        {
          task: request.task,
          context: request.context,
          settings: request.settings,
          strategy: request.strategy,
          writer: open.writer,
          audience,
          ...(open.encoder === undefined ? {} : { encoder: open.encoder }),
          scorerName: models.scorer,
          seed: request.seed,
        },
        io.signal,
      )
      for await (const event of events) {
        directory.record(event)
        view.show(event)
        asJson(event)
        keep(event, pools, summaries)
        // Writers that answer at once (recorded ones, the grammar) would never let Ctrl-C be heard.
        await setImmediate()
      }
      view.stop()
      directory.writeReport(await reportOf(path))
    } catch (error) {
      view.stop()
      await tellKept(directory, pools.length, io)
      throw error
    }
    const [finished] = summaries
    const [first, last] = pools
    if (finished !== undefined && first !== undefined && last !== undefined) {
      // Results belong on standard output, unless that is for programs.
      const stream = request.isJson ? io.stderr : io.stdout
      const closing = {
        first,
        last,
        summary: finished.summary,
        seconds: (io.now() - startedAt) / 1000,
        directory: shownPath(path),
        reportPath: directory.reportPath,
      }
      stream.write(closingText(closing, terminalStyle(stream, io.env)))
    }
  } finally {
    try {
      await models.close()
    } finally {
      directory?.close()
    }
  }
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

/** The first pool and the last one so far. */
function keep(event: RunEvent, pools: IterationFinished[], summaries: RunFinished[]): void {
  if (event.kind === 'run-finished') summaries.push(event)
  if (event.kind !== 'iteration-finished') return
  if (pools.length === 0) pools.push(event)
  pools[1] = event
}

async function reportOf(path: string): Promise<string> {
  const [{ readRunDirectory }, { renderReport }] = await Promise.all([
    import('../report/run-directory.ts'),
    import('../report/render-report.ts'),
  ])
  return renderReport(await readRunDirectory(path))
}

/** Of a run that ended early: its report, and how to go on. What ended it is told by the caller. */
async function tellKept(directory: RunDirectory, pools: number, io: CliIo): Promise<void> {
  let report = ''
  try {
    directory.writeReport(await reportOf(directory.path))
    report = `, with a report of it in ${shownPath(directory.reportPath)}`
  } catch {
    // The failure that ended the run is the one to tell; the report can be made later.
  }
  const what = pools === 0 ? 'The answers so far are' : 'What the run had is'
  io.stderr.write(
    `${what} kept in ${shownPath(directory.path)}${report}. To go on from there run the same command again.\n`,
  )
}

function shownPath(path: string): string {
  const near = relative(process.cwd(), path)
  return near === '' || near.startsWith('..') ? path : near
}
