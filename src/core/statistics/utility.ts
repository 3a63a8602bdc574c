import type { ItemCounts } from '../evidence.ts'

/**
 * Estimate of an item's utility v = exp((r - RS) / T): its clicks over its impressions in slates on which
 * nothing was clicked, C / Z. On every slate the expected number of clicks on i is v_i times the chance of no
 * click, so the ratio is consistent whatever the item was shown with and however slates were chosen; a CTR
 * depends on the company. Holds where positions have no effect and one persona visits; over several it
 * estimates a mean of their utilities, weighted by how often each clicks nothing.
 *
 * @returns 0 or more; null when the item was never in a slate without a click
 */
export function utilityEstimate(counts: ItemCounts): number | null {
  return counts.noClickImpressions === 0 ? null : counts.clicks / counts.noClickImpressions
}
