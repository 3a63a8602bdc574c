import type { Random } from '../random.ts'
import type { Interval } from './proportions.ts'
import { studentScore } from './student-t.ts'

/** @throws RangeError for an empty list */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('values: a mean needs at least one number, got none')
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Sample standard deviation over the root of the count: how far a mean of that many scatters. Needs two values. */
export function standardError(values: readonly number[]): number {
  if (values.length < 2) throw new RangeError(`values: a spread needs at least two, got ${values.length}`)
  const centre = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}

/**
 * Student's interval of a mean, for values that come from a bell-shaped distribution, such as runs over topics
 * and seeds. For paired runs give the differences.
 *
 * @throws RangeError for fewer than two values, or a level not in (0, 1)
 */
export function meanInterval(values: readonly number[], level = 0.95): Interval {
  const reach = studentScore(level, Math.max(1, values.length - 1)) * standardError(values)
  return [mean(values) - reach, mean(values) + reach]
}

/** `first` less `second`, pair by pair: runs of two strategies on the same topic, audience and seed. */
export function pairedDifferences(first: readonly number[], second: readonly number[]): number[] {
  if (first.length !== second.length) {
    throw new RangeError(`pairs: lists of ${first.length} and ${second.length} values cannot be paired`)
  }
  return first.map((value, index) => value - (second[index] as number))
}

/**
 * Percentile bootstrap interval of a mean: no assumption on the shape, but too narrow for few values (with
 * ten it holds about 90 % at a level of 95 %). Same seed, same interval.
 *
 * @param resamples how many; 2,000 pin the ends of a 95 % interval to a few percent of its width
 * @throws RangeError for an empty list, a level not in (0, 1), or no resamples
 */
export function bootstrapInterval(
  values: readonly number[],
  random: Random,
  { level = 0.95, resamples = 2000 }: { level?: number; resamples?: number } = {},
): Interval {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level: must be strictly between 0 and 1, got ${level}`)
  }
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new RangeError(`resamples: must be a whole number of at least 1, got ${resamples}`)
  }
  const means = Float64Array.from({ length: resamples }, () => {
    return mean(values.map(() => values[random.integer(values.length)] as number))
  }).sort()
  return [percentile(means, (1 - level) / 2), percentile(means, (1 + level) / 2)]
}

/** Between the two nearest of the sorted values. */
function percentile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1)
  const below = Math.floor(place)
  const low = sorted[below] as number
  const high = sorted[Math.min(below + 1, sorted.length - 1)] as number
  return low + (high - low) * (place - below)
}
