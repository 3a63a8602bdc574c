import { normalTwoSided, twoSidedScore } from './normal.ts'

/** Successes in independent trials, such as clicked interactions in interactions. */
export interface Proportion {
  readonly successes: number
  readonly trials: number
}

export type Interval = readonly [low: number, high: number]

/**
 * Two-proportion Z-test with the pooled variance, the paper's test between strategies.
 * z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)), p of both together. Good from about ten successes and ten
 * failures a side on; with fewer the p-value is rough.
 *
 * @returns `z` above 0 when the first is larger; `pValue` two-sided. Equal and certain proportions (no success
 * or no failure at all) give z = 0 and p = 1
 * @throws RangeError when counts cannot be or trials are 0
 */
export function twoProportionZTest(first: Proportion, second: Proportion): { z: number; pValue: number } {
  checkProportion(first)
  checkProportion(second)
  const pooled = (first.successes + second.successes) / (first.trials + second.trials)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / first.trials + 1 / second.trials))
  if (error === 0) return { z: 0, pValue: 1 }
  const z = (first.successes / first.trials - second.successes / second.trials) / error
  return { z, pValue: normalTwoSided(z) }
}

/**
 * Wilson's score interval of a proportion. Keeps near its level from few trials on and within [0, 1], where
 * the usual p +- 1.96 standard errors does neither.
 *
 * @param level such as 0.95
 * @throws RangeError when counts cannot be, trials are 0, or the level is not in (0, 1)
 *
 * Source: E. B. Wilson, Journal of the American Statistical Association 22 (1927).
 */
export function wilsonInterval(proportion: Proportion, level = 0.95): Interval {
  checkProportion(proportion)
  const { successes, trials } = proportion
  const square = twoSidedScore(level) ** 2
  const share = successes / trials
  const centre = (successes + square / 2) / (trials + square)
  const reach = (Math.sqrt(square) / (trials + square)) * Math.sqrt(trials * share * (1 - share) + square / 4)
  // The ends are exact where rounding would leave a crumb.
  return [
    successes === 0 ? 0 : Math.max(0, centre - reach),
    successes === trials ? 1 : Math.min(1, centre + reach),
  ]
}

/**
 * Interval of p1 - p2 for independent samples: Newcombe's hybrid score interval (his method 10), which joins
 * the two Wilson intervals. For visits of two iterations it says how sure the difference is for this pool,
 * topic and seed, and nothing about others.
 *
 * @throws RangeError as `wilsonInterval`
 *
 * Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890.
 */
export function newcombeInterval(first: Proportion, second: Proportion, level = 0.95): Interval {
  const [low1, high1] = wilsonInterval(first, level)
  const [low2, high2] = wilsonInterval(second, level)
  const share1 = first.successes / first.trials
  const share2 = second.successes / second.trials
  const difference = share1 - share2
  return [
    difference - Math.hypot(share1 - low1, high2 - share2),
    difference + Math.hypot(high1 - share1, share2 - low2),
  ]
}

function checkProportion({ successes, trials }: Proportion): void {
  if (!(Number.isInteger(trials) && trials >= 1)) {
    throw new RangeError(`trials: must be a whole number of at least 1, got ${trials}`)
  }
  if (!(Number.isInteger(successes) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`successes: must be a whole number from 0 to ${trials}, got ${successes}`)
  }
}
