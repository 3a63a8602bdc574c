import type { SlateOutcome } from '../../../core/evidence.ts'
import { choiceLikelihood } from '../../../core/statistics/choice-likelihood.ts'
import { slotEffects } from '../../../core/statistics/slot-effects.ts'
import { countsOverSlots, type UtilityCounts } from '../../../core/statistics/utility-posterior.ts'
import { type KnownPool, type Serve, visitPool } from './slate-counts.ts'
import { fastRandom, type Share, shareOf, shuffleFront } from './study.ts'

const POOL: KnownPool = { utilities: [0.05, 0.1, 0.2, 0.5, 1.5], effects: [1, 0.6, 0.35] }
const VISITS = 4000

const uniform: Serve = (order, random) => shuffleFront(order, 3, random)

/** The best three, best first, in nine slates of ten; the tenth uniform. */
const bestFirst: Serve = (order, random, visit) => {
  if (visit % 10 === 0) shuffleFront(order, 3, random)
  else order.sort((one, other) => other - one)
}

/** How often 95 % intervals of slot effects hold the truth, and the mean estimate of the second slot's, 0.6. */
export function slotCoverage(rounds: number): { name: string; share: Share; mean: number; plain: number }[] {
  const cases: [string, Serve][] = [
    ['all slates in random order', uniform],
    ['best first in 90 % of slates', bestFirst],
  ]
  return cases.map(([name, serve]) => {
    let held = 0
    let sum = 0
    let plainSum = 0
    shareOf(rounds, ['slots', name], (random) => {
      const counts = visitPool(POOL, VISITS, serve, random)
      const byItem = POOL.utilities.map((_, item) => counts.of(item))
      for (const [slot, { interval, effect }] of slotEffects(byItem).entries()) {
        const truth = POOL.effects[slot] as number
        if (interval !== undefined && interval[0] <= truth && truth <= interval[1]) held++
        if (slot === 1) sum += effect
      }
      const bySlot = [0, 1].map((slot) => ({
        clicks: byItem.reduce((total, item) => total + (item[slot]?.clicks ?? 0), 0),
        noClickImpressions: byItem.reduce((total, item) => total + (item[slot]?.noClickImpressions ?? 0), 0),
      }))
      plainSum += slotEffects([bySlot])[1]?.effect ?? 0
      return true
    })
    return { name, share: { times: held, rounds: rounds * 2 }, mean: sum / rounds, plain: plainSum / rounds }
  })
}

/**
 * Root mean square error of log v over items and rounds: of C / Z, and of the full likelihood. Slot effects are
 * estimated by each in its own way where there are any.
 */
export function estimateErrors(rounds: number): { name: string; ratio: number; likelihood: number }[] {
  const quiet = [0.01, 0.02, 0.05, 0.1, 0.15]
  const cases: [string, KnownPool][] = [
    ['slate CTR about 15 %, no slot effects', { utilities: quiet, effects: [1, 1, 1] }],
    ['slate CTR about 60 %, no slot effects', { ...POOL, effects: [1, 1, 1] }],
    ['slate CTR about 10 %, slots 1, 0.6, 0.35', { ...POOL, utilities: quiet }],
    ['slate CTR about 45 %, slots 1, 0.6, 0.35', POOL],
  ]
  return cases.map(([name, pool]) => {
    const random = fastRandom(['estimates', name])
    const equalSlots = pool.effects.every((effect) => effect === 1)
    let ratio = 0
    let likelihood = 0
    for (let round = 0; round < rounds; round++) {
      const outcomes: SlateOutcome[] = []
      const counts = visitPool(pool, VISITS, uniform, random, outcomes)
      const byItem = pool.utilities.map((_, item) => counts.of(item))
      const effects = equalSlots ? pool.effects : slotEffects(byItem).map(({ effect }) => effect)
      const { utilities } = choiceLikelihood(outcomes, { tolerance: 1e-6, equalSlots })
      for (const [item, truth] of pool.utilities.entries()) {
        const { clicks, noClickImpressions } = countsOverSlots(byItem[item] as UtilityCounts[], effects)
        ratio += Math.log(clicks / noClickImpressions / truth) ** 2
        likelihood += Math.log((utilities.get(String(item)) as number) / truth) ** 2
      }
    }
    const count = rounds * pool.utilities.length
    return { name, ratio: Math.sqrt(ratio / count), likelihood: Math.sqrt(likelihood / count) }
  })
}
