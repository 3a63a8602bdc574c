import type { Check } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'

/**
 * Fluency, where the writer gives log-probabilities: not below a floor, and not far below the earlier texts.
 * The mean natural log-probability of the sampled tokens tells sense from nonsense well.
 */
export const checkFluency: Check = ({ meanLogProbability }, { earlier }) => {
  if (meanLogProbability === undefined) return null
  if (!Number.isFinite(meanLogProbability)) {
    return { reason: 'not-fluent', detail: 'mean log-probability is no finite number' }
  }
  const { meanLogProbabilityFloor, fluencyKnownMin, fluencySpreadsMax, fluencySpreadMin } = CHECK_LIMITS
  const given = meanLogProbability.toFixed(2)
  if (meanLogProbability < meanLogProbabilityFloor) {
    return {
      reason: 'not-fluent',
      detail: `mean log-probability ${given}; at least ${meanLogProbabilityFloor}`,
    }
  }
  const known: number[] = []
  for (const item of earlier) if (item.meanLogProbability !== undefined) known.push(item.meanLogProbability)
  if (known.length < fluencyKnownMin) return null
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1)
  const least = mean - fluencySpreadsMax * Math.max(Math.sqrt(variance), fluencySpreadMin)
  if (meanLogProbability >= least) return null
  return {
    reason: 'not-fluent',
    detail: `mean log-probability ${given}; earlier texts allow ${least.toFixed(2)}`,
  }
}
