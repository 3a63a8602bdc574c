import { clickProbabilities } from './click-model.ts'
import { personaShares, type VisitPlan } from './visit-plan.ts'

/** What the click model needs of a plan, worked out once an iteration. */
export interface ChoiceWeights {
  /** v = exp((r - RS) / T): P x N like the relevances. No-click weighs 1. */
  readonly weights: Float64Array
  /** Share of the visits that persona p makes; sums to 1. */
  readonly shares: Float64Array
  /**
   * True when a weight is too large to be summed, which takes a no-click score far below a relevance and a
   * tiny temperature. Then `weights` must not be used, and each slate is worked out by `clickProbabilities`.
   */
  readonly overflows: boolean
}

/** exp(600) times any number of items in a pool stays finite. */
const EXPONENT_MAX = 600

export function choiceWeights(plan: VisitPlan): ChoiceWeights {
  const { relevances, choiceTemperature, noClickScore } = plan
  const weights = new Float64Array(relevances.length)
  let overflows = false
  for (let index = 0; index < weights.length; index++) {
    const exponent = ((relevances[index] as number) - noClickScore) / choiceTemperature
    if (exponent > EXPONENT_MAX) overflows = true
    weights[index] = Math.exp(exponent)
  }
  return { weights, shares: personaShares(plan.weights), overflows }
}

/**
 * Fills `into` (length K + 1) with the chances of a click at each position and of none, over all personas.
 * Who came is not observed, so the mixture is all that the counts depend on.
 */
export function fillSlateProbabilities(
  plan: VisitPlan,
  choice: ChoiceWeights,
  slate: Uint16Array,
  into: Float64Array,
): void {
  if (choice.overflows) {
    fillByRelevance(plan, choice, slate, into)
    return
  }
  const { weights, shares } = choice
  const { poolSize, slateSize } = plan
  into.fill(0)
  for (let persona = 0; persona < shares.length; persona++) {
    const row = persona * poolSize
    let total = 1
    for (let position = 0; position < slateSize; position++) {
      total += weights[row + (slate[position] as number)] as number
    }
    const scale = (shares[persona] as number) / total
    for (let position = 0; position < slateSize; position++) {
      const weight = weights[row + (slate[position] as number)] as number
      into[position] = (into[position] as number) + weight * scale
    }
    into[slateSize] = (into[slateSize] as number) + scale
  }
}

function fillByRelevance(
  plan: VisitPlan,
  { shares }: ChoiceWeights,
  slate: Uint16Array,
  into: Float64Array,
): void {
  into.fill(0)
  for (let persona = 0; persona < shares.length; persona++) {
    const probabilities = personaClickProbabilities(plan, persona, slate)
    for (let outcome = 0; outcome < into.length; outcome++) {
      into[outcome] =
        (into[outcome] as number) + (shares[persona] as number) * (probabilities[outcome] as number)
    }
  }
}

/** Chances of one persona's clicks on one slate, from the relevances themselves: slow, and always right. */
export function personaClickProbabilities(
  plan: VisitPlan,
  persona: number,
  slate: Uint16Array,
): Float64Array {
  const relevances = Array.from(slate, (item) => plan.relevances[persona * plan.poolSize + item] as number)
  return clickProbabilities(relevances, plan)
}
