import { type ChoiceOptions, checkChoice } from './click-model.ts'

/** One iteration of visits to a pool: who comes, how often, and what is shown. P personas, N items. */
export interface VisitPlan extends ChoiceOptions {
  /** r: P x N, row by row (persona p's view of item i is at p * N + i). In [1, 10] in use; any finite number. */
  readonly relevances: Float64Array
  /** Length P, above 0; persona p makes a visit with probability weight over the sum of weights. */
  readonly weights: Float64Array
  /** N, 1 to 65,535. */
  readonly poolSize: number
  /** K, 1 to N: items shown together, drawn uniformly without replacement. */
  readonly slateSize: number
  /** S: visits, 0 to 10^9. */
  readonly interactions: number
}

/** @throws RangeError naming field and value */
export function checkVisitPlan(plan: VisitPlan): void {
  const { relevances, weights, poolSize, slateSize, interactions } = plan
  checkChoice(plan)
  checkWhole('poolSize', poolSize, 1, 65_535)
  checkWhole('slateSize', slateSize, 1, poolSize)
  checkWhole('interactions', interactions, 0, 1_000_000_000)
  if (weights.length === 0) throw new RangeError('weights: at least one persona is needed, got none')
  for (const weight of weights) {
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`weights: must be finite numbers above 0, got ${weight}`)
    }
  }
  if (relevances.length !== weights.length * poolSize) {
    throw new RangeError(
      `relevances: ${weights.length} personas x ${poolSize} items need ${weights.length * poolSize} numbers, got ${relevances.length}`,
    )
  }
  for (let index = 0; index < relevances.length; index++) {
    if (!Number.isFinite(relevances[index])) {
      throw new RangeError(`relevances: must be finite numbers, got ${relevances[index]} at ${index}`)
    }
  }
}

/** Weights as probabilities: they sum to 1. */
export function personaShares(weights: Float64Array): Float64Array {
  // Over the largest first, so that huge weights do not sum to infinity.
  const largest = weights.reduce((a, b) => Math.max(a, b))
  const total = weights.reduce((sum, weight) => sum + weight / largest, 0)
  return weights.map((weight) => weight / largest / total)
}

function checkWhole(name: string, value: number, smallest: number, largest: number): void {
  if (!(Number.isInteger(value) && value >= smallest && value <= largest)) {
    throw new RangeError(`${name}: must be a whole number from ${smallest} to ${largest}, got ${value}`)
  }
}
