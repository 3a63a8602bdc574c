import { choiceWeights, fillSlateProbabilities } from './choice-weights.ts'
import { firstSubset, nextSubset, subsetCount } from './subsets.ts'
import { checkVisitPlan, type VisitPlan } from './visit-plan.ts'

/** The truth that the simulator's counts scatter around. */
export interface ExpectedRates {
  /** Chance that a visit ends in a click, in [0, 1]. */
  readonly poolCtr: number
  /** Chance that an item is clicked when it is shown, by place in the pool, in [0, 1]. */
  readonly itemCtrs: Float64Array
  /** Chance that nothing is clicked when the item is shown, by place in the pool, in [0, 1]. */
  readonly itemNoClickRates: Float64Array
}

const SUBSETS_MAX = 10_000_000

/**
 * The rates in closed form: the click model summed over all C(N, K) slates and all personas. `interactions`
 * of the plan plays no part.
 *
 * @throws RangeError when the plan cannot be, or has more than ten million slates
 */
export function expectedRates(plan: Omit<VisitPlan, 'interactions'>): ExpectedRates {
  const checked: VisitPlan = { ...plan, interactions: 0 }
  checkVisitPlan(checked)
  const { poolSize, slateSize } = plan
  const subsets = subsetCount(poolSize, slateSize)
  if (subsets > SUBSETS_MAX) {
    throw new RangeError(`poolSize: ${poolSize} items have more than ${SUBSETS_MAX} slates of ${slateSize}`)
  }
  const choice = choiceWeights(checked)
  const slate = new Uint16Array(slateSize)
  const probabilities = new Float64Array(slateSize + 1)
  const itemCtrs = new Float64Array(poolSize)
  const itemNoClickRates = new Float64Array(poolSize)
  let noClick = 0
  firstSubset(slate)
  do {
    fillSlateProbabilities(checked, choice, slate, probabilities)
    const slateNoClick = probabilities[slateSize] as number
    noClick += slateNoClick
    for (let position = 0; position < slateSize; position++) {
      const item = slate[position] as number
      itemCtrs[item] = (itemCtrs[item] as number) + (probabilities[position] as number)
      itemNoClickRates[item] = (itemNoClickRates[item] as number) + slateNoClick
    }
  } while (nextSubset(slate, poolSize))
  const slatesWithItem = (subsets * slateSize) / poolSize
  return {
    poolCtr: 1 - noClick / subsets,
    itemCtrs: itemCtrs.map((sum) => sum / slatesWithItem),
    itemNoClickRates: itemNoClickRates.map((sum) => sum / slatesWithItem),
  }
}

/** The chance that a visit ends in a click, in [0, 1]; see `expectedRates`. */
export function expectedPoolCtr(plan: Omit<VisitPlan, 'interactions'>): number {
  return expectedRates(plan).poolCtr
}
