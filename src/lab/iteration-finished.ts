import type { RefusalReason } from '../core/checks/check.ts'
import { itemCtr, NO_COUNTS } from '../core/evidence.ts'
import { type PoolState, poolItems } from '../core/item-pool.ts'
import type { Birth } from '../core/loop.ts'
import type { Usage } from '../core/usage.ts'
import type { Visits } from '../ports/audience.ts'
import type { IterationFinished, PoolEntry } from './run-events.ts'

/** What writing one pool came to. */
export interface Written {
  readonly births: readonly Birth[]
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>
  readonly usage: Usage
}

/** The record of one iteration: the pool before it was written, the pool as it was seen, and what was seen. */
export function iterationFinished(
  before: PoolState,
  after: PoolState,
  visits: Visits,
  written: Written,
): IterationFinished {
  const { interactions, clicked } = after.evidence.iterations.get(after.iteration) ?? {
    interactions: 0,
    clicked: 0,
  }
  const pool = poolItems(after).map(({ id, text, mode, parents }): PoolEntry => {
    const counts = after.evidence.items.get(id)?.life ?? NO_COUNTS
    return {
      id,
      text,
      mode,
      parents,
      itemCtr: itemCtr(counts),
      impressions: counts.impressions,
      clicks: counts.clicks,
      relevance: visits.relevances?.get(id) ?? null,
    }
  })
  const relevances = pool.map(({ relevance }) => relevance).filter((relevance) => relevance !== null)
  return {
    kind: 'iteration-finished',
    iteration: after.iteration,
    poolCtr: interactions === 0 ? 0 : clicked / interactions,
    averageRelevance:
      relevances.length === 0 ? null : relevances.reduce((sum, value) => sum + value, 0) / relevances.length,
    interactions,
    clicked,
    pool,
    dropped: before.poolIds.filter((id) => !after.poolIds.includes(id)),
    born: after.poolIds.filter((id) => !before.poolIds.includes(id)),
    refused: written.refused,
    usage: written.usage,
  }
}
