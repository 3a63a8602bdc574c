import type { IterationFinished } from '../lab/run-events.ts'
import { ctrChart, intervalText, relevanceChart } from './curve-chart.ts'
import { curvePoints, iterationsOf } from './curve-points.ts'
import { familyChart, familyItems } from './family-chart.ts'
import { count, counted, fixed, percent, relevanceText } from './format.ts'
import { type Html, html, shortened } from './html.ts'
import { bothEnds, LIMITS } from './limits.ts'
import { modeLabel } from './mode-mark.ts'
import { type ItemLife, type RunStory, refusalsOf } from './story.ts'

/** Pool CTR and average relevance by iteration. */
export function curves(story: RunStory): Html | null {
  if (story.iterations.length === 0) return null
  const points = curvePoints(story.iterations, LIMITS.curvePoints)
  const blocks = points.length < story.iterations.length
  const relevance = relevanceChart(points)
  const rows = points.map(
    (point) =>
      html`<tr><th scope="row">${iterationsOf(point).replace(/^iterations? /, '')}</th><td>${fixed(point.ctr * 100, 1)}</td><td>${intervalText(point.interval)}</td><td>${count(point.interactions)}</td><td>${relevanceText(point.relevance)}</td></tr>
`,
  )
  return html`<section aria-labelledby="curves">
<h2 id="curves">Pool by iteration</h2>
<figure><figcaption><b>Pool CTR</b>, in percent of visits, with the band of its 95 % interval (Wilson) over the visits of each ${blocks ? 'block' : 'iteration'}</figcaption>${ctrChart(points)}</figure>
${
  relevance === null
    ? html`<p class="note">This audience does not tell relevance, so there is no curve of it.</p>`
    : html`<figure><figcaption><b>Average relevance</b> of the pool's items, on its whole scale</figcaption>${relevance}</figure>`
}
${blocks && html`<p class="note">So many iterations are drawn in ${counted(points.length, 'block')} of neighbours, with their visits counted together.</p>`}
<details><summary>The same as a table</summary><table class="numbers"><thead><tr><th scope="col">iteration</th><th scope="col">CTR, %</th><th scope="col">95 % interval</th><th scope="col">visits</th><th scope="col">relevance</th></tr></thead><tbody>${rows}</tbody></table></details>
</section>`
}

/** Every item from birth to leaving, with its parents. */
export function family(story: RunStory): Html | null {
  if (story.items.length === 0) return null
  const lastIteration = story.iterations.at(-1)?.iteration ?? 0
  const items = familyItems(story)
  const modes = [...new Set(items.map((item) => item.entry.mode))].slice(0, 12)
  const left = story.items.length - items.length
  const kin = items.some((item) => item.entry.parents.length > 0)
    ? 'Thin lines come down from the items its prompt held up as examples: the best one drawn through, up to two more dotted (in a long list only while pointed at).'
    : 'No prompt of this run held up single items as examples to follow, so there are no lines between rows.'
  return html`<section aria-labelledby="family">
<h2 id="family">Family of items</h2>
<p class="note">A row an item, in order of birth. The shape stands at its birth and names the prompt that wrote it; the bar lasts as long as it stood in the pool and ends in a stroke where it left, in an arrow where it is still there. ${kin} Point at a row for its whole text; its name leads to the prompt and the answer it came from.</p>
<p class="legend">${modes.map((mode) => html`${modeLabel(mode)} `)}</p>
${left > 0 && html`<p class="note">${count(items.length)} of ${count(story.items.length)} items are drawn: the last pool, the first pool, the last one's ancestors from near to far, then the longest lived. All stand in events.jsonl.</p>`}
${familyChart(items, lastIteration, story.requests.length)}
<details><summary>The same as a table, with whole texts and all parents</summary><table class="wide-table"><thead><tr><th scope="col">item</th><th scope="col">text</th><th scope="col">mode</th><th scope="col">in the pool</th><th scope="col">parents</th><th scope="col">CTR</th><th scope="col">clicks / shown</th><th scope="col">relevance</th></tr></thead><tbody>${items.map((item) => itemRow(item))}</tbody></table></details>
</section>`
}

function itemRow({ entry, bornAt, leftAt }: ItemLife): Html {
  const parents = entry.parents.slice(0, 40).join(', ')
  return html`<tr><th scope="row" data-label="item">${shortened(entry.id, 40)}</th><td data-label="text">${shortened(entry.text, LIMITS.textCharacters)}</td><td data-label="mode">${modeLabel(entry.mode)}</td><td data-label="in the pool">${leftAt === null ? `from ${bornAt}` : leftAt - 1 === bornAt ? `${bornAt}` : `${bornAt} to ${leftAt - 1}`}</td><td data-label="parents">${parents === '' ? '–' : parents}${entry.parents.length > 40 && ` and ${entry.parents.length - 40} more`}</td><td data-label="CTR">${percent(entry.itemCtr)}</td><td data-label="clicks / shown">${count(entry.clicks)} / ${count(entry.impressions)}</td><td data-label="relevance">${relevanceText(entry.relevance)}</td></tr>
