import betainc from '@stdlib/math-base-special-betainc'
import betaincinv from '@stdlib/math-base-special-betaincinv'
import { checkAboveZero, checkNotNegative, checkShare } from './argument.ts'
import type { Interval } from './proportions.ts'

/** What is believed of an item's utility v after its clicks: v / (1 + v) ~ Beta(a, b). Both finite and above 0. */
export interface UtilityPosterior {
  readonly a: number
  readonly b: number
}

/**
 * What is believed before any click, in the same unit as evidence: `clicks` seen in `noClickImpressions`
 * impressions. Both finite and above 0, fractions allowed. The expected utility is about their ratio.
 */
export interface UtilityPrior {
  readonly clicks: number
  readonly noClickImpressions: number
}

/**
 * Jeffreys' prior of v / (1 + v), Beta(1/2, 1/2): for reports on an item by itself. It thinks an item with no
 * evidence as likely good as bad (median utility 1), so it is no prior for choosing what to show: see
 * `pooledPrior`.
 */
export const JEFFREYS_PRIOR: UtilityPrior = { clicks: 0.5, noClickImpressions: 0.5 }

/**
 * C and Z of one item, as in `ItemCounts`; both finite, 0 or more. Z is a fraction where slots weigh it, see
 * `countsOverSlots`.
 */
export interface UtilityCounts {
  readonly clicks: number
  readonly noClickImpressions: number
}

/**
 * Posterior of an item's utility: v / (1 + v) ~ Beta(a + C, b + Z).
 *
 * With no slot effect it is exact for any serving policy: among the slates that showed the item and were clicked on
 * it or not at all, each is a click with probability v / (1 + v), whatever else was shown. With slot effects and Z
 * weighted by them it has the right mean, and a width that is a little too large where effects are below 1 and too
 * small where they are above, by at most the root of (1 + v l) / (1 + v): so give effects relative to the strongest
 * place. Assumes visits independent given v, one v for all visitors, and slot effects known.
 *
 * @throws RangeError naming argument and value
 */
export function utilityPosterior(
  counts: UtilityCounts,
  prior: UtilityPrior = JEFFREYS_PRIOR,
): UtilityPosterior {
  checkPrior(prior)
  checkCounts(counts)
  return { a: prior.clicks + counts.clicks, b: prior.noClickImpressions + counts.noClickImpressions }
}

/**
 * Counts of one item over all slots: clicks as they are, no-click impressions weighted by l_k, because a place that
 * is looked at half as much makes half as much evidence of not being liked.
 *
 * @param counts by slot, 0-based, same length as `effects`
 * @param effects l by slot; finite and above 0, the first is 1 by convention
 * @throws RangeError naming argument and value
 */
export function countsOverSlots(counts: readonly UtilityCounts[], effects: readonly number[]): UtilityCounts {
  if (counts.length !== effects.length) {
    throw new RangeError(`effects: ${counts.length} slots have counts but ${effects.length} have effects`)
  }
  let clicks = 0
  let noClickImpressions = 0
  for (const [slot, bySlot] of counts.entries()) {
    const effect = effects[slot] as number
    checkCounts(bySlot)
    checkAboveZero('effects', effect)
    clicks += bySlot.clicks
    noClickImpressions += effect * bySlot.noClickImpressions
  }
  return { clicks, noClickImpressions }
}

/**
 * A prior for a new item from the record of the context: its expected utility is that of all `counts` together, and
 * it weighs as much as `clicks` clicks. Without any click or no-click impression in the record: Jeffreys' prior.
 *
 * @param counts of all items ever shown in the context
 * @param clicks finite and above 0; 1 is an exponential distribution: worth a look, soon overruled
 * @throws RangeError naming argument and value
 */
export function pooledPrior(counts: Iterable<UtilityCounts>, clicks = 1): UtilityPrior {
  checkAboveZero('clicks', clicks)
  let clicked = 0
  let unclicked = 0
  for (const count of counts) {
    checkCounts(count)
    clicked += count.clicks
    unclicked += count.noClickImpressions
  }
  if (clicked === 0 || unclicked === 0) return JEFFREYS_PRIOR
  return { clicks, noClickImpressions: (clicks * unclicked) / clicked }
}

/**
 * Mean of v: a / (b - 1).
 *
 * @returns above 0; infinite for b of at most 1, where v has no mean
 */
export function utilityMean({ a, b }: UtilityPosterior): number {
  return b > 1 ? a / (b - 1) : Number.POSITIVE_INFINITY
}

/**
 * v with P(v < value) = probability. 20 microseconds, so not for the serving path.
 *
 * @param probability in (0, 1)
 * @throws RangeError naming argument and value
 */
export function utilityQuantile({ a, b }: UtilityPosterior, probability: number): number {
  checkShare('probability', probability)
  const share = betaincinv(probability, a, b)
  if (share <= 0.5) return share / (1 - share)
  // From the other side, because v hangs on the digits of 1 - share.
  const rest = betaincinv(1 - probability, b, a)
  return (1 - rest) / rest
}

/**
 * Equal-tailed credible interval of v. Under the assumptions of `utilityPosterior` an interval with Jeffreys' prior
 * also holds the truth in about `level` of repeated samples.
 *
 * @throws RangeError for a level not in (0, 1)
 */
export function credibleInterval(posterior: UtilityPosterior, level = 0.95): Interval {
  checkShare('level', level)
  return [utilityQuantile(posterior, (1 - level) / 2), utilityQuantile(posterior, (1 + level) / 2)]
}

/**
 * P(v < utility): for the rule that an item goes when it is probably worth less than a newborn.
 *
 * @param utility finite, at least 0
 * @throws RangeError naming argument and value
 */
export function probabilityBelow({ a, b }: UtilityPosterior, utility: number): number {
  checkNotNegative('utility', utility)
  // From whichever side keeps the digits.
  return utility <= 1 ? betainc(utility / (1 + utility), a, b) : betainc(1 / (1 + utility), b, a, true, true)
}

function checkCounts({ clicks, noClickImpressions }: UtilityCounts): void {
  checkNotNegative('clicks', clicks)
  checkNotNegative('noClickImpressions', noClickImpressions)
}

function checkPrior({ clicks, noClickImpressions }: UtilityPrior): void {
  checkAboveZero('prior.clicks', clicks)
  checkAboveZero('prior.noClickImpressions', noClickImpressions)
}
