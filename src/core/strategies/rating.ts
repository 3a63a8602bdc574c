import { type ItemCounts, itemCtr, utilityRate } from '../evidence.ts'
import type { Item } from '../item.ts'
import type { PoolState } from '../item-pool.ts'
import type { LoopSettings } from '../settings.ts'
import type { ShownItem } from './strategy.ts'

/** An item with its observed rate, of the kind and in the window that the settings name; null without an impression. */
export interface RatedItem {
  readonly item: Item
  readonly ctr: number | null
  /** Its clicks come from too few visitors to hold it up as an example. */
  readonly isUnproven?: boolean
}

/** Items with their observed rates, in the order given. */
export function rated(
  items: readonly Item[],
  state: PoolState,
  { ctrWindow, rankedBy }: Pick<LoopSettings, 'ctrWindow' | 'rankedBy'>,
): RatedItem[] {
  const rateOf = rankedBy === 'utility' ? utilityRate : itemCtr
  return items.map((item) => ({
    item,
    ctr: rateOf(countsIn(ctrWindow, state, item.id)),
    ...(state.unprovenIds?.has(item.id) === true ? { isUnproven: true } : {}),
  }))
}

/**
 * From the lowest rate to the highest. Items never shown come last, so that nothing leaves untried; equal
 * rates keep the order of birth, so that the older one leaves first.
 */
export function sortedByRate(items: readonly RatedItem[]): RatedItem[] {
  return [...items].sort((a, b) => (a.ctr ?? Number.POSITIVE_INFINITY) - (b.ctr ?? Number.POSITIVE_INFINITY))
}

/** Ids of the `count` items with the lowest rate, worst first, but for pinned ones. */
export function worstIds(
  items: readonly RatedItem[],
  count: number,
  pinnedIds?: ReadonlySet<string>,
): string[] {
  return sortedByRate(items)
    .filter(({ item }) => pinnedIds?.has(item.id) !== true)
    .slice(0, count)
    .map(({ item }) => item.id)
}

/** As a prompt shows them, with rates; items never shown are left out, since they have none, and unproven ones. */
export function shownWithRates(items: readonly RatedItem[]): ShownItem[] {
  return items
    .filter(({ ctr, isUnproven }) => ctr !== null && isUnproven !== true)
    .map(({ item, ctr }) => ({ itemId: item.id, text: item.text, ctr }))
}

/** As a prompt shows them, without rates. */
export function shownWithoutRates(items: readonly Item[]): ShownItem[] {
  return items.map((item) => ({ itemId: item.id, text: item.text, ctr: null }))
}

function countsIn(
  window: LoopSettings['ctrWindow'],
  state: PoolState,
  itemId: string,
): ItemCounts | undefined {
  const evidence = state.evidence.items.get(itemId)
  return window === 'life' ? evidence?.life : evidence?.last
}
