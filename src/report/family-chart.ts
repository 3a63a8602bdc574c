import { fixed, percent, relevanceText } from './format.ts'
import { type Html, html, shortened } from './html.ts'
import { isShownInFull, LIMITS } from './limits.ts'
import { modeClass, modeLabel, modeShape } from './mode-mark.ts'
import type { ItemLife, RunStory } from './story.ts'
import { wholeTicks } from './ticks.ts'

/** Parents whose lines are drawn for one item: the best first; tables list all. */
const PARENTS_DRAWN = 3

/**
 * The items to draw: all of them, or when they are too many, the last pool (its best half as many as fit), the
 * first pool, the last one's ancestors from near to far, then the longest lived. In order of birth.
 */
export function familyItems(story: RunStory, itemsMax: number = LIMITS.familyItems): ItemLife[] {
  const { items, itemsById, iterations } = story
  if (items.length <= itemsMax) return [...items]
  const lastIteration = iterations.at(-1)?.iteration ?? 0
  const lived = (item: ItemLife) => (item.leftAt ?? lastIteration + 1) - item.bornAt
  const alive = items
    .filter((item) => item.leftAt === null)
    .sort((a, b) => (b.entry.itemCtr ?? -1) - (a.entry.itemCtr ?? -1))
  const first = items.filter((item) => item.bornAt === 0)
  const chosen = new Set([
    ...alive.slice(0, Math.ceil(itemsMax / 2)),
    ...first.slice(0, Math.ceil(itemsMax / 4)),
  ])
  // A set keeps the order of adding and is walked while it grows: parents come after their children.
  for (const item of chosen) {
    for (const parentId of item.entry.parents.slice(0, PARENTS_DRAWN)) {
      const parent = itemsById.get(parentId)
      if (parent !== undefined && chosen.size < itemsMax) chosen.add(parent)
    }
  }
  for (const item of [...items].sort((a, b) => lived(b) - lived(a))) {
    if (chosen.size < itemsMax) chosen.add(item)
  }
  return items.filter((item) => chosen.has(item))
}

/** A row an item: its text, a bar from birth to leaving with lines to its parents, its CTR. */
export function familyChart(items: readonly ItemLife[], lastIteration: number, requests: number): Html {
  const columns = lastIteration + 1
  const rows = new Map(items.map((item, row) => [item.entry.id, row]))
  const highest = Math.max(1e-9, ...items.map((item) => item.entry.itemCtr ?? 0))
  const hasRelevance = items.some((item) => item.entry.relevance !== null)
  const ticks = wholeTicks(lastIteration, 6).map(
    (tick) => html`<text x="${place(tick + 0.5, columns)}" y="50%" dy="4">${tick}</text>`,
  )
  return html`<div class="family${items.length > 60 ? ' dense' : ''}${hasRelevance ? '' : ' no-relevance'}" role="table" aria-label="Items with their life spans">
<div class="life head" role="row"><span role="columnheader" class="who">item</span><span role="columnheader" class="line"><span class="axis-name">iteration</span><svg aria-hidden="true">${ticks}</svg></span><span role="columnheader" class="rate">CTR</span>${hasRelevance && html`<span role="columnheader" class="relevance">rel.</span>`}</div>
${items.map((item, row) => lifeRow(item, row))}
</div>`

  function lifeRow(item: ItemLife, row: number): Html {
    const { entry } = item
    const text = shortened(entry.text, 220)
    const description = lifeSentence(item)
    const words =
      item.requestIndex === null || !isShownInFull(item.requestIndex, requests)
        ? html`<span class="text">${text}</span>`
        : html`<a class="text" href="#request-${item.requestIndex + 1}">${text}</a>`
    return html`<div class="life ${modeClass(entry.mode)}${item.leftAt === null ? ' alive' : ''}" role="row"><span role="rowheader" class="who">${words}<span class="tag"><span class="id">${shortened(entry.id, 12)}</span>${modeLabel(entry.mode)}</span></span><span role="cell" class="line"><svg role="img" aria-label="${description}"><title>${shortened(entry.text, LIMITS.textCharacters)} (${entry.id}): ${description}</title><g>${parentLines(item, row)}${lifeBar(item)}</g></svg></span><span role="cell" class="rate"><svg class="gauge" aria-hidden="true"><rect width="${fixed(((entry.itemCtr ?? 0) / highest) * 100, 1)}%" height="100%"/></svg>${percent(entry.itemCtr)}</span>${hasRelevance && html`<span role="cell" class="relevance">${relevanceText(entry.relevance)}</span>`}</div>
`
  }

  function lifeBar(item: ItemLife): Html {
    const from = item.bornAt + 0.5
    const to = item.leftAt === null ? columns : item.leftAt - 0.1
    const end =
      item.leftAt === null
        ? html`<path d="M-2-5 4 0-2 5" class="on"/>`
        : html`<path d="M0-5V5" class="left"/>`
    return html`<rect class="bar" x="${place(from, columns)}" y="50%" width="${place(to - from, columns)}" height="6" transform="translate(0 -3)"/><svg x="${place(to, columns)}" y="50%" overflow="visible">${end}</svg><svg x="${place(from, columns)}" y="50%" overflow="visible">${modeShape(item.entry.mode)}</svg>`
  }

  /** Curves in the row's own box, which reach up over the rows between: a row is as high as every other. */
  function parentLines(item: ItemLife, row: number): Html[] {
    return item.entry.parents.slice(0, PARENTS_DRAWN).flatMap((parentId, rank) => {
      const parentRow = rows.get(parentId)
      if (parentRow === undefined || parentRow >= row) return []
      const parent = items[parentRow] as ItemLife
      const above = row - parentRow
      const parentEnd = (parent.leftAt ?? columns) - 0.2
      const from = Math.max(parent.bornAt + 0.5, Math.min(item.bornAt - 0.5, parentEnd))
      const to = item.bornAt + 0.5
      return [
        html`<svg class="kin${rank === 0 ? '' : ' further'}" x="0" y="${-100 * above + 50}%" width="100%" height="${100 * above}%" viewBox="0 0 ${columns} 100" preserveAspectRatio="none" overflow="visible"><path vector-effect="non-scaling-stroke" d="M${fixed2(from)} 0C${fixed2(from)} 60 ${fixed2(to)} 40 ${fixed2(to)} 100"/></svg>`,
      ]
    })
  }
}

/** One item's life in words: mode, birth, leaving, parents, CTR. */
function lifeSentence(item: ItemLife): string {
  const { entry, bornAt, leftAt } = item
  const born = bornAt === 0 ? 'in the first pool' : `born at iteration ${bornAt}`
  const left = leftAt === null ? 'still there at the end' : `left at iteration ${leftAt}`
  const parents =
    entry.parents.length === 0
      ? ''
      : `, built on ${entry.parents.slice(0, 8).join(', ')}${entry.parents.length > 8 ? ` and ${entry.parents.length - 8} more` : ''}`
  return `${shortened(entry.mode, 40)}, ${born}, ${left}${parents}, CTR ${percent(entry.itemCtr)}`
}

function place(column: number, columns: number): string {
  return `${fixed2((column / columns) * 100)}%`
}

/** At most two digits after the point, so that the same run always gives the same bytes and short ones. */
function fixed2(value: number): string {
  return String(Math.round(value * 100) / 100)
}
