import { checkNotNegative, checkShare } from './argument.ts'
import type { Interval } from './proportions.ts'
import { studentScore } from './student-t.ts'
import {
  credibleInterval,
  type UtilityCounts,
  type UtilityPosterior,
  utilityPosterior,
} from './utility-posterior.ts'

/**
 * How one item's clicks lie over visitors: sums over visitors of c, the visitor's clicks on the item, and z, the
 * no-click impressions that it is expected to have had: the visitor's no-click slates of each day times the share q of
 * the day's no-click slates that showed the item. A sample of visitors will do, because only ratios are used.
 */
export interface VisitorSpread {
  readonly clicks: number
  readonly clicksSquared: number
  readonly expected: number
  readonly expectedSquared: number
  readonly clicksTimesExpected: number
  /** Sum over the visitors' no-click slates of q squared. */
  readonly shareSquared: number
}

/** Past it Student's distribution is the normal one to 0.6 %. */
const DEGREES_MAX = 200

/**
 * By how much the variance of log v of each item is larger than for independent visits alike: 1 where visitors come
 * once or do not differ, 3 where three visits tell as much as one would. For each item the larger of two estimates: its own,
 * sum (c - v z)^2 over what independent visits would give, which knows items that divide people; and that of all items
 * together, by the visitors' spread about v they share, which is steadier. Where few visitors are behind an item it is
 * multiplied by what Student's t is wider than the normal, with the visitors in effect, (sum z)^2 / sum z^2, less one
 * for degrees of freedom.
 *
 * @param spreads one an item, of the same visitors
 * @returns one an item, at least 1; never infinite
 * @throws RangeError naming the sum that cannot be
 */
export function designEffects(spreads: readonly VisitorSpread[], level = 0.95): number[] {
  checkShare('level', level)
  const parts = spreads.map(partsOf)
  const clicked = parts.filter((_, item) => (spreads[item] as VisitorSpread).clicks > 0)
  const excess = clicked.reduce((sum, { squares, alone }) => sum + squares - alone, 0)
  const base = clicked.reduce((sum, { likeness }) => sum + likeness, 0)
  const spread = base > 0 ? Math.max(0, excess / base) : 0
  return parts.map(({ squares, alone, likeness, visitors }) => {
    if (alone === 0) return 1
    const degrees = Math.min(DEGREES_MAX, Math.max(1, Math.floor(visitors - 1)))
    const few =
      ((studentScore(level, degrees) / studentScore(level, DEGREES_MAX)) ** 2 * visitors) /
      Math.max(1, visitors - 1)
    return Math.max(1, squares / alone, 1 + (spread * likeness) / alone) * Math.max(1, few)
  })
}

/**
 * Posterior of an item's utility when its visits tell as much as `designEffect` times fewer independent ones would:
 * Beta(1/2 + C / d, 1/2 + Z / d). An approximation that keeps the middle and widens the rest.
 *
 * @throws RangeError naming argument and value; `designEffect` below 1
 */
export function clusteredPosterior(
  { clicks, noClickImpressions }: UtilityCounts,
  designEffect: number,
): UtilityPosterior {
  if (!(Number.isFinite(designEffect) && designEffect >= 1)) {
    throw new RangeError(`designEffect: must be finite and at least 1, got ${designEffect}`)
  }
  return utilityPosterior({
    clicks: clicks / designEffect,
    noClickImpressions: noClickImpressions / designEffect,
  })
}

/** Equal-tailed interval of `clusteredPosterior`. @throws as that, and for a level not in (0, 1) */
export function clusteredInterval(counts: UtilityCounts, designEffect: number, level = 0.95): Interval {
  return credibleInterval(clusteredPosterior(counts, designEffect), level)
}

interface Parts {
  /** Sum of (c - v z)^2. */
  readonly squares: number
  /** What that would be if each visit were a visitor's only one. */
  readonly alone: number
  /** Sum of (v z)^2: what a spread of visitors about v multiplies. */
  readonly likeness: number
  /** In effect. */
  readonly visitors: number
}

function partsOf(spread: VisitorSpread): Parts {
  const { clicks, clicksSquared, expected, expectedSquared, clicksTimesExpected, shareSquared } = spread
  const sums = { clicks, clicksSquared, expected, expectedSquared, clicksTimesExpected, shareSquared }
  for (const [name, value] of Object.entries(sums)) checkNotNegative(name, value)
  if (expected === 0) return { squares: 0, alone: 0, likeness: 0, visitors: 0 }
  const visitors = expected ** 2 / expectedSquared
  if (clicks === 0) {
    // Half a click, as in the prior: nothing is known of its own spread, so that of all items is taken.
    const utility = 0.5 / expected
    return { squares: 0, alone: 0.5, likeness: utility ** 2 * expectedSquared, visitors }
  }
  const utility = clicks / expected
  return {
    squares: Math.max(0, clicksSquared - 2 * utility * clicksTimesExpected + utility ** 2 * expectedSquared),
    alone: clicks + utility ** 2 * shareSquared,
    likeness: utility ** 2 * expectedSquared,
    visitors,
  }
}
