import { binomial } from './binomial.ts'
import { type ChoiceWeights, fillSlateProbabilities } from './choice-weights.ts'
import type { FastRandom } from './fast-random.ts'
import type { SlateCounts } from './slate-counts.ts'
import { firstSubset, nextSubset, subsetCount } from './subsets.ts'
import type { VisitPlan } from './visit-plan.ts'

/**
 * All visits of an iteration by counts: first how many saw each of the C(N, K) slates, then how many of those
 * clicked at each position. Visits are independent and alike, so their counts are multinomial over
 * (slate, outcome), whatever the order; the multinomial is drawn as a chain of conditional binomials. Who came
 * is not observed, so the personas enter through the mixture of their click probabilities. The joint
 * distribution of all counts is that of single visits, exactly; the work does not grow with S.
 */
export function visitsByCount(plan: VisitPlan, choice: ChoiceWeights, random: FastRandom): SlateCounts {
  const { poolSize, slateSize, interactions: visits } = plan
  const subsets = subsetCount(poolSize, slateSize)
  const rowsMax = Math.min(subsets, visits)
  const items = new Uint16Array(rowsMax * slateSize)
  const clicks = new Int32Array(rowsMax * slateSize)
  const interactions = new Int32Array(rowsMax)
  const slate = new Uint16Array(slateSize)
  const probabilities = new Float64Array(slateSize + 1)
  firstSubset(slate)
  let rows = 0
  let left = visits
  for (let after = subsets; left > 0; after--) {
    const shown = binomial(left, 1 / after, random)
    if (shown > 0) {
      left -= shown
      fillSlateProbabilities(plan, choice, slate, probabilities)
      drawClicks(shown, probabilities, clicks, rows * slateSize, random)
      for (let position = 0; position < slateSize; position++) {
        items[rows * slateSize + position] = slate[position] as number
      }
      interactions[rows] = shown
      rows++
    }
    nextSubset(slate, poolSize)
  }
  return { slateSize, rows, items, clicks, interactions }
}

/** Writes the clicks of `shown` visits to one slate at `offset`; overwrites `probabilities`. */
function drawClicks(
  shown: number,
  probabilities: Float64Array,
  clicks: Int32Array,
  offset: number,
  random: FastRandom,
): void {
  const slateSize = probabilities.length - 1
  // Sums from the end, so that each conditional probability is at most 1 and the last is exactly 1.
  for (let outcome = slateSize - 1; outcome >= 0; outcome--) {
    probabilities[outcome] = (probabilities[outcome] as number) + (probabilities[outcome + 1] as number)
  }
  let left = shown
  for (let position = 0; position < slateSize && left > 0; position++) {
    const fromHere = probabilities[position] as number
    const fromNext = probabilities[position + 1] as number
    const clicked = binomial(left, (fromHere - fromNext) / fromHere, random)
    clicks[offset + position] = clicked
    left -= clicked
  }
}
