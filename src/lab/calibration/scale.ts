import type { RelevanceScale } from '../../adapters/relevance-scorer/calibration.ts'
import { relevanceOf } from '../../adapters/relevance-scorer/embedding.ts'

/** What the scale must give. */
export interface ScaleTargets {
  /** Mean relevance of texts of first pools, over all personas. */
  readonly firstPoolMean: number
  /** Median relevance of texts that suit the persona they are scored for. */
  readonly suitingMedian: number
}

/**
 * The logistic scale that meets both targets.
 *
 * For any softness the median fixes the midpoint; the mean of first pools then rises with the softness, so
 * halving the range finds it.
 *
 * @throws RangeError when no softness up to 20 does
 */
export function fittedScale(
  firstPools: readonly number[],
  suiting: readonly number[],
  targets: ScaleTargets,
): RelevanceScale {
  const sorted = [...suiting].sort((one, other) => one - other)
  const median = sorted[sorted.length >> 1] as number
  const odds = Math.log((targets.suitingMedian - 1) / (10 - targets.suitingMedian))
  const scaleOf = (softness: number): RelevanceScale => ({ midpoint: median - odds * softness, softness })
  const meanOf = (softness: number) =>
    firstPools.reduce((sum, suitability) => sum + relevanceOf(suitability, scaleOf(softness)), 0) /
    firstPools.length
  let low = 0.01
  let high = 20
  if (!(meanOf(low) < targets.firstPoolMean && meanOf(high) > targets.firstPoolMean)) {
    throw new RangeError('fittedScale: the targets cannot be met by these suitabilities')
  }
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    if (meanOf(middle) < targets.firstPoolMean) low = middle
    else high = middle
  }
  const fitted = scaleOf((low + high) / 2)
  return { midpoint: rounded(fitted.midpoint), softness: rounded(fitted.softness) }
}

/** Four digits after the point: more would only be noise in the file. */
function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
