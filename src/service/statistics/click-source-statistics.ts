import { probabilityBetter } from '../../core/statistics/better-probability.ts'
import { type UtilityCounts, utilityPosterior } from '../../core/statistics/utility-posterior.ts'
import type { PoolStore } from '../../ports/store/pools.ts'
import type { ItemStatistics } from './item-statistics.ts'

/** Who clicks on an item. */
export interface ItemSources {
  readonly visitors: number
  readonly networks: number
  /** Share of the item's clicks that come from the network with most of them; null without a click. */
  readonly busiestNetworkShare: number | null
}

/** A lead of the best live item that is gone without the clicks of one network. */
export interface NetworkLead {
  readonly leader: string
  readonly follower: string
  /** P(leader better), and without the clicks of the leader's busiest network. */
  readonly withNetwork: number
  readonly withoutNetwork: number
}

/** A lead is one from this chance on. */
const CREDIBLE = 0.95
/** Below this chance it is about as likely that there is none. */
const TOSS = 0.6

type ClickSources = Awaited<ReturnType<PoolStore['clickSources']>>

export function itemSources(sources: ClickSources): Map<string, ItemSources> {
  return new Map(
    sources.map(({ itemId, visitors, networks, clicks, clicksOfBusiestNetwork }) => [
      itemId,
      {
        visitors,
        networks,
        busiestNetworkShare: clicks === 0 ? null : Math.min(1, clicksOfBusiestNetwork / clicks),
      },
    ]),
  )
}

/**
 * Does one network carry the lead of the best live item over the next? Which impressions that network had is not
 * counted, so only its clicks on the leader are taken away: it errs on the side of an alarm.
 *
 * @param counts C and Z, in the order of `items`
 */
export function networkLead(
  items: readonly ItemStatistics[],
  counts: readonly UtilityCounts[],
  sources: ClickSources,
): NetworkLead | null {
  const [leader, follower] = items
    .map(({ id, isLive, utility }, index) => ({
      id,
      isLive,
      utility,
      counts: counts[index] as UtilityCounts,
    }))
    .filter(({ isLive, utility }) => isLive && utility !== null)
    .sort((a, b) => (b.utility ?? 0) - (a.utility ?? 0))
  if (leader === undefined || follower === undefined) return null
  const own = sources.find(({ itemId }) => itemId === leader.id)
  const taken = Math.min(leader.counts.clicks, own?.clicksOfBusiestNetwork ?? 0)
  if (taken === 0) return null
  const other = utilityPosterior(follower.counts)
  const withNetwork = probabilityBetter(utilityPosterior(leader.counts), other)
  if (withNetwork < CREDIBLE) return null
  const remaining = { ...leader.counts, clicks: leader.counts.clicks - taken }
  const withoutNetwork = probabilityBetter(utilityPosterior(remaining), other)
  if (withoutNetwork >= TOSS) return null
  return { leader: leader.id, follower: follower.id, withNetwork, withoutNetwork }
}
