import type { Context } from '../context.ts'
import type { ItemCounts, ItemEvidence } from '../evidence.ts'
import type { PoolState } from '../item-pool.ts'
import type { LiveItem, PoolVersion } from './live-item.ts'
import type { ArmTallies } from './tallies.ts'

/** What is known of an arm when its next iteration is planned. */
export interface ArmKnowledge {
  readonly context: Context
  /** Iteration whose pool it is; -1 before the first pool. */
  readonly iteration: number
  readonly poolIds: readonly string[]
  /** Everything ever accepted or imported for the arm, in order of birth. */
  readonly items: readonly LiveItem[]
  readonly versions: readonly PoolVersion[]
  readonly tallies: ArmTallies
  /** Distinct visitors that clicked, by item. */
  readonly clickers: ReadonlyMap<string, number>
}

/**
 * An arm as strategies see it. Banned, rejected and waiting items are no part of it: they are never examples. (They
 * do count as earlier texts when candidates are checked: give the checks all items.)
 *
 * @param clickersMin an item with clicks from fewer visitors is `unproven`
 */
export function livePoolState(known: ArmKnowledge, clickersMin: number): PoolState {
  const history = known.items.filter(({ standing }) => standing === 'approved')
  const evidence = evidenceOf(known)
  const unproven = [...evidence.items]
    .filter(([id, { life }]) => life.clicks > 0 && (known.clickers.get(id) ?? 0) < clickersMin)
    .map(([id]) => id)
  const live = new Set(known.poolIds)
  return {
    context: known.context,
    iteration: known.iteration,
    history,
    poolIds: known.poolIds,
    evidence,
    pinnedIds: new Set(history.filter(({ id, isPinned }) => isPinned && live.has(id)).map(({ id }) => id)),
    unprovenIds: new Set(unproven),
  }
}

/** Tallies by version as evidence by iteration; versions that nobody knows any more count to the item's life. */
function evidenceOf({
  versions,
  tallies,
}: Pick<ArmKnowledge, 'versions' | 'tallies'>): PoolState['evidence'] {
  const iterationOf = new Map(versions.map(({ version, iteration }) => [version, iteration]))
  const items = new Map<string, ItemEvidence>()
  for (const tally of tallies.items) {
    const { impressions, clicks, noClickImpressions } = tally
    const counts = { impressions, clicks, noClickImpressions }
    items.set(tally.itemId, plus(items.get(tally.itemId), iterationOf.get(tally.version) ?? -1, counts))
  }
  const iterations = new Map<number, { interactions: number; clicked: number }>()
  for (const { version, slates, clicked } of tallies.slates) {
    const iteration = iterationOf.get(version) ?? -1
    const before = iterations.get(iteration) ?? { interactions: 0, clicked: 0 }
    iterations.set(iteration, {
      interactions: before.interactions + slates,
      clicked: before.clicked + clicked,
    })
  }
  return { items, iterations }
}

function plus(before: ItemEvidence | undefined, iteration: number, counts: ItemCounts): ItemEvidence {
  if (before === undefined) return { life: counts, last: counts, lastIteration: iteration }
  const life = sum(before.life, counts)
  if (iteration > before.lastIteration) return { life, last: counts, lastIteration: iteration }
  if (iteration < before.lastIteration) return { ...before, life }
  return { life, last: sum(before.last, counts), lastIteration: iteration }
}

function sum(a: ItemCounts, b: ItemCounts): ItemCounts {
  return {
    impressions: a.impressions + b.impressions,
    clicks: a.clicks + b.clicks,
    noClickImpressions: a.noClickImpressions + b.noClickImpressions,
  }
}
