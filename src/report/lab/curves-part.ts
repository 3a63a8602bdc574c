import type { Estimate } from '../../lab/experiments/estimate.ts'
import { shownStrategy } from '../../lab/experiments/matched.ts'
import { fixed } from '../format.ts'
import { type Html, html, shortened } from '../html.ts'
import { audienceCurves, overallCurves, type StrategyCurve } from './curve-figures.ts'
import type { ExperimentResults } from './experiment-results.ts'
import { tableHtml } from './section-html.ts'
import { type StrategyChart, type StrategyLine, strategyChart } from './strategy-chart.ts'
import { strategyLabel } from './strategy-mark.ts'

/** CTR and relevance by iteration: over all populations, then one small chart each. */
export function curvesPart({ record, complete, figures }: ExperimentResults, id: string): Html | null {
  const { audiences } = figures
  if (audiences.length === 0) return null
  const shown = (curves: readonly StrategyCurve[]) =>
    curves.map((curve) => ({ ...curve, strategy: shownStrategy(curve.strategy, record.matched) }))
  const named = record.plan.strategies.map((strategy) => shownStrategy(strategy, record.matched))
  const overall = shown(overallCurves(complete, audiences))
  const all = audiences.map((audience) => ({ audience, curves: shown(audienceCurves(complete, audience)) }))
  const hasRelevance = all.some(({ curves }) => known(curves).length > 0)
  return html`<section><h3 id="${id}-curves">CTR by iteration</h3>
<p class="note">Mean over topics; bands are 95 % intervals over topics (Student's t), and none with one topic. A band much wider than the means is cut at the frame; the tables have its ends. Each small chart has its own scale.</p>
<p class="legend">${named.map((name) => strategyLabel(name))}</p>
${overall.length > 0 && whole(`${id}-ctr`, 'All populations', ctrLines(overall), 'pool CTR, %')}
<div class="multiples">${all.map(({ audience, curves }, index) =>
    small(`${id}-ctr-${index}`, audience.audience, ctrLines(curves), 'pool CTR, %', 1),
  )}</div>
</section>
<section><h3 id="${id}-relevance">Average relevance by iteration</h3>
${
  hasRelevance
    ? html`<p class="note">Of the pool's items, on the whole scale from 1 to 10, as the audience's scorer judges them.</p>
<p class="legend">${named.map((name) => strategyLabel(name))}</p>
${known(overall).length > 0 && whole(`${id}-relevance-all`, 'All populations', known(overall), 'average relevance', [1, 10])}
<div class="multiples">${all.map(({ audience, curves }, index) => {
        const lines = known(curves)
        return (
          lines.length > 0 &&
          small(`${id}-relevance-${index}`, audience.audience, lines, 'average relevance', 1, [1, 10])
        )
      })}</div>`
    : html`<p class="note">No audience of these runs tells relevance.</p>`
}
</section>
`
}

type Lines = { strategy: string; values: readonly Estimate[] }[]

function whole(id: string, title: string, lines: Lines, axis: string, domain?: readonly [number, number]) {
  return html`<figure><figcaption><b>${title}</b></figcaption>${strategyChart({ id, title: `${title}: ${axis}`, lines, axis, digits: 1, size: 'whole', ...(domain && { domain }) })}${valuesTable(lines, axis)}</figure>
`
}

function small(
  id: string,
  name: string,
  lines: Lines,
  axis: string,
  digits: number,
  domain?: readonly [number, number],
) {
  const title = shortened(name, 80)
  return html`<figure><figcaption>${title}</figcaption>${strategyChart({ id, title: `${title}: ${axis}`, lines, axis, digits, size: 'small', ...(domain && { domain }) })}${valuesTable(lines, axis)}</figure>
`
}

/** What a chart draws, with the ends of its bands. */
export function valuesTable(
  lines: readonly StrategyLine[],
  axis: string,
  along?: StrategyChart['along'],
): Html {
  const rows = (lines[0]?.values ?? []).map((_, place) => [
    along?.names[place] ?? String(place),
    ...lines.map(({ values }) => estimateText(values[place] as Estimate)),
  ])
  const hasIntervals = lines.some(({ values }) => values.some(({ interval }) => interval !== null))
  return html`<details><summary>As a table</summary><p class="note">${axis}${hasIntervals && ', with 95 % intervals'}.</p>${tableHtml({ header: [along?.label ?? 'iteration', ...lines.map(({ strategy }) => strategy)], rows })}</details>`
}

function estimateText({ mean, interval }: Estimate): string {
  return interval === null
    ? fixed(mean, 2)
    : `${fixed(mean, 2)} (${fixed(interval[0], 2)} to ${fixed(interval[1], 2)})`
}

function ctrLines(curves: readonly StrategyCurve[]): Lines {
  return curves.map(({ strategy, ctr }) => ({ strategy, values: ctr.map(inPercent) }))
}

function known(curves: readonly StrategyCurve[]): Lines {
  return curves.flatMap(({ strategy, relevance }) =>
    relevance === null ? [] : [{ strategy, values: relevance }],
  )
}

/** Of a rate. */
export function inPercent({ mean, interval, topics }: Estimate): Estimate {
  return {
    mean: 100 * mean,
    interval: interval && [100 * interval[0], 100 * interval[1]],
    topics,
  }
}
