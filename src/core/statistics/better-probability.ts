import betaln from '@stdlib/math-base-special-betaln'
import { probabilityBelow, type UtilityPosterior, utilityQuantile } from './utility-posterior.ts'

const STEPS = 400
/** Left out at each end of the narrower of the two. */
const TAIL = 1e-10

/**
 * P(v_first > v_second) of two independent posteriors, to about eight digits: by the trapezoid rule over log v of
 * the narrower one, with the other's distribution function. A millisecond.
 *
 * A posterior probability is no licence to look until it is large: for that see `logPairEvidence`.
 */
export function probabilityBetter(first: UtilityPosterior, second: UtilityPosterior): number {
  const [low1, high1] = logRange(first)
  const [low2, high2] = logRange(second)
  if (high1 < low2) return 0
  if (high2 < low1) return 1
  return high1 - low1 <= high2 - low2
    ? chanceBelow(second, first, low1, high1)
    : 1 - chanceBelow(first, second, low2, high2)
}

/** P(v of `wide` < v of `narrow`), with log v of `narrow` from `low` to `high`. */
function chanceBelow(wide: UtilityPosterior, narrow: UtilityPosterior, low: number, high: number): number {
  const density = logDensity(narrow)
  const step = (high - low) / STEPS
  let sum = 0
  let weights = 0
  for (let index = 0; index <= STEPS; index++) {
    const logUtility = low + index * step
    const weight = Math.exp(density(logUtility)) * (index === 0 || index === STEPS ? 0.5 : 1)
    weights += weight
    sum += weight * probabilityBelow(wide, Math.exp(logUtility))
  }
  return Math.min(1, sum / weights)
}

function logRange(posterior: UtilityPosterior): readonly [number, number] {
  return [Math.log(utilityQuantile(posterior, TAIL)), Math.log(utilityQuantile(posterior, 1 - TAIL))]
}

/** Logarithm of the density of log v. */
function logDensity({ a, b }: UtilityPosterior): (logUtility: number) => number {
  const top = betaln(a, b)
  return (logUtility) => {
    // log(1 + e^x) without overflow.
    const softplus = Math.max(0, logUtility) + Math.log1p(Math.exp(-Math.abs(logUtility)))
    return a * logUtility - (a + b) * softplus - top
  }
}
