import type { LiveItem } from '../../core/live/live-item.ts'
import type { ItemTally } from '../../core/live/tallies.ts'
import { type SlotEffect, slotEffects } from '../../core/statistics/slot-effects.ts'
import { countsOverSlots, type UtilityCounts } from '../../core/statistics/utility-posterior.ts'
import { clusteredInterval } from '../../core/statistics/visitor-spread.ts'

/** What is known of one item, over its whole life. */
export interface ItemStatistics {
  readonly id: string
  readonly text: string
  readonly isLive: boolean
  readonly impressions: number
  readonly clicks: number
  /** Clicks over impressions; null without an impression. Hangs on the item's company. */
  readonly ctr: number | null
  /** C / Z, with Z weighted by slot effects, in the strongest place; null without a slate in which nothing was clicked. */
  readonly utility: number | null
  /** Credible, 95 %, widened by `designEffect`; null without an impression. */
  readonly utilityInterval: readonly [number, number] | null
  /** How many visits tell as much as one would of independent visitors alike; at least 1. */
  readonly designEffect: number
}

export interface ArmItemStatistics {
  readonly items: readonly ItemStatistics[]
  /** By slot, 0-based; empty before the first counted visit. */
  readonly slotEffects: readonly SlotEffect[]
  /** C and weighted Z of each item, in the same order. */
  readonly counts: readonly UtilityCounts[]
}

/**
 * Items of an arm with what their tallies say. Slot effects come from all items of the history.
 *
 * @param designEffectOf of an item by its id
 */
export function itemStatistics(
  items: readonly LiveItem[],
  poolIds: readonly string[],
  tallies: readonly ItemTally[],
  designEffectOf: (itemId: string) => number,
): ArmItemStatistics {
  const slots = tallies.reduce((most, { position }) => Math.max(most, position + 1), 0)
  const bySlot = countsBySlot(tallies, slots)
  const effects = slots === 0 ? [] : slotEffects([...bySlot.values()].map(({ counts }) => counts))
  // Relative to the strongest place, because intervals are too narrow where an effect is above 1.
  const strongest = Math.max(1, ...effects.map(({ effect }) => effect))
  const weights = effects.map(({ effect }) => effect / strongest)
  const counts: UtilityCounts[] = []
  const statistics = items.map(({ id, text }): ItemStatistics => {
    const own = bySlot.get(id)
    const total =
      own === undefined ? { clicks: 0, noClickImpressions: 0 } : countsOverSlots(own.counts, weights)
    counts.push(total)
    const impressions = own?.impressions ?? 0
    const designEffect = designEffectOf(id)
    return {
      id,
      text,
      isLive: poolIds.includes(id),
      impressions,
      clicks: total.clicks,
      ctr: impressions === 0 ? null : total.clicks / impressions,
      utility: total.noClickImpressions === 0 ? null : total.clicks / total.noClickImpressions,
      utilityInterval: impressions === 0 ? null : clusteredInterval(total, designEffect),
      designEffect,
    }
  })
  return { items: statistics, slotEffects: effects, counts }
}

interface SlotCounts {
  impressions: number
  readonly counts: { clicks: number; noClickImpressions: number }[]
}

function countsBySlot(tallies: readonly ItemTally[], slots: number): Map<string, SlotCounts> {
  const bySlot = new Map<string, SlotCounts>()
  for (const { itemId, position, impressions, clicks, noClickImpressions } of tallies) {
    let own = bySlot.get(itemId)
    if (own === undefined) {
      const counts = Array.from({ length: slots }, () => ({ clicks: 0, noClickImpressions: 0 }))
      own = { impressions: 0, counts }
      bySlot.set(itemId, own)
    }
    const slot = own.counts[position] as { clicks: number; noClickImpressions: number }
    own.impressions += impressions
    slot.clicks += clicks
    slot.noClickImpressions += noClickImpressions
  }
  return bySlot
}
