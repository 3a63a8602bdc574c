import { pathToFileURL } from 'node:url'
import type { IterationFinished, PoolEntry, RunSummary } from '../lab/run-events.ts'
import { counted, percent, points } from './figures.ts'
import { byCtr } from './iteration-block.ts'
import { formatSeconds } from './progress.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { printable } from './terminal-text.ts'

export interface Closing {
  readonly first: IterationFinished
  readonly last: IterationFinished
  readonly summary: RunSummary
  /** By the clock. */
  readonly seconds: number
  readonly directory: string
  readonly reportPath: string
}

/** Below this width the pools stand one under the other. */
const TWO_COLUMNS_MIN = 72
const TABLE_COLUMNS_MAX = 140

/** The end of a run: the first pool beside the last, the gain, what it took, and where it is. */
export async function closingText(closing: Closing, style: TerminalStyle): Promise<string> {
  const { summary, first, last } = closing
  const { usage, gainInterval } = summary
  const cost = usage.costUsd === null ? 'cost not known' : `$${usage.costUsd.toFixed(4)}`
  const rows: [string, string][] = [
    [
      'gain',
      `${points(summary.gain)} percentage points of pool CTR ` +
        `(95 % interval ${points(gainInterval[0])} to ${points(gainInterval[1])}, of this run's visits)`,
    ],
    ['average', `${percent(summary.averageCtr)} over all ${last.iteration + 1} pools`],
    [
      'took',
      `${counted(usage.modelCalls)} model calls, ${counted(usage.inputTokens)} tokens in, ` +
        `${counted(usage.outputTokens)} out, ${cost}, ${formatSeconds(closing.seconds)} ` +
        `(${formatSeconds(usage.seconds)} of them the model)`,
    ],
    ['saved in', closing.directory],
    ['report', `${pathToFileURL(closing.reportPath).href} (open it in a browser)`],
  ]
  const facts = rows.map(([name, value]) => `${name.padEnd(9)} ${printable(value)}\n`)
  const pools =
    style.columns >= TWO_COLUMNS_MIN
      ? await sideBySide(first, last, style)
      : `${stacked(first, style)}\n${last.iteration === first.iteration ? '' : `${stacked(last, style)}\n`}`
  return `${pools}\n${facts.join('')}`
}

function title({ iteration, poolCtr }: IterationFinished): string {
  return `IP_${iteration}, pool CTR ${percent(poolCtr)}`
}

function itemText({ itemCtr, mode, text }: PoolEntry): string {
  return `${(itemCtr === null ? '-' : percent(itemCtr)).padStart(6)}  ${printable(text)} (${printable(mode)})`
}

function stacked(pool: IterationFinished, style: TerminalStyle): string {
  return [style.bold(title(pool)), ...byCtr(pool.pool).map(itemText)].map((line) => `${line}\n`).join('')
}

async function sideBySide(
  first: IterationFinished,
  last: IterationFinished,
  style: TerminalStyle,
): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const pools = last.iteration === first.iteration ? [first] : [first, last]
  const inner = Math.min(style.columns - 1, TABLE_COLUMNS_MAX) - 1 - pools.length
  const table = new Table({
    head: pools.map((pool) => style.bold(title(pool))),
    colWidths: pools.map(() => Math.floor(inner / pools.length)),
    wordWrap: true,
    style: { head: [], border: [] },
  })
  const columns = pools.map((pool) => byCtr(pool.pool))
  for (let row = 0; row < Math.max(...columns.map(({ length }) => length)); row++) {
    table.push(
      columns.map((column) =>
        column
          .slice(row, row + 1)
          .map(itemText)
          .join(''),
      ),
    )
  }
  return `${table.toString()}\n`
}
