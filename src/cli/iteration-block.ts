import type { IterationFinished, PoolEntry, RequestAnswered } from '../lab/run-events.ts'
import { percent, sparkline } from './figures.ts'
import type { TerminalStyle } from './terminal-style.ts'
import { padded, printable, truncated } from './terminal-text.ts'

export interface IterationNews {
  readonly finished: IterationFinished
  /** `pool CTR`, or what it must be called. */
  readonly ctrName: string
  /** The pool before; absent for the initial one. */
  readonly before?: IterationFinished
  /** What the writer answered while this pool was written. */
  readonly answers: readonly RequestAnswered[]
  /** Pool CTRs of all iterations so far, this one included. */
  readonly poolCtrs: readonly number[]
  readonly iterations: number
  /** Such as `4 s, about 1 min left`. */
  readonly time: string
}

/** Blocks of the curve shown at most. */
const SPARKLINE_COLUMNS = 40
const REASONS_SHOWN = 4

/** One iteration in a few lines: its pool by CTR, what left, what was refused. */
export function iterationBlock(news: IterationNews, style: TerminalStyle): string {
  const { finished, before } = news
  const number = `${String(finished.iteration).padStart(String(news.iterations).length)}/${news.iterations}`
  const relevance =
    finished.averageRelevance === null ? '' : `relevance ${finished.averageRelevance.toFixed(1)}`
  const head = [
    style.bold(`${number}  ${news.ctrName} ${percent(finished.poolCtr).padStart(7)}`),
    sparkline(news.poolCtrs, Math.min(SPARKLINE_COLUMNS, Math.max(8, style.columns - 70))),
    style.dim([relevance, news.time].filter((part) => part !== '').join(', ')),
  ]
  const isBorn = new Set(finished.born)
  const lines = byCtr(finished.pool).map((entry) => {
    const isNew = finished.iteration > 0 && isBorn.has(entry.id)
    const line = itemLine(entry, isNew, style.columns)
    return isNew ? style.green(line) : line
  })
  const left = (before?.pool ?? [])
    .filter(({ id }) => finished.dropped.includes(id))
    .map((entry) => {
      const rate = entry.itemCtr === null ? '' : ` (${percent(entry.itemCtr)})`
      return style.dim(
        truncated(`    left:    ${entry.id}${rate} ${printable(entry.text)}`, style.columns - 1),
      )
    })
  return [
    head.filter((part) => part !== '').join('  '),
    ...lines,
    ...left,
    ...refusedLines(finished, news.answers, style),
    '',
  ]
    .map((line) => `${line}\n`)
    .join('')
}

/** Highest CTR first; items without an impression last. */
export function byCtr(pool: readonly PoolEntry[]): PoolEntry[] {
  return [...pool].sort((a, b) => (b.itemCtr ?? -1) - (a.itemCtr ?? -1))
}

function itemLine({ id, text, mode, parents, itemCtr }: PoolEntry, isNew: boolean, columns: number): string {
  const rate = (itemCtr === null ? '-' : percent(itemCtr)).padStart(7)
  const origin = [
    ...(isNew ? ['new'] : []),
    ...(parents.length === 0
      ? []
      : [`from ${parents.slice(0, 3).join(' ')}${parents.length > 3 ? ' …' : ''}`]),
  ].join(', ')
  const start = `  ${rate}  ${id.padEnd(4)} ${padded(printable(mode), 8)} `
  const end = origin === '' ? '' : `  (${origin})`
  const room = columns - 1 - start.length - end.length
  return `${start}${truncated(printable(text), Math.max(12, room))}${end}`
}

function refusedLines(
  { refused }: IterationFinished,
  answers: readonly RequestAnswered[],
  style: TerminalStyle,
): string[] {
  const reasons = Object.entries(refused).sort(([, a], [, b]) => b - a)
  const example = (reason: string): string => {
    for (const { candidates } of answers) {
      for (const candidate of candidates) {
        if (candidate.fate === 'refused' && candidate.reason === reason) return printable(candidate.text)
      }
    }
    return ''
  }
  const lines = reasons.slice(0, REASONS_SHOWN).map(([reason, count], index) => {
    const text = example(reason).trim()
    const start = `    ${index === 0 ? 'refused:' : '        '} ${count} ${reason}`
    return text === '' ? start : `${start}, such as: ${text}`
  })
  if (reasons.length > REASONS_SHOWN) {
    const rest = reasons.slice(REASONS_SHOWN).map(([reason, count]) => `${count} ${reason}`)
    lines.push(`             ${rest.join(', ')}`)
  }
  return lines.map((line) => style.dim(truncated(line, style.columns - 1)))
}
