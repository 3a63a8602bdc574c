import type { PoolState } from '../item-pool.ts'
import { poolItems } from '../item-pool.ts'
import type { LoopSettings } from '../settings.ts'
import { logPairEvidence, type PairClicks } from '../statistics/pair-evidence.ts'
import { rated, sortedByRate } from '../strategies/rating.ts'
import type { Plan } from '../strategies/strategy.ts'
import type { ArmKnowledge } from './live-pool-state.ts'

export interface EvidenceLook {
  readonly isDue: boolean
  /** Natural logarithm of the e-value of the best live item against the one that would leave; the least of several. */
  readonly logEvidence: number
  /** What it has to reach. */
  readonly logEvidenceMin: number
}

/**
 * Whether the evidence tells the worst live item from the best, at error rate `alpha` for all pairs of the pool and
 * all looks together. Items that came in with the latest iteration leave only when they are told from the best
 * themselves: they may be among the worst because hardly anybody saw them yet.
 *
 * Tallies do not say which items stood in a slate together, and need not: where a slate is drawn uniformly from a pool
 * that holds both, in random order, each slate with one of the two in a place has its equal with the other, so under
 * v_i <= v_j a click on one of the two falls on i with probability at most 1/2, whether or not both were shown. That
 * is all the e-value asks. It holds version by version, so clicks of all versions that hold both add up.
 */
export function lookAtEvidence(
  known: Pick<ArmKnowledge, 'versions' | 'tallies'>,
  pool: PoolState,
  plan: Plan,
  settings: LoopSettings,
  alpha: number,
): EvidenceLook {
  const size = pool.poolIds.length
  const logEvidenceMin = Math.log((size * (size - 1)) / alpha)
  const seen = sortedByRate(rated(poolItems(pool), pool, settings)).filter(({ ctr }) => ctr !== null)
  const best = seen.at(-1)?.item.id
  const worst = seen.find(({ item }) => pool.pinnedIds?.has(item.id) !== true)?.item.id
  if (best === undefined || worst === undefined || best === worst) {
    return { isDue: false, logEvidence: 0, logEvidenceMin }
  }
  const newborn = pool.history
    .filter(({ id, bornAt }) => bornAt === pool.iteration && bornAt > 0 && plan.leaving.includes(id))
    .map(({ id }) => id)
  const judged = [...new Set([worst, ...newborn])].filter((id) => id !== best)
  const logEvidence = Math.min(...judged.map((id) => logPairEvidence(uniformClicks(known, best, id))))
  return { isDue: logEvidence >= logEvidenceMin, logEvidence, logEvidenceMin }
}

/** Clicks on two items in slates drawn uniformly at random, over the versions whose pools hold both. */
export function uniformClicks(
  { versions, tallies }: Pick<ArmKnowledge, 'versions' | 'tallies'>,
  first: string,
  second: string,
): PairClicks {
  const both = new Set(
    versions
      .filter(({ itemIds }) => itemIds.includes(first) && itemIds.includes(second))
      .map(({ version }) => version),
  )
  let wins = 0
  let losses = 0
  for (const { version, itemId, isUniform, clicks } of tallies.items) {
    if (!isUniform || !both.has(version)) continue
    if (itemId === first) wins += clicks
    if (itemId === second) losses += clicks
  }
  return { wins, trials: wins + losses }
}
