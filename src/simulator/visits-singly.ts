import { binomial } from './binomial.ts'
import type { ChoiceWeights } from './choice-weights.ts'
import type { FastRandom } from './fast-random.ts'
import type { SlateCounts } from './slate-counts.ts'
import { takeOne, UniformChoice } from './uniform-choice.ts'
import type { VisitPlan } from './visit-plan.ts'

/**
 * One row a visit, for pools with more slates than there are visits. How many visits each persona makes is
 * drawn first, so the rows are grouped by persona. Not for weights that overflow.
 */
export function visitsSingly(plan: VisitPlan, choice: ChoiceWeights, random: FastRandom): SlateCounts {
  const { poolSize, slateSize, interactions: rows } = plan
  const items = new Uint16Array(rows * slateSize)
  const clicks = new Int32Array(rows * slateSize)
  // Any permutation is a fair start for the next partial shuffle, so it is never set back.
  const order = Uint16Array.from({ length: poolSize }, (_, item) => item)
  const uniform = new UniformChoice(poolSize)
  let row = 0
  for (const [persona, visits] of visitsByPersona(rows, choice.shares, random).entries()) {
    const weights = choice.weights.subarray(persona * poolSize, (persona + 1) * poolSize)
    for (const end = row + visits; row < end; row++) {
      const first = row * slateSize
      let sum = 0
      for (let position = 0; position < slateSize; position++) {
        const item = takeOne(order, position, uniform, random)
        items[first + position] = item
        sum += weights[item] as number
      }
      const clicked = clickedPosition(weights, order, slateSize, sum, random.uniform() * (1 + sum))
      if (clicked >= 0) clicks[first + clicked] = 1
    }
  }
  return { slateSize, rows, items, clicks, interactions: new Int32Array(rows).fill(1) }
}

/**
 * Where a point on the line of all weights falls: the position of the clicked item, or -1 for no click.
 *
 * @param slate its first `slateSize` entries are the slate
 * @param sum of the slate's weights
 * @param point in [0, 1 + sum)
 */
function clickedPosition(
  weights: Float64Array,
  slate: Uint16Array,
  slateSize: number,
  sum: number,
  point: number,
): number {
  if (point >= sum) return -1
  let rest = point
  let position = 0
  for (const last = slateSize - 1; position < last; position++) {
    rest -= weights[slate[position] as number] as number
    if (rest < 0) break
  }
  return position
}

/** How many of `visits` each persona makes: a multinomial draw. */
export function visitsByPersona(visits: number, shares: Float64Array, random: FastRandom): number[] {
  let left = visits
  let shareLeft = 1
  return Array.from(shares, (share, persona) => {
    const taken = persona === shares.length - 1 ? left : binomial(left, share / shareLeft, random)
    left -= taken
    shareLeft -= share
    return taken
  })
}
