import { shownStrategy } from '../../lab/experiments/matched.ts'
import { caseKey } from '../../lab/experiments/plan.ts'
import type { FinishedLine } from '../../lab/experiments/run-line.ts'
import { percent, relevanceText } from '../format.ts'
import { type Html, html, shortened } from '../html.ts'
import { LIMITS } from '../limits.ts'
import { modeLabel } from '../mode-mark.ts'
import type { ExperimentResults } from './experiment-results.ts'

/** For each population one topic: the first pool beside the last one of each strategy. */
export function poolsPart({ record, complete, figures }: ExperimentResults, id: string): Html | null {
  const { strategies } = record.plan
  const named = ({ strategy }: FinishedLine) => shownStrategy(strategy, record.matched)
  const ordered = [figures.reference, ...strategies.filter((strategy) => strategy !== figures.reference)]
  const blocks = figures.audiences.map(({ domain, audience }, index) => {
    const runs = ordered.flatMap((strategy) => {
      const run = complete.topics(domain, audience, strategy)[0]?.runs[0]
      const example = run && record.examples.get(caseKey(run))
      return example === undefined ? [] : [example]
    })
    const [first, ...others] = runs
    if (first === undefined) return null
    return html`<details${index === 0 ? html` open` : null}><summary>${shortened(audience, 80)}: ${shortened(first.topic, 120)}, seed ${first.seed}</summary>
<div class="pools">${pool('IP_0', first, 'firstPool', 0)}${pool(`IP_${first.poolCtrs.length - 1}, ${named(first)}`, first, 'lastPool', -1)}</div>
${
  others.length > 0 &&
  html`<details><summary>Last pools of the other strategies</summary><div class="pools">${others.map((run) => pool(`IP_${run.poolCtrs.length - 1}, ${named(run)}`, run, 'lastPool', -1))}</div></details>`
}</details>
`
  })
  if (blocks.every((block) => block === null)) return null
  return html`<section><h3 id="${id}-pools">Example pools</h3>
<p class="note">The first topic of each population that every strategy finished: the first in the plan, not the best. Items by CTR, best first.</p>
${blocks}</section>
`
}

function pool(title: string, run: FinishedLine, which: 'firstPool' | 'lastPool', at: 0 | -1): Html {
  const items = run[which].toSorted((a, b) => (b.itemCtr ?? -1) - (a.itemCtr ?? -1))
  const relevance = run.averageRelevances.at(at) ?? null
  return html`<div class="pool"><h4>${shortened(title, 80)} <span class="remark">CTR ${percent(run.poolCtrs.at(at) as number)}${relevance !== null && html`, relevance ${relevanceText(relevance)}`}</span></h4><ol>${items
    .slice(0, LIMITS.poolItemsOpen)
    .map(
      (item) =>
        html`<li><span class="text">${shortened(item.text, LIMITS.textCharacters)}</span><span class="facts-line"><b>${percent(item.itemCtr)}</b>${item.relevance !== null && html`<span>relevance ${relevanceText(item.relevance)}</span>`}${modeLabel(item.mode as never)}</span></li>`,
    )}</ol>${items.length > LIMITS.poolItemsOpen && html`<p class="note">And ${items.length - LIMITS.poolItemsOpen} more.</p>`}</div>`
}
