import { InputError } from '../core/errors.ts'
import type { Random } from '../core/random.ts'
import { choiceWeights } from './choice-weights.ts'
import { FastRandom } from './fast-random.ts'
import { type ItemTotals, itemTotals, type SlateCounts } from './slate-counts.ts'
import { subsetCount } from './subsets.ts'
import { totalsSingly } from './totals-singly.ts'
import { checkVisitPlan, type VisitPlan } from './visit-plan.ts'
import { visitsByCount } from './visits-by-count.ts'
import { simulateVisitsSingly } from './visits-reference.ts'
import { visitsSingly } from './visits-singly.ts'

/** Rows that one iteration may give: about 20 bytes each, and ten times that as outcomes. */
const ROWS_MAX = 2_000_000

/** Visits a slate from which drawing by counts is faster than drawing totals one by one (measured). */
const VISITS_PER_SLATE_MIN = 40

/**
 * One iteration of visits, by slate. Draws by counts, or one by one where the slates that could be shown,
 * C(N, K), outnumber the visits. Both have the distribution of `simulateVisitsSingly`, exactly.
 *
 * @returns at most min(C(N, K), S) rows, each with at least one visit; their visits sum to S
 * @throws RangeError when the plan cannot be, naming field and value
 * @throws InputError when there would be more than two million rows
 */
export function simulateVisits(plan: VisitPlan, random: Random): SlateCounts {
  checkVisitPlan(plan)
  const subsets = subsetCount(plan.poolSize, plan.slateSize)
  if (Math.min(subsets, plan.interactions) > ROWS_MAX) {
    throw new InputError(
      'interactions',
      plan.interactions,
      `a pool of ${plan.poolSize} has so many slates of ${plan.slateSize} that the outcomes would not fit in memory; give at most ${ROWS_MAX}`,
    )
  }
  const choice = choiceWeights(plan)
  if (subsets <= plan.interactions) return visitsByCount(plan, choice, new FastRandom(random))
  if (choice.overflows) return simulateVisitsSingly(plan, random)
  return visitsSingly(plan, choice, new FastRandom(random))
}

/**
 * The same, summed by item: what the lab's larger studies need, and several times faster for large pools. It
 * draws in another order, so the same seed gives other numbers than `simulateVisits`, of the same distribution.
 *
 * @throws RangeError when the plan cannot be, naming field and value
 */
export function simulateItemTotals(plan: VisitPlan, random: Random): ItemTotals {
  checkVisitPlan(plan)
  const choice = choiceWeights(plan)
  const subsets = subsetCount(plan.poolSize, plan.slateSize)
  if (subsets * VISITS_PER_SLATE_MIN <= plan.interactions) {
    return itemTotals(visitsByCount(plan, choice, new FastRandom(random)), plan.poolSize)
  }
  if (choice.overflows) return itemTotals(simulateVisitsSingly(plan, random), plan.poolSize)
  return totalsSingly(plan, choice, new FastRandom(random))
}
