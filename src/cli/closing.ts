import { pathToFileURL } from 'node:url'
import type { IterationFinished, PoolEntry, RunSummary } from '../lab/run-events.ts'
import { counted, percent, points } from './figures.ts'
import { byCtr } from './iteration-block.ts'
import { formatSeconds } from './progress.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { padded, printable, wrapped } from './terminal-text.ts'

export interface Closing {
  readonly first: IterationFinished
  readonly last: IterationFinished
  readonly summary: RunSummary
  /** By the clock. */
  readonly seconds: number
  readonly directory: string
  readonly reportPath: string
  /** The strategy chooses by the scorer's own encoder; figures say so. */
  readonly isMatched: boolean
}

/** Below this width the pools stand one under the other. */
const TWO_COLUMNS_MIN = 72
const WIDTH_MAX = 140
const GAP = '   '
/** Under the text, past its rate. */
const INDENT = '        '

/** The end of a run: the first pool beside the last, the gain, what it took, and where it is. */
export function closingText(closing: Closing, style: TerminalStyle): string {
  const { summary, first, last } = closing
  const { usage, gainInterval } = summary
  const cost =
    usage.costUsd === null ? ', cost not known' : usage.costUsd === 0 ? '' : `, $${usage.costUsd.toFixed(4)}`
  const rows: [string, string][] = [
    [
      closing.isMatched ? 'matched gain' : 'gain',
      `${points(summary.gain)} percentage points of pool CTR ` +
        `(95 % interval ${points(gainInterval[0])} to ${points(gainInterval[1])}, of this run's visits)`,
    ],
    ['average', `${percent(summary.averageCtr)} over all ${last.iteration + 1} pools`],
    [
      'took',
      `${counted(usage.modelCalls)} model calls, ${counted(usage.inputTokens)} tokens in, ` +
        `${counted(usage.outputTokens)} out${cost}, ${formatSeconds(closing.seconds)} ` +
        `(${formatSeconds(usage.seconds)} of them the model)`,
    ],
    ['saved in', closing.directory],
    ['report', `${pathToFileURL(closing.reportPath).href} (open it in a browser)`],
  ]
  const facts = rows.map(
    ([name, value]) => `${name.padEnd(closing.isMatched ? 12 : 9)} ${printable(value)}\n`,
  )
  const pools =
    style.columns >= TWO_COLUMNS_MIN
      ? sideBySide(closing, style)
      : `${stacked(first, closing, style)}\n${last.iteration === first.iteration ? '' : `${stacked(last, closing, style)}\n`}`
  return `${pools}\n${facts.join('')}`
}

function title({ iteration, poolCtr }: IterationFinished, { isMatched }: Closing): string {
  return `IP_${iteration}, pool CTR ${percent(poolCtr)}${isMatched ? ' (matched)' : ''}`
}

function itemText({ itemCtr, mode, text }: PoolEntry): string {
  return `${(itemCtr === null ? '-' : percent(itemCtr)).padStart(6)}  ${printable(text)} (${printable(mode)})`
}

function stacked(pool: IterationFinished, closing: Closing, style: TerminalStyle): string {
  return [style.bold(title(pool, closing)), ...byCtr(pool.pool).map(itemText)]
    .map((line) => `${line}\n`)
    .join('')
}

/** Both pools in two columns, row by row, each text wrapped within its column. */
function sideBySide(closing: Closing, style: TerminalStyle): string {
  const { first, last } = closing
  const pools = last.iteration === first.iteration ? [first] : [first, last]
  const width = Math.floor((Math.min(style.columns - 1, WIDTH_MAX) - GAP.length) / 2)
  const titles = pools.map((pool) => style.bold(padded(title(pool, closing), width)))
  const columns = pools.map(({ pool }) => byCtr(pool).map((entry) => wrapped(itemText(entry), width, INDENT)))
  const lines = [titles.join(GAP).trimEnd()]
  for (let row = 0; row < Math.max(...columns.map(({ length }) => length)); row++) {
    const cells = columns.map((column) => column[row] ?? [])
    for (let line = 0; line < Math.max(...cells.map(({ length }) => length)); line++) {
      lines.push(
        cells
          .map((cell) => padded(cell[line] ?? '', width))
          .join(GAP)
          .trimEnd(),
      )
    }
  }
  return lines.map((line) => `${line}\n`).join('')
}
