import type { IterationFinished, PoolEntry } from '../lab/run-events.ts'
import { count, counted, percent, relevanceText } from './format.ts'
import { type Html, html, shortened } from './html.ts'
import { LIMITS } from './limits.ts'
import { modeLabel } from './mode-mark.ts'
import type { RunStory } from './story.ts'

/** The first pool beside the last, best items first. */
export function poolsSideBySide(story: RunStory): Html | null {
  const first = story.iterations[0]
  const last = story.iterations.at(-1)
  if (first === undefined || last === undefined) return null
  const pools = first === last ? [first] : [first, last]
  return html`<section aria-labelledby="pools">
<h2 id="pools">${first === last ? 'The only pool' : 'First pool, last pool'}</h2>
<div class="pools">${pools.map(poolList)}</div>
<p class="note">Best first. An item's CTR is its clicks over the times it was shown, over its whole life until then; several items are shown on one visit, so it is lower than the pool's CTR. Relevance is the mean over the audience's personas, from 1 to 10.</p>
</section>`
}

function poolList(iteration: IterationFinished): Html {
  const pool = [...iteration.pool]
    .sort((a, b) => (b.itemCtr ?? -1) - (a.itemCtr ?? -1))
    .slice(0, LIMITS.poolItems)
  const open = pool.slice(0, LIMITS.poolItemsOpen)
  const folded = pool.slice(LIMITS.poolItemsOpen)
  const left = iteration.pool.length - pool.length
  return html`<div class="pool">
<h3>IP<sub>${iteration.iteration}</sub> <span class="remark">${percent(iteration.poolCtr)} of ${counted(iteration.interactions, 'visit')}${iteration.averageRelevance !== null && `, average relevance ${relevanceText(iteration.averageRelevance)}`}</span></h3>
<ol>${open.map(poolItem)}</ol>
${folded.length > 0 && html`<details><summary>${counted(folded.length, 'more item')}</summary><ol start="${open.length + 1}">${folded.map(poolItem)}</ol></details>`}
${left > 0 && html`<p class="note">${counted(left, 'more item')} of this pool stand in events.jsonl.</p>`}
</div>`
}

function poolItem(entry: PoolEntry): Html {
  return html`<li><span class="text">${shortened(entry.text, LIMITS.textCharacters)}</span>
<span class="facts-line"><b>${percent(entry.itemCtr)}</b> <span>CTR (${count(entry.clicks)} of ${count(entry.impressions)})</span>${entry.relevance !== null && html` <span>relevance ${relevanceText(entry.relevance)}</span>`} <span class="tag"><span class="id">${shortened(entry.id, 12)}</span>${modeLabel(entry.mode)}</span></span></li>`
}
