import { binomial } from './binomial.ts'
import type { ChoiceWeights } from './choice-weights.ts'
import type { FastRandom } from './fast-random.ts'
import type { ItemTotals } from './slate-counts.ts'
import { UniformChoice } from './uniform-choice.ts'
import type { VisitPlan } from './visit-plan.ts'
import { visitsByPersona } from './visits-singly.ts'

/**
 * Totals by item for pools with many slates, looking only at visits that may end in a click.
 *
 * For one persona, rank the items from the most attractive. A slate is drawn as by selection sampling, which
 * runs through the ranks and takes each with chance (items still needed) / (items still to come); visits in
 * the same state are alike, so how many take an item is binomial. A visit whose best item has rank j clicks
 * with a chance of at most h_j, that of ranks j to j + K - 1 together. So as soon as its best item is known it
 * becomes a candidate with chance h_j, whatever the rest of its slate. The others click nothing, saw uniform
 * companions, and go on by counts. Candidates are drawn one by one, and end in a click with the chance of
 * their slate over h_j.
 *
 * Exact, up to click chances resolved to 2^-32. Takes N x K binomials and about 1.5 single draws a click.
 * Not for weights that overflow.
 */
export function totalsSingly(plan: VisitPlan, choice: ChoiceWeights, random: FastRandom): ItemTotals {
  const { poolSize, slateSize, interactions } = plan
  const impressions = new Int32Array(poolSize)
  const clicks = new Int32Array(poolSize)
  const noClickImpressions = new Int32Array(poolSize)
  const uniform = new UniformChoice(poolSize)
  let clicked = 0
  for (const [persona, visits] of visitsByPersona(interactions, choice.shares, random).entries()) {
    const weights = choice.weights.subarray(persona * poolSize, (persona + 1) * poolSize)
    const ranked = rankedCounts(weights, slateSize, poolSize)
    const candidates = countOthers(ranked, visits, random)
    for (let best = poolSize - slateSize; best >= 0; best--) {
      clicked += drawCandidates(ranked, best, candidates[best] as number, uniform, random)
    }
    for (let rank = 0; rank < poolSize; rank++) {
      const item = ranked.items[rank] as number
      const shown = ranked.impressions[rank] as number
      impressions[item] = (impressions[item] as number) + shown
      clicks[item] = (clicks[item] as number) + (ranked.clicks[rank] as number)
      noClickImpressions[item] =
        (noClickImpressions[item] as number) + shown - (ranked.clickedImpressions[rank] as number)
    }
  }
  return { impressions, clicks, noClickImpressions, interactions, clicked }
}

/** One persona's view and counts; all arrays by rank, the most attractive item first. */
interface RankedCounts {
  readonly slateSize: number
  readonly items: Uint16Array
  readonly weights: Float64Array
  /** h: highest chance of a click when the slate's best item has this rank. */
  readonly highest: Float64Array
  readonly impressions: Int32Array
  readonly clicks: Int32Array
  /** Impressions in slates that were clicked, on whichever item. */
  readonly clickedImpressions: Int32Array
  /** Ranks, shuffled behind the best item of the candidate at hand. */
  readonly order: Uint16Array
}

function rankedCounts(itemWeights: Float64Array, slateSize: number, poolSize: number): RankedCounts {
  const items = itemsByWeight(itemWeights)
  const weights = new Float64Array(poolSize)
  const order = new Uint16Array(poolSize)
  for (let rank = 0; rank < poolSize; rank++) {
    weights[rank] = itemWeights[items[rank] as number] as number
    order[rank] = rank
  }
  const highest = new Float64Array(poolSize)
  for (let best = 0; best <= poolSize - slateSize; best++) {
    let sum = 0
    for (let rank = best; rank < best + slateSize; rank++) sum += weights[rank] as number
    highest[best] = sum / (1 + sum)
  }
  return {
    slateSize,
    items,
    weights,
    highest,
    impressions: new Int32Array(poolSize),
    clicks: new Int32Array(poolSize),
    clickedImpressions: new Int32Array(poolSize),
    order,
  }
}

/** Items from the largest weight to the smallest. */
function itemsByWeight(weights: Float64Array): Uint16Array {
  // Sorting bare numbers and looking each item's place up is several times faster than a comparison function.
  const ascending = weights.slice().sort()
  const size = weights.length
  const sameBefore = new Uint16Array(size)
  const items = new Uint16Array(size)
  for (let item = 0; item < size; item++) {
    const weight = weights[item] as number
    let low = 0
    for (let high = size; low < high; ) {
      const middle = (low + high) >>> 1
      if ((ascending[middle] as number) < weight) low = middle + 1
      else high = middle
    }
    const same = sameBefore[low] as number
    sameBefore[low] = same + 1
    items[size - 1 - low - same] = item
  }
  return items
}

/** Counts the impressions of all visits that are no candidates; returns candidates by rank of their best item. */
function countOthers(ranked: RankedCounts, visits: number, random: FastRandom): Int32Array {
  const { slateSize, highest, impressions } = ranked
  const poolSize = impressions.length
  const candidates = new Int32Array(poolSize)
  /** Visits by how many items they still need. */
  const needing = new Int32Array(slateSize + 1)
  needing[slateSize] = visits
  for (let rank = 0; rank < poolSize; rank++) {
    let shown = 0
    // From those that need least: a visit takes at most this one item here.
    for (let needed = 1; needed <= slateSize; needed++) {
      let taking = binomial(needing[needed] as number, needed / (poolSize - rank), random)
      needing[needed] = (needing[needed] as number) - taking
      if (needed === slateSize) {
        candidates[rank] = binomial(taking, highest[rank] as number, random)
        taking -= candidates[rank] as number
      }
      needing[needed - 1] = (needing[needed - 1] as number) + taking
      shown += taking
    }
    impressions[rank] = shown
  }
  return candidates
}

/**
 * Draws the companions and the outcome of `count` candidates whose best item has rank `best`, and returns how
 * many were clicks. Must be called from the lowest best rank to the highest: `order` behind `best` then holds
 * just the ranks below it, in some order, and any order is a fair start for the next partial shuffle.
 */
function drawCandidates(
  { slateSize, weights, highest, impressions, clicks, clickedImpressions, order }: RankedCounts,
  best: number,
  count: number,
  uniform: UniformChoice,
  random: FastRandom,
): number {
  const end = best + slateSize
  const poolSize = order.length
  const scale = (highest[best] as number) / 4294967296
  const bestWeight = weights[best] as number
  let clicked = 0
  for (let left = count; left > 0; left--) {
    let sum = bestWeight
    for (let place = best + 1; place < end; place++) {
      const other = place + uniform.below(poolSize - place, random)
      const rank = order[other] as number
      order[other] = order[place] as number
      order[place] = rank
      sum += weights[rank] as number
      impressions[rank] = (impressions[rank] as number) + 1
    }
    let point = ((random.next32() >>> 0) + 0.5) * scale * (1 + sum)
    if (point >= sum) continue
    clicked++
    let place = best
    for (; place < end - 1; place++) {
      point -= weights[order[place] as number] as number
      if (point < 0) break
    }
    const rank = order[place] as number
    clicks[rank] = (clicks[rank] as number) + 1
    for (let shown = best; shown < end; shown++) {
      const seen = order[shown] as number
      clickedImpressions[seen] = (clickedImpressions[seen] as number) + 1
    }
  }
  impressions[best] = (impressions[best] as number) + count
  return clicked
}
