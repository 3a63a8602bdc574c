import type { VarianceRow } from '../../lab/experiments/variance.ts'
import { type Html, html } from '../html.ts'
import { valuesTable } from './curves-part.ts'
import type { ExperimentResults } from './experiment-results.ts'
import { type StrategyLine, strategyChart } from './strategy-chart.ts'
import { strategyLabel, strategyMark } from './strategy-mark.ts'

/** How the measured CTR scatters with the number of visits, and how often the worst item is found. */
export function variancePart({ variance, record }: ExperimentResults, id: string): Html | null {
  if (variance.length === 0) return null
  const pools = record.judgedPools.length
  const line = (name: string, like: string, of: (row: VarianceRow) => number): StrategyLine => ({
    strategy: name,
    mark: strategyMark(like),
    values: variance.map((row) => ({ mean: 100 * of(row), interval: null, topics: pools })),
  })
  const deviations = [
    line('pool CTR', 'explore-exploit', ({ poolDeviation }) => poolDeviation),
    line('in theory', 'random-ctr', ({ theory }) => theory),
    line('item CTR', 'partial-ctr', ({ itemDeviation }) => itemDeviation),
  ]
  const found = [line('worst found', 'full-ctr', ({ worstFound }) => worstFound)]
  return html`<section><h3 id="${id}-variance">Scatter by the number of visits</h3>
<p class="note">Standard deviation of the measured CTR about the truth, in percentage points, and the share of repeats in which the item with the lowest measured CTR is the worst one. S stands in even steps.</p>
<p class="legend">${[...deviations, ...found].map(({ strategy, mark }) => strategyLabel(strategy, mark))}</p>
${figure(`${id}-variance-deviation`, 'Deviation of the measured CTR', 'deviation, points', deviations, variance)}
${figure(`${id}-variance-found`, 'Worst item found', 'repeats, %', found, variance, [0, 100])}
</section>
`
}

function figure(
  id: string,
  title: string,
  axis: string,
  lines: readonly StrategyLine[],
  rows: readonly VarianceRow[],
  domain?: readonly [number, number],
): Html {
  const along = { label: 'S', names: rows.map(({ interactions }) => interactions.toLocaleString('en-US')) }
  return html`<figure><figcaption><b>${title}</b></figcaption>${strategyChart({ id, title: `${title}: ${axis}`, lines, axis, digits: 2, size: 'whole', along, ...(domain && { domain }) })}${valuesTable(lines, axis, along)}</figure>
`
}
