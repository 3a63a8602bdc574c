import { carriedLead, type SourcePattern } from '../../core/statistics/carried-lead.ts'
import type { UtilityCounts } from '../../core/statistics/utility-posterior.ts'
import type { PoolStore } from '../../ports/store/pools.ts'

/** Who clicks on an item. */
export interface ItemSources {
  readonly visitors: number
  readonly networks: number
  /** Share of the item's clicks that come from the network with most of them; null without a click. */
  readonly busiestNetworkShare: number | null
}

/** A lead of one live item over another that few networks carry. */
export interface NetworkLead {
  readonly leader: string
  readonly follower: string
  /** P(leader better) by all clicks, and where each network counts once. */
  readonly byClicks: number
  readonly byNetworks: number
  /** The fewest networks without whose clicks there is no lead, and their share of the leader's clicks. */
  readonly networks: number
  readonly clicksShare: number
}

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
 * The live item's lead that few networks carry; see `carriedLead`.
 *
 * @param counts C and Z, in the order of `itemIds`
 */
export function networkLead(
  itemIds: readonly string[],
  counts: readonly UtilityCounts[],
  patterns: readonly SourcePattern[],
): NetworkLead | null {
  const found = carriedLead(counts, patterns)
  if (found === null) return null
  return {
    leader: itemIds[found.leader] as string,
    follower: itemIds[found.follower] as string,
    byClicks: found.byClicks,
    byNetworks: found.bySources,
    networks: found.carriers,
    clicksShare: found.carriersShare,
  }
}
