import type { Random } from '../core/random.ts'
import { personaClickProbabilities } from './choice-weights.ts'
import type { SlateCounts } from './slate-counts.ts'
import { checkVisitPlan, personaShares, type VisitPlan } from './visit-plan.ts'

/**
 * The paper's rule word for word, one visit after the other: draw a persona, draw K items uniformly without
 * replacement, draw one of the K + 1 things that can happen. One row a visit. Slow; it is what the fast forms
 * are tested against, and the fallback where their weights would overflow.
 *
 * @throws RangeError when the plan cannot be, naming field and value
 */
export function simulateVisitsSingly(plan: VisitPlan, random: Random): SlateCounts {
  checkVisitPlan(plan)
  const { poolSize, slateSize, interactions: rows } = plan
  const shares = personaShares(plan.weights)
  const order = Uint16Array.from({ length: poolSize }, (_, item) => item)
  const items = new Uint16Array(rows * slateSize)
  const clicks = new Int32Array(rows * slateSize)
  for (let row = 0; row < rows; row++) {
    const persona = drawIndex(shares, random)
    for (let position = 0; position < slateSize; position++) {
      const other = position + random.integer(poolSize - position)
      const item = order[other] as number
      order[other] = order[position] as number
      order[position] = item
      items[row * slateSize + position] = item
    }
    const slate = items.subarray(row * slateSize, (row + 1) * slateSize)
    const outcome = drawIndex(personaClickProbabilities(plan, persona, slate), random)
    if (outcome < slateSize) clicks[row * slateSize + outcome] = 1
  }
  return { slateSize, rows, items, clicks, interactions: new Int32Array(rows).fill(1) }
}

/** An index with the given probabilities, which sum to 1. */
function drawIndex(probabilities: Float64Array, random: Random): number {
  let rest = random.uniform()
  let index = 0
  for (const last = probabilities.length - 1; index < last; index++) {
    rest -= probabilities[index] as number
    if (rest < 0) break
  }
  return index
}
