import { type ItemCounts, itemCtr } from '../evidence.ts'
import type { Item } from '../item.ts'
import type { PoolState } from '../item-pool.ts'
import type { LoopSettings } from '../settings.ts'
import type { ShownItem } from './strategy.ts'

/** An item with its observed CTR in the window that the settings name; null without an impression. */
export interface RatedItem {
  readonly item: Item
  readonly ctr: number | null
}

/** Items with their observed CTR, in the order given. */
export function rated(
  items: readonly Item[],
  state: PoolState,
  window: LoopSettings['ctrWindow'],
): RatedItem[] {
  return items.map((item) => ({ item, ctr: itemCtr(countsIn(window, state, item.id)) }))
}

/**
 * From the lowest rate to the highest. Items never shown come last, so that nothing leaves untried; equal
 * rates keep the order of birth, so that the older one leaves first.
 */
export function sortedByRate(items: readonly RatedItem[]): RatedItem[] {
  return [...items].sort((a, b) => (a.ctr ?? Number.POSITIVE_INFINITY) - (b.ctr ?? Number.POSITIVE_INFINITY))
}

/** Ids of the `count` items with the lowest rate, worst first. */
export function worstIds(items: readonly RatedItem[], count: number): string[] {
  return sortedByRate(items)
    .slice(0, count)
    .map(({ item }) => item.id)
}

/** As a prompt shows them, with rates; items never shown are left out, since they have none. */
export function shownWithRates(items: readonly RatedItem[]): ShownItem[] {
  return items
    .filter(({ ctr }) => ctr !== null)
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
