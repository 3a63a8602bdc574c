import type { SlateOutcome } from '../core/evidence.ts'

/**
 * What came of an iteration's visits, row by row: a slate, how many visits saw it, and their clicks. A slate
 * may stand in several rows (they add up), and neither the order of the rows nor that of the items in a row
 * means anything: with no slot effects the position of an item changes nothing.
 */
export interface SlateCounts {
  /** K. */
  readonly slateSize: number
  readonly rows: number
  /** Items by their place in the pool; row j is at j * K. */
  readonly items: Uint16Array
  /** Clicks on the same items. */
  readonly clicks: Int32Array
  /** Visits by row, above 0. */
  readonly interactions: Int32Array
}

/** Counts of a whole iteration by item (place in the pool). */
export interface ItemTotals {
  readonly impressions: Int32Array
  readonly clicks: Int32Array
  /** Z: impressions in slates on which nothing was clicked. */
  readonly noClickImpressions: Int32Array
  readonly interactions: number
  /** Visits with a click. */
  readonly clicked: number
}

/** Rows as the outcomes that evidence is folded from. `itemIds` by place in the pool. */
export function slateOutcomes(
  counts: SlateCounts,
  itemIds: readonly string[],
  iteration: number,
): SlateOutcome[] {
  const { slateSize, rows, items, clicks, interactions } = counts
  const outcomes: SlateOutcome[] = []
  for (let row = 0; row < rows; row++) {
    const slateIds: string[] = []
    const slateClicks: number[] = []
    for (let cell = row * slateSize; cell < (row + 1) * slateSize; cell++) {
      slateIds.push(itemIds[items[cell] as number] as string)
      slateClicks.push(clicks[cell] as number)
    }
    outcomes.push({
      iteration,
      itemIds: slateIds,
      interactions: interactions[row] as number,
      clicks: slateClicks,
    })
  }
  return outcomes
}

/** Rows summed by item. */
export function itemTotals(counts: SlateCounts, poolSize: number): ItemTotals {
  const { slateSize, rows, items, clicks, interactions } = counts
  const totals = {
    impressions: new Int32Array(poolSize),
    clicks: new Int32Array(poolSize),
    noClickImpressions: new Int32Array(poolSize),
  }
  let allVisits = 0
  let allClicked = 0
  for (let row = 0; row < rows; row++) {
    const visits = interactions[row] as number
    let clicked = 0
    for (let cell = row * slateSize; cell < (row + 1) * slateSize; cell++) clicked += clicks[cell] as number
    for (let cell = row * slateSize; cell < (row + 1) * slateSize; cell++) {
      const item = items[cell] as number
      totals.impressions[item] = (totals.impressions[item] as number) + visits
      totals.clicks[item] = (totals.clicks[item] as number) + (clicks[cell] as number)
      totals.noClickImpressions[item] = (totals.noClickImpressions[item] as number) + visits - clicked
    }
    allVisits += visits
    allClicked += clicked
  }
  return { ...totals, interactions: allVisits, clicked: allClicked }
}