`
}

/** What came, left and was refused, iteration by iteration, and refusals over the run. */
export function iterationTable(story: RunStory): Html | null {
  if (story.iterations.length === 0) return null
  const { first, last, between } = bothEnds(story.iterations, LIMITS.iterationsAtEachEnd)
  const gap =
    between > 0 &&
    html`<tr><td colspan="6" class="gap">${counted(between, 'iteration')} between, not shown here; they stand in events.jsonl</td></tr>`
  return html`<section aria-labelledby="iterations">
<h2 id="iterations">What came, what left, what was refused</h2>
<table class="wide-table iterations"><thead><tr><th scope="col">iteration</th><th scope="col">pool CTR</th><th scope="col">relevance</th><th scope="col">came</th><th scope="col">left</th><th scope="col">refused</th></tr></thead>
<tbody>${first.map((iteration) => iterationRow(story, iteration))}${gap}${last.map((iteration) => iterationRow(story, iteration))}</tbody></table>
${refusals(story)}
</section>`
}

function iterationRow(story: RunStory, iteration: IterationFinished): Html {
  const pool = new Map(iteration.pool.map((entry) => [entry.id, entry]))
  const came = iteration.born.slice(0, 50).map((id) => {
    const entry = pool.get(id)
    return html`<li><span class="id">${shortened(id, 12)}</span> ${entry !== undefined && html`<span class="text">${shortened(entry.text, 200)}</span> ${modeLabel(entry.mode)}`}</li>`
  })
  const left = iteration.dropped.slice(0, 50).map((id) => {
    const life = story.itemsById.get(id)
    return html`<li><span class="id">${shortened(id, 12)}</span> ${life !== undefined && html`<span class="text">${shortened(life.entry.text, 200)}</span> <span class="remark">${percent(life.entry.itemCtr)}</span>`}</li>`
  })
  const refused = Object.entries(iteration.refused)
    .sort(([a, timesA], [b, timesB]) => (timesB ?? 0) - (timesA ?? 0) || (a < b ? -1 : 1))
    .map(([reason, times]) => html`<li>${shortened(reason, 40)} <b>${count(times ?? 0)}</b></li>`)
  const shortages = story.shortages
    .filter((shortage) => shortage.iteration === iteration.iteration)
    .map(
      ({ mode, wanted, got }) =>
        html`<li class="short"><b>fewer births:</b> ${shortened(mode, 40)}, ${wanted} wanted, ${got} written</li>`,
    )
  return html`<tr><th scope="row" data-label="iteration">${iteration.iteration}</th><td data-label="pool CTR">${percent(iteration.poolCtr)}</td><td data-label="relevance">${relevanceText(iteration.averageRelevance)}</td><td data-label="came">${list([...came, ...more(iteration.born), ...shortages])}</td><td data-label="left">${list([...left, ...more(iteration.dropped)])}</td><td data-label="refused">${list(refused)}</td></tr>
`
}

function more(ids: readonly string[]): Html[] {
  return ids.length > 50 ? [html`<li>${counted(ids.length - 50, 'more')}</li>`] : []
}

function list(entries: readonly Html[]): Html {
  return entries.length === 0 ? html`<span class="remark">–</span>` : html`<ul>${entries}</ul>`
}

function refusals(story: RunStory): Html {
  const all = refusalsOf(story.requests)
  const candidates = story.requests.reduce((sum, request) => sum + request.candidates.length, 0)
  const refused = all.reduce((sum, { times }) => sum + times, 0)
  const rows = all.map(
    ({ reason, times, example }) =>
      html`<tr><th scope="row" data-label="reason">${shortened(reason, 40)}</th><td data-label="times">${count(times)}</td><td data-label="first example"><span class="text">${shortened(example.text, 200)}</span></td><td data-label="because">${shortened(example.detail, 300)}</td></tr>
`,
  )
  return html`<h3>Refused by reason</h3>
<p class="note">${counted(refused, 'candidate')} of ${count(candidates)} did not pass the checks and were never shown to anybody.</p>
${rows.length > 0 && html`<table class="wide-table reasons"><thead><tr><th scope="col">reason</th><th scope="col">times</th><th scope="col">first example</th><th scope="col">because</th></tr></thead><tbody>${rows}</tbody></table>`}`
}
