import type { IterationFinished, RequestAnswered, RunEvent, RunStarted } from '../lab/run-events.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'
import { iterationBlock } from './iteration-block.ts'
import { formatSeconds } from './progress.ts'
import { statusLine } from './status-line.ts'
import { terminalStyle } from './terminal-style.ts'
import { printable, truncated } from './terminal-text.ts'

/** What the events do not say, for the first lines. */
export interface RunHeader {
  readonly strategySummary: string
  readonly encoder?: string | undefined
  readonly directory: string
  /** Such as that the run goes on where it was broken off. */
  readonly notes: readonly string[]
}

export interface LiveView {
  show(event: RunEvent): void
  /** A line in between. */
  note(text: string): void
  /** Takes the status line away. Safe to call twice. */
  stop(): void
}

/** Iterations that the time left is reckoned from. */
const RECENT = 3

/**
 * A run as it goes on: lines that stay, so that it reads as well in a file, and on a terminal one status line
 * under them. Goes to standard error.
 */
export function liveView(io: CliIo, header: RunHeader): LiveView {
  const style = terminalStyle(io.stderr, io.env)
  const status = statusLine(io.stderr, style.columns, style.canRedraw, io.now)
  const finished: IterationFinished[] = []
  const durations: number[] = []
  let answers: RequestAnswered[] = []
  let iterations = 0
  let ctrName = 'pool CTR'
  let iterationStartedAt = io.now()

  const write = (text: string) => status.above(text)
  const writing = (iteration: number) => {
    const what = iteration === 0 ? 'the first pool' : `pool ${iteration} of ${iterations}`
    status.set(`writing ${what}`)
  }

  function showStart(started: RunStarted): void {
    const { settings } = started
    iterations = settings.iterations
    if (started.isMatched === true) ctrName = 'matched pool CTR'
    const scorer = header.encoder === undefined ? 'words only' : `words and ${header.encoder}`
    const rows: [string, string][] = [
      ['task', started.task],
      ['topic', started.topic],
      ['audience', started.audience],
      ['strategy', `${started.strategy}: ${header.strategySummary}`],
      [
        'writer',
        started.writerIsStandIn ? `${started.writer} (no language model: a stand-in)` : started.writer,
      ],
      ['scorer', `${started.scorer}; near-duplicates by ${scorer}`],
      [
        'settings',
        `${iterations} iterations of ${counted(settings.interactionsPerIteration)} visits; ` +
          `pool of ${settings.poolSize}, ${settings.slateSize} shown, ${settings.replacedPerIteration} replaced`,
      ],
      ['seed', String(started.seed)],
      ['directory', header.directory],
    ]
    const lines = rows.map(([name, value]) => {
      const line = truncated(`  ${name.padEnd(10)} ${printable(value)}`, style.columns - 1)
      return name === 'writer' && started.writerIsStandIn ? style.bold(line) : line
    })
    write(`${style.bold('Forage')}\n${lines.join('\n')}\n`)
    if (started.writerIsStandIn) {
      write(
        '\n  The texts of this run come from a fixed grammar, not from a language model. It shows how the loop\n' +
          '  works, not how well a model writes. For a model: forage models pull gemma-3-270m, then --writer local\n',
      )
    }
    for (const note of header.notes) write(`\n  ${printable(note)}\n`)
    write('\n')
    iterationStartedAt = io.now()
    writing(0)
  }

  function showIteration(event: IterationFinished): void {
    const now = io.now()
    durations.push((now - iterationStartedAt) / 1000)
    iterationStartedAt = now
    const before = finished.at(-1)
    finished.push(event)
    const block = iterationBlock(
      {
        finished: event,
        ctrName,
        ...(before === undefined ? {} : { before }),
        answers,
        poolCtrs: finished.map(({ poolCtr }) => poolCtr),
        iterations,
        time: timeOf(event.iteration),
      },
      style,
    )
    answers = []
    write(block)
    if (event.iteration < iterations) writing(event.iteration + 1)
    else status.set('')
  }

  function timeOf(iteration: number): string {
    const took = `${(durations.at(-1) ?? 0).toFixed(1)} s`
    // The first pool is larger than what an iteration writes.
    const recent = durations.slice(1).slice(-RECENT)
    const mean = recent.reduce((sum, seconds) => sum + seconds, 0) / recent.length
    const left = (iterations - iteration) * mean
    return recent.length > 0 && left >= 1 ? `${took}, about ${formatSeconds(left)} left` : took
  }

  return {
    show(event) {
      switch (event.kind) {
        case 'run-started':
          return showStart(event)
        case 'request-answered':
          answers.push(event)
          return
        case 'births-short':
          return write(
            style
              .dim(
                `    ${event.mode}: the writer gave ${event.got} of ${event.wanted} usable texts; as many fewer leave`,
              )
              .concat('\n'),
          )
        case 'iteration-finished':
          return showIteration(event)
        case 'run-finished':
          status.set('')
          return
      }
    },
    note: (text) => write(`  ${truncated(printable(text), style.columns * 3)}\n`),
    stop: () => status.stop(),
  }
}
