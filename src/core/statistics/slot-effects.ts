import { checkCount, checkShare } from './argument.ts'
import { twoSidedScore } from './normal.ts'
import type { Interval } from './proportions.ts'
import type { UtilityCounts } from './utility-posterior.ts'

/** Effect l of one slot on the weight of the item in it, relative to slot 0. */
export interface SlotEffect {
  /** Above 0; 1 for slot 0, and for a slot with too few clicks to tell. */
  readonly effect: number
  /** Absent for slot 0 and with too few clicks. */
  readonly interval?: Interval
  /** Clicks in the slot, on items that have also been seen in slot 0. */
  readonly clicks: number
  /** False where 1 is only taken for want of data. */
  readonly isEstimated: boolean
}

/**
 * Clicks from which a slot effect is believed, in the slot and in slot 0 each. With thirty on either side the
 * standard error is a quarter, which is less than by how much places usually differ; with fewer, an effect taken as 1
 * does less harm than a wild one.
 */
export const SLOT_CLICKS_LEAST = 30

/**
 * Slot effects from counts by item and slot. For each item E[C_k] = v l_k E[Z_k], so its C_k / Z_k over its C_0 / Z_0
 * is l_k; the items are put together by the weights of Mantel and Haenszel:
 * l_k = sum of C_k Z_0 / (Z_0 + Z_k) over sum of C_0 Z_k / (Z_0 + Z_k). That is consistent for any way of choosing
 * slates in which items move between slots, and best where a share of them is in random order. The plain ratio of
 * clicks by slot is not: a good item in a good slot lowers the chance of no click.
 *
 * @param counts by item, then by slot; all items with the same number of slots, at least 1
 * @param options `level` of the intervals; `clicksLeast` below which a slot's effect is 1
 * @returns one a slot; the first is 1 by definition
 * @throws RangeError naming argument and value
 *
 * Sources: N. Mantel, W. Haenszel (1959); variance for rates: S. Greenland, J. M. Robins, Biometrics 41 (1985).
 */
export function slotEffects(
  counts: readonly (readonly UtilityCounts[])[],
  { level = 0.95, clicksLeast = SLOT_CLICKS_LEAST }: { level?: number; clicksLeast?: number } = {},
): SlotEffect[] {
  checkShare('level', level)
  checkCount('clicksLeast', clicksLeast)
  const slots = counts[0]?.length ?? 0
  if (slots === 0) throw new RangeError('counts: need at least one item with one slot, got none')
  for (const bySlot of counts) {
    if (bySlot.length !== slots) {
      throw new RangeError(`counts: items with ${slots} and ${bySlot.length} slots cannot be compared`)
    }
    for (const { clicks, noClickImpressions } of bySlot) {
      checkCount('clicks', clicks)
      checkCount('noClickImpressions', noClickImpressions)
    }
  }
  const score = twoSidedScore(level)
  return Array.from({ length: slots }, (_, slot) => {
    if (slot === 0) {
      const clicks = counts.reduce((sum, bySlot) => sum + (bySlot[0] as UtilityCounts).clicks, 0)
      return { effect: 1, clicks, isEstimated: false }
    }
    return effectOf(counts, slot, score, clicksLeast)
  })
}

function effectOf(
  counts: readonly (readonly UtilityCounts[])[],
  slot: number,
  score: number,
  clicksLeast: number,
): SlotEffect {
  let here = 0
  let first = 0
  let above = 0
  let below = 0
  for (const bySlot of counts) {
    const one = bySlot[slot] as UtilityCounts
    const zero = bySlot[0] as UtilityCounts
    const total = one.noClickImpressions + zero.noClickImpressions
    if (one.noClickImpressions === 0 || zero.noClickImpressions === 0) continue
    here += one.clicks
    first += zero.clicks
    above += (one.clicks * zero.noClickImpressions) / total
    below += (zero.clicks * one.noClickImpressions) / total
  }
  if (Math.min(here, first) < Math.max(1, clicksLeast)) {
    return { effect: 1, clicks: here, isEstimated: false }
  }
  const effect = above / below
  const reach = Math.exp(score * Math.sqrt(varianceOf(counts, slot, effect) / above ** 2))
  return { effect, interval: [effect / reach, effect * reach], clicks: here, isEstimated: true }
}

/**
 * Variance of `above` less effect times `below`. Clicks as Poisson counts, as in Greenland and Robins, and what the
 * slates without a click add: a slate's two places share its one chance of no click, so where utilities are large
 * and unequal a pure Poisson variance is too small (intervals of 95 % then held 90 %). Which items
 * met is not in the counts; taking their covariance as 0 errs to the safe side.
 */
function varianceOf(counts: readonly (readonly UtilityCounts[])[], slot: number, effect: number): number {
  let variance = 0
  for (const bySlot of counts) {
    const one = bySlot[slot] as UtilityCounts
    const zero = bySlot[0] as UtilityCounts
    const total = one.noClickImpressions + zero.noClickImpressions
    if (one.noClickImpressions === 0 || zero.noClickImpressions === 0) continue
    const partHere = one.noClickImpressions / total
    const partFirst = zero.noClickImpressions / total
    const clicks = one.clicks + zero.clicks
    const utility = clicks / (effect * one.noClickImpressions + zero.noClickImpressions)
    variance += effect * clicks * partHere * partFirst
    variance += (effect * utility) ** 2 * total * partHere * partFirst
  }
  return variance
}
