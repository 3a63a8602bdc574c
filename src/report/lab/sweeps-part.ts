import { shownStrategy } from '../../lab/experiments/matched.ts'
import { type SweepResults, shownValue, sweepTitle } from '../../lab/experiments/sensitivity.ts'
import { type Html, html } from '../html.ts'
import { inPercent, valuesTable } from './curves-part.ts'
import type { ExperimentResults } from './experiment-results.ts'
import { type StrategyLine, strategyChart } from './strategy-chart.ts'
import { strategyLabel } from './strategy-mark.ts'

const AXIS = 'last CTR, %'

/** One chart a setting: CTR of the last pool at each of its values. */
export function sweepsPart({ record, sweeps }: ExperimentResults, id: string): Html | null {
  const shown = sweeps.map(finished).filter(({ points }) => points.length > 1)
  if (shown.length === 0) return null
  const { plan, matched } = record
  return html`<section><h3 id="${id}-sweeps">One setting at a time</h3>
<p class="note">CTR of the last pool, over all populations, with the others as planned (*). Bands are 95 % intervals over topics (Student's t). Values stand in even steps; each chart has its own scale.</p>
<p class="legend">${plan.strategies.map((strategy) => strategyLabel(shownStrategy(strategy, matched)))}</p>
<div class="multiples">${shown.map((sweep, index) => chart(sweep, `${id}-sweep-${index}`, plan.strategies, matched))}</div>
</section>
`
}

function finished({ symbol, points }: SweepResults): SweepResults {
  return { symbol, points: points.filter(({ strategies }) => strategies.length > 0) }
}

function chart(
  { symbol, points }: SweepResults,
  id: string,
  strategies: readonly string[],
  matched: readonly string[],
): Html {
  const lines = strategies.flatMap((strategy): StrategyLine[] => {
    const values = points.flatMap((point) => {
      const own = point.strategies.find((one) => one.strategy === strategy)
      return own === undefined ? [] : [inPercent(own.last)]
    })
    return values.length < points.length ? [] : [{ strategy: shownStrategy(strategy, matched), values }]
  })
  const names = points.map(({ value, isPlanned }) => `${shownValue(value)}${isPlanned ? '*' : ''}`)
  const along = { label: symbol, names }
  const title = sweepTitle(symbol)
  return html`<figure><figcaption>${title}</figcaption>${strategyChart({ id, title: `${title}: ${AXIS}`, lines, axis: AXIS, digits: 1, size: 'small', along })}${valuesTable(lines, AXIS, along)}</figure>
`
}
