import { type Html, html, shortened } from '../html.ts'

/** How a strategy is drawn. Dash and marker tell strategies apart without colour. */
export interface StrategyMark {
  /** Value of `stroke-dasharray`. */
  readonly dash: string
  /** A symbol of Observable Plot. */
  readonly symbol: string
  readonly colour: string
}

const MARKS: Readonly<Record<string, StrategyMark>> = {
  'explore-exploit': { dash: '', symbol: 'triangle', colour: 'var(--s-explore-exploit)' },
  'full-ctr': { dash: '9 3', symbol: 'square', colour: 'var(--s-full-ctr)' },
  'partial-ctr': { dash: '5 3', symbol: 'circle', colour: 'var(--s-partial-ctr)' },
  'random-ctr': { dash: '1.5 3', symbol: 'times', colour: 'var(--s-random-ctr)' },
  'no-drop': { dash: '8 3 1.5 3', symbol: 'plus', colour: 'var(--s-no-drop)' },
  // Arms of the ablation: each shares a colour with the strategy it is nearest to, and has a dash and marker of its own.
  alternate: { dash: '12 2', symbol: 'diamond', colour: 'var(--s-explore-exploit)' },
  'explore-only': { dash: '2 2', symbol: 'triangle', colour: 'var(--s-explore-exploit)' },
  'exploit-only': { dash: '6 2 2 2', symbol: 'square', colour: 'var(--s-explore-exploit)' },
  'pool-rated': { dash: '3 3', symbol: 'circle', colour: 'var(--s-full-ctr)' },
  'pool-plain': { dash: '10 4', symbol: 'plus', colour: 'var(--s-partial-ctr)' },
  'shuffled-ctr': { dash: '4 2 1 2', symbol: 'diamond', colour: 'var(--s-random-ctr)' },
  nothing: { dash: '1 4', symbol: 'times', colour: 'var(--s-no-drop)' },
}
const OTHER: StrategyMark = { dash: '3 5', symbol: 'diamond', colour: 'var(--other)' }

const SHAPES: Readonly<Record<string, string>> = {
  triangle: 'M18-5 23.5 4.5H12.5Z',
  square: 'M14-4H22V4H14Z',
  circle: 'M13.5 0A4.5 4.5 0 1 1 22.5 0 4.5 4.5 0 1 1 13.5 0Z',
  times: 'M14-4 22 4M14 4 22-4',
  plus: 'M18-5V5M13 0H23',
  diamond: 'M18-5 22.5 0 18 5 13.5 0Z',
}

/** @param strategy its key, also with a label in brackets after it */
export function strategyMark(named: string): StrategyMark {
  const strategy = named.replace(/ \(matched\)$/, '')
  return Object.hasOwn(MARKS, strategy) ? (MARKS[strategy] as StrategyMark) : OTHER
}

/** Line, marker and name, for legends and tables. */
export function strategyLabel(strategy: string, mark = strategyMark(strategy)): Html {
  const { dash, symbol, colour } = mark
  return html`<span class="strategy"><svg viewBox="0 -7 36 14" aria-hidden="true"><path d="M0 0H36" fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash || 'none'}"/><path d="${SHAPES[symbol]}" fill="${colour}" stroke="${colour}" stroke-width="2"/></svg>${shortened(strategy, 60)}</span>`
}
