import type { UtilityDraws } from '../../core/policies/thompson.ts'
import { UtilitySampler } from '../../core/statistics/sample-utility.ts'
import { pooledPrior, utilityPosterior } from '../../core/statistics/utility-posterior.ts'
import type { ItemTotals } from '../../ports/store/pools.ts'

const NO_COUNTS = { clicks: 0, noClickImpressions: 0 }

/**
 * What is believed of a pool's items after `totals`, ready to be drawn from. What the items together are worth is the
 * prior of each, with the weight of one click, so that a new text is soon shown as often as it deserves.
 *
 * @param itemIds in the order of the pool
 */
export function utilitiesOf(itemIds: readonly string[], totals: readonly ItemTotals[]): UtilityDraws {
  const counts = new Map(totals.map((total) => [total.itemId, total]))
  const prior = pooledPrior(totals)
  return new UtilitySampler(itemIds.map((id) => utilityPosterior(counts.get(id) ?? NO_COUNTS, prior)))
}
