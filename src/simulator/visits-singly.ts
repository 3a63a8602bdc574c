import { binomial } from './binomial.ts'
import type { ChoiceWeights } from './choice-weights.ts'
import type { FastRandom } from './fast-random.ts'
import { emptyTotals, type ItemTotals, type SlateCounts } from './slate-counts.ts'
import { SlateSource } from './slate-source.ts'
import type { VisitPlan } from './visit-plan.ts'

/** Slates drawn before their clicks are: they stay in the first-level cache. */
const BATCH = 512

/**
 * One row a visit, for pools with more slates than there are visits. How many visits each persona makes is
 * drawn first, so the rows are grouped by persona. Not for weights that overflow.
 */
export function visitsSingly(plan: VisitPlan, choice: ChoiceWeights, random: FastRandom): SlateCounts {
  const { poolSize, slateSize, interactions: rows } = plan
  const items = new Uint16Array(rows * slateSize)
  const clicks = new Int32Array(rows * slateSize)
  new SlateSource(poolSize, slateSize).fill(items, rows, random)
  let row = 0
  for (const [persona, visits] of visitsByPersona(rows, choice.shares, random).entries()) {
    const weights = choice.weights.subarray(persona * poolSize, (persona + 1) * poolSize)
    const end = row + visits
    for (; row < end; row++) {
      const clicked = clickedCell(weights, items, row * slateSize, slateSize, random.uniform())
      if (clicked >= 0) clicks[clicked] = 1
    }
  }
  return { slateSize, rows, items, clicks, interactions: new Int32Array(rows).fill(1) }
}

/**
 * The same visits summed by item, without looking at each: a persona clicks on no slate with a higher chance
 * than on that of its K favourites. A visit is first a candidate for a click with that highest chance, whatever
 * its slate; only candidates are drawn one by one, and become clicks with their slate's share of the highest
 * chance. The others saw uniform slates and clicked nothing, so only their impressions are drawn, by counts.
 * Exact, and faster the lower the CTR. Not for weights that overflow.
 */
export function totalsSingly(plan: VisitPlan, choice: ChoiceWeights, random: FastRandom): ItemTotals {
  const { poolSize, slateSize, interactions } = plan
  const totals = emptyTotals(poolSize)
  const source = new SlateSource(poolSize, slateSize)
  const slates = new Uint16Array(BATCH * slateSize)
  let clicked = 0
  let others = 0
  for (const [persona, visits] of visitsByPersona(interactions, choice.shares, random).entries()) {
    const weights = choice.weights.subarray(persona * poolSize, (persona + 1) * poolSize)
    const highest = highestClickChance(weights, slateSize)
    const candidates = binomial(visits, highest, random)
    others += visits - candidates
    for (let left = candidates; left > 0; left -= BATCH) {
      const count = Math.min(left, BATCH)
      source.fill(slates, count, random)
      clicked += addCandidates(weights, highest, slates, count, slateSize, totals, random)
    }
  }
  const unclicked = impressionsOfUniformSlates(others, poolSize, slateSize, random)
  for (let item = 0; item < poolSize; item++) {
    const impressions = unclicked[item] as number
    totals.impressions[item] = (totals.impressions[item] as number) + impressions
    totals.noClickImpressions[item] = (totals.noClickImpressions[item] as number) + impressions
  }
  return { ...totals, interactions, clicked }
}

/**
 * Impressions by item of `visits` uniform slates, drawn without drawing a slate. Selection sampling runs
 * through the items and takes each with chance (items still needed) / (items still to come); visits that need
 * the same number are alike, so how many of them take the item is binomial. N x K binomials, for any S.
 */
export function impressionsOfUniformSlates(
  visits: number,
  poolSize: number,
  slateSize: number,
  random: FastRandom,
): Int32Array {
  const impressions = new Int32Array(poolSize)
  /** Visits by how many items they still need. */
  const needing = new Int32Array(slateSize + 1)
  needing[slateSize] = visits
  for (let item = 0; item < poolSize; item++) {
    let shown = 0
    for (let needed = 1; needed <= slateSize; needed++) {
      const taking = binomial(needing[needed] as number, needed / (poolSize - item), random)
      needing[needed] = (needing[needed] as number) - taking
      needing[needed - 1] = (needing[needed - 1] as number) + taking
      shown += taking
    }
    impressions[item] = shown
  }
  return impressions
}

/** How many of `visits` each persona makes: a multinomial draw. */
function visitsByPersona(visits: number, shares: Float64Array, random: FastRandom): number[] {
  let left = visits
  let shareLeft = 1
  return Array.from(shares, (share, persona) => {
    const taken = persona === shares.length - 1 ? left : binomial(left, share / shareLeft, random)
    left -= taken
    shareLeft -= share
    return taken
  })
}

function highestClickChance(weights: Float64Array, slateSize: number): number {
  const descending = weights.slice().sort().reverse()
  let sum = 0
  for (let place = 0; place < slateSize; place++) sum += descending[place] as number
  return sum / (1 + sum)
}

/** The clicked one of the K cells from `first`, or -1 for no click; `chance` is uniform in [0, 1). */
function clickedCell(
  weights: Float64Array,
  items: Uint16Array,
  first: number,
  slateSize: number,
  chance: number,
): number {
  let sum = 0
  for (let cell = first; cell < first + slateSize; cell++) sum += weights[items[cell] as number] as number
  let rest = chance * (1 + sum)
  if (rest >= sum) return -1
  let cell = first
  for (const last = first + slateSize - 1; cell < last; cell++) {
    rest -= weights[items[cell] as number] as number
    if (rest < 0) break
  }
  return cell
}

/** Counts candidates in and tells how many were clicks. */
function addCandidates(
  weights: Float64Array,
  highest: number,
  slates: Uint16Array,
  count: number,
  slateSize: number,
  { impressions, clicks, noClickImpressions }: Omit<ItemTotals, 'interactions' | 'clicked'>,
  random: FastRandom,
): number {
  // Words of 32 bits, centred, spread over [0, highest): resolved to 2^-32 of the highest chance.
  const scale = highest / 4294967296
  const end = count * slateSize
  let clicked = 0
  for (let first = 0; first < end; first += slateSize) {
    const cell = clickedCell(weights, slates, first, slateSize, ((random.next32() >>> 0) + 0.5) * scale)
    const unclicked = cell < 0 ? 1 : 0
    for (let place = first; place < first + slateSize; place++) {
      const item = slates[place] as number
      impressions[item] = (impressions[item] as number) + 1
      noClickImpressions[item] = (noClickImpressions[item] as number) + unclicked
    }
    if (cell >= 0) {
      const item = slates[cell] as number
      clicks[item] = (clicks[item] as number) + 1
      clicked++
    }
  }
  return clicked
}
