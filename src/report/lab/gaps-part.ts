import { MATCHED_NOTE } from '../../core/strategies/pairing.ts'
import { caseKey, casesOf } from '../../lab/experiments/plan.ts'
import { counted } from '../format.ts'
import { type Html, html, shortened } from '../html.ts'
import type { ExperimentResults } from './experiment-results.ts'
import { tableHtml } from './section-html.ts'

/** Runs without a result that are named. */
const FAILED_SHOWN = 50

/** What stands above everything else: whether the figures may be believed, and whether they are whole. */
export function banners({ record, figures }: ExperimentResults): Html[] {
  const { missing, leftOut, failed } = figures
  const texts = [
    ...(record.writerIsStandIn
      ? ['The writer is a stand-in and no language model: these figures say nothing about real ones.']
      : []),
    ...(record.matched.length > 0 ? [MATCHED_NOTE] : []),
    ...(missing > 0 ? [`Not complete: ${counted(missing, 'run')} still to be made.`] : []),
    ...(leftOut > 0
      ? [`${counted(leftOut, 'finished run')} left out: not every strategy has finished their case.`]
      : []),
    ...(failed.length > 0 ? [`${counted(failed.length, 'run')} ended without a result.`] : []),
    ...record.notices,
  ]
  return texts.map(
    (text) => html`<p class="banner">${text}</p>
`,
  )
}

/** Missing and failed runs by name; null when all is there. */
export function gapsPart({ record, figures }: ExperimentResults, id: string): Html | null {
  const { missing, failed } = figures
  if (missing === 0 && failed.length === 0) return null
  const { plan, runs } = record
  const byAudience = new Map<string, number[]>()
  for (const { name } of missing === 0 ? [] : casesOf(plan)) {
    if (runs.has(caseKey(name))) continue
    const counts = byAudience.get(name.audience) ?? plan.strategies.map(() => 0)
    const place = plan.strategies.indexOf(name.strategy)
    counts[place] = (counts[place] as number) + 1
    byAudience.set(name.audience, counts)
  }
  return html`<section><h3 id="${id}-gaps">What is missing</h3>
${
  missing > 0 &&
  html`<p class="note">Runs still to be made. The command that began the experiment goes on with it.</p>
${tableHtml({ header: ['population', ...plan.strategies], rows: [...byAudience].map(([name, counts]) => [name, ...counts.map(String)]) })}`
}
${
  failed.length > 0 &&
  html`<p class="note">Without a result:</p><ul class="gaps">${failed
    .slice(0, FAILED_SHOWN)
    .map(
      ({ strategy, topic, audience, seed, reason }) =>
        html`<li>${[strategy, topic, audience].map((name) => shortened(name, 120)).join(', ')}, seed ${seed}: ${shortened(reason, 300)}</li>`,
    )}</ul>${failed.length > FAILED_SHOWN && html`<p class="note">And ${failed.length - FAILED_SHOWN} more.</p>`}`
}</section>
`
}
