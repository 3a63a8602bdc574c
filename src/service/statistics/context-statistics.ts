import { type LeftOutReason, NO_VISITORS } from '../../core/live/tallies.ts'
import { visitorRateSequence } from '../../core/statistics/rate-sequence.ts'
import type { SlotEffect } from '../../core/statistics/slot-effects.ts'
import { designEffects } from '../../core/statistics/visitor-spread.ts'
import { clickingVisitors, slateDesignEffect } from '../../core/statistics/visitor-sums.ts'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { Spend } from '../../ports/store/model-calls.ts'
import type { ArmState, ItemSpread } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import { type ItemSources, itemSources, type NetworkLead, networkLead } from './click-source-statistics.ts'
import {
  type Comparison,
  comparisons,
  type SampleRatioCheck,
  sampleRatioCheck,
} from './comparison-statistics.ts'
import { type ItemStatistics, itemStatistics } from './item-statistics.ts'
import {
  type IterationStatistics,
  iterationStatistics,
  type VersionStatistics,
  versionStatistics,
} from './pool-statistics.ts'

/** One arm, over its whole life unless said otherwise. */
export interface ArmStatistics {
  readonly arm: string
  readonly isServed: boolean
  readonly version: number
  readonly iteration: number | null
  readonly visitors: number
  readonly slates: number
  readonly clicked: number
  readonly ctr: number | null
  /** At all looks, clustered by visitor, 95 %; null while there are too few visitors. */
  readonly ctrInterval: readonly [number, number] | null
  /** In effect: one who clicks a hundred times is not a hundred. Intervals wait for `VISITORS_LEAST` of them. */
  readonly clickingVisitors: number
  /** How many slates tell as much as one would of visitors who come once and are alike; at least 1. */
  readonly designEffect: number
  readonly items: readonly (ItemStatistics & ItemSources)[]
  readonly slotEffects: readonly (SlotEffect & { readonly slot: number })[]
  readonly versions: readonly VersionStatistics[]
  readonly iterations: readonly IterationStatistics[]
  /** Visits that are kept but not counted. */
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>
  readonly carriedLead: NetworkLead | null
}

export interface ContextStatistics {
  readonly context: string
  readonly arms: readonly ArmStatistics[]
  readonly comparisons: readonly Comparison[]
  readonly sampleRatio: SampleRatioCheck | null
  readonly spend: Spend
  /** Events of slates whose window is not over, or that are not counted yet. */
  readonly open: { readonly impressions: number; readonly clicks: number }
}

/** What statistics are read from. */
export type StatisticsStore = Pick<
  Store,
  | 'arms'
  | 'spend'
  | 'openCounts'
  | 'items'
  | 'tallies'
  | 'versions'
  | 'clickSources'
  | 'clickSpread'
  | 'clickPatterns'
>

/** Versions whose slates are told one by one; those before stay in the sums. */
const VERSIONS_MAX = 200

/** Visitors from whom it is read how unlike they are: a tenth of a second on PGlite, however many there are. */
const SPREAD_VISITORS_MAX = 2000

/**
 * Everything that people are told of a context, from the counts as they are now.
 *
 * @param which items: those in the pool, or all of the history
 */
export async function contextStatistics(
  store: StatisticsStore,
  context: LiveContext,
  which: 'live' | 'all',
): Promise<ContextStatistics> {
  const [states, spend, open] = await Promise.all([
    store.arms(context.id),
    store.spend(context.id, 0),
    store.openCounts(context.id),
  ])
  const read = await Promise.all(states.map((state) => armStatistics(store, context, state, which)))
  const served = context.config.arms.map((config) => ({
    config,
    visitors: read.find(({ arm }) => arm.arm === config.key)?.sums ?? NO_VISITORS,
  }))
  return {
    context: context.key,
    arms: read.map(({ arm }) => arm),
    comparisons: comparisons(served, spend),
    sampleRatio: sampleRatioCheck(served),
    spend,
    open,
  }
}

async function armStatistics(
  store: StatisticsStore,
  context: LiveContext,
  state: ArmState,
  which: 'live' | 'all',
) {
  const { arm, poolIds, version, iteration } = state
  const history = await store.items(context.id, arm)
  const told = which === 'all' ? history.map(({ id }) => id) : poolIds
  const [tallies, versions, sources, spreads, patterns] = await Promise.all([
    store.tallies(context.id, arm),
    store.versions(context.id, arm, { limit: VERSIONS_MAX }),
    store.clickSources(context.id, arm),
    store.clickSpread(context.id, arm, told, SPREAD_VISITORS_MAX),
    store.clickPatterns(context.id, arm, poolIds),
  ])
  const effectOf = designEffectOf(spreads)
  const { items, slotEffects, counts } = itemStatistics(history, poolIds, tallies.items, effectOf)
  const sourceOf = itemSources(sources)
  const { slates, clicked, visitors } = tallies.visitors
  const interval = visitorRateSequence(tallies.visitors)
  const designEffect = slateDesignEffect(tallies.visitors)
  const isKnown = interval[0] > 0 || interval[1] < 1
  const statistics: ArmStatistics = {
    arm,
    isServed: context.config.arms.some(({ key }) => key === arm),
    version,
    iteration: iteration < 0 ? null : iteration,
    visitors,
    slates,
    clicked,
    ctr: slates === 0 ? null : clicked / slates,
    ctrInterval: isKnown ? interval : null,
    clickingVisitors: clickingVisitors(tallies.visitors),
    designEffect,
    items: items
      .filter(({ isLive }) => which === 'all' || isLive)
      .map((item) => ({ ...item, ...(sourceOf.get(item.id) ?? NO_SOURCES) })),
    slotEffects: slotEffects.map((effect, slot) => ({ slot, ...effect })),
    versions: versionStatistics(tallies.slates, versions, designEffect).slice(-VERSIONS_MAX),
    iterations: iterationStatistics(tallies.slates, versions, designEffect),
    leftOut: tallies.leftOut,
    carriedLead: networkLead(
      poolIds,
      poolIds.map((id) => counts[items.findIndex((item) => item.id === id)] ?? NO_COUNTS),
      patterns,
    ),
  }
  return { arm: statistics, sums: tallies.visitors }
}

/** Items that no kept day tells of have the mean of the others. */
function designEffectOf(spreads: readonly ItemSpread[]): (itemId: string) => number {
  const effects = designEffects(spreads)
  const byItem = new Map(spreads.map(({ itemId }, place) => [itemId, effects[place] as number]))
  const mean = effects.length === 0 ? 1 : effects.reduce((sum, one) => sum + one, 0) / effects.length
  return (itemId) => byItem.get(itemId) ?? mean
}

const NO_COUNTS = { clicks: 0, noClickImpressions: 0 }
const NO_SOURCES: ItemSources = { visitors: 0, networks: 0, busiestNetworkShare: null }
