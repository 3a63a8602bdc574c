import { markdownText } from '../../../lab/experiments/document.ts'
import type { Estimate } from '../../../lab/experiments/estimate.ts'
import { percent } from '../../../lab/experiments/results-text.ts'

/** A name as code; names of a user's topics and audiences are data. */
export function code(name: string): string {
  return `\`${name.replace(/[`\s]+/g, ' ').trim()}\``
}

export function text(value: string): string {
  return markdownText(value)
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`
}

/** `a, b and c`. */
export function list(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** `4.0 points (-7.2 to 15.2)`, of a difference of rates. */
export function pointsText({ mean, interval }: Estimate): string {
  const range = interval === null ? '' : ` (${percent(interval[0])} to ${percent(interval[1])})`
  return `${percent(mean)} points${range}`
}

/** On which side of 0 the whole interval of an estimate lies. */
export function sideOf({ interval }: Estimate): 'above' | 'below' | 'not-clear' {
  if (interval === null) return 'not-clear'
  if (interval[0] > 0) return 'above'
  return interval[1] < 0 ? 'below' : 'not-clear'
}

/** The same difference seen from the other side. */
export function negated({ mean, interval, topics }: Estimate): Estimate {
  return { mean: -mean, interval: interval && [-interval[1], -interval[0]], topics }
}
