import { mean, meanInterval, standardError } from '../../core/statistics/mean.ts'
import type { Interval } from '../../core/statistics/proportions.ts'
import { studentScore } from '../../core/statistics/student-t.ts'

/** A mean with its 95 % interval over topics; no interval for a single topic. */
export interface Estimate {
  readonly mean: number
  readonly interval: Interval | null
  /** Topics it rests on. */
  readonly topics: number
}

/** Student's t over topics: each value is one topic's. */
export function estimateOf(values: readonly number[]): Estimate {
  return {
    mean: mean(values),
    interval: values.length < 2 ? null : meanInterval(values),
    topics: values.length,
  }
}

/**
 * Mean over groups whose topics have nothing to do with each other, such as domains: each group's mean weighted,
 * and the interval from the groups' own spreads (Student's t with Welch's and Satterthwaite's degrees of freedom,
 * rounded down). A group of one topic has no spread, so then there is no interval.
 *
 * @param groups `values`: one a topic; `weight` above 0
 */
export function weightedEstimate(
  groups: readonly { readonly values: readonly number[]; readonly weight: number }[],
): Estimate {
  const total = groups.reduce((sum, { weight }) => sum + weight, 0)
  const centre = groups.reduce((sum, { values, weight }) => sum + (weight / total) * mean(values), 0)
  const topics = groups.reduce((sum, { values }) => sum + values.length, 0)
  // A value that is not known in one topic, such as relevance where the audience does not tell it.
  if (Number.isNaN(centre) || groups.some(({ values }) => values.length < 2))
    return { mean: centre, interval: null, topics }
  const parts = groups.map(({ values, weight }) => ({
    variance: ((weight / total) * standardError(values)) ** 2,
    degrees: values.length - 1,
  }))
  const variance = parts.reduce((sum, part) => sum + part.variance, 0)
  const fewest = Math.min(...parts.map(({ degrees }) => degrees))
  // By shares, since squares of tiny variances would vanish.
  const degrees =
    variance === 0
      ? fewest
      : 1 / parts.reduce((sum, part) => sum + (part.variance / variance) ** 2 / part.degrees, 0)
  const reach = studentScore(0.95, Math.max(fewest, Math.floor(degrees))) * Math.sqrt(variance)
  return { mean: centre, interval: [centre - reach, centre + reach], topics }
}
