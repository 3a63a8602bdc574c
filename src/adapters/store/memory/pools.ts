import type { LiveItem } from '../../../core/live/live-item.ts'
import type { CommitResult, ItemTotals, PoolCommit, PoolStore } from '../../../ports/store/pools.ts'
import { clickSourcesOf, talliesOf } from './counts.ts'
import { keepAnswer } from './idempotency.ts'
import { clickPatternsOf, clickSpreadOf } from './spread.ts'
import { armKey, armState, type MemoryArm, type MemoryState, requestRunOf, touch } from './state.ts'

export function memoryPools(state: MemoryState): PoolStore {
  const armOf = (contextId: number, arm: string) => state.arms.get(armKey(contextId, arm))
  return {
    async arms(contextId) {
      return [...state.arms.values()].filter((arm) => arm.contextId === contextId).map(armState)
    },
    async items(contextId, arm) {
      return [...(armOf(contextId, arm)?.items ?? [])]
    },
    async versions(contextId, arm, { beforeVersion, limit }) {
      return [...(armOf(contextId, arm)?.versions ?? [])]
        .reverse()
        .filter(({ version }) => beforeVersion === undefined || version < beforeVersion)
        .slice(0, limit)
    },
    async version(contextId, arm, version) {
      return armOf(contextId, arm)?.versions.find((one) => one.version === version)
    },
    async iterations(contextId, arm, { before, limit }) {
      return [...(armOf(contextId, arm)?.iterations ?? [])]
        .reverse()
        .filter(({ iteration }) => before === undefined || iteration < before)
        .slice(0, limit)
    },
    async commitPool(commit) {
      return commitPoolTo(state, commit)
    },
    async tallies(contextId, arm) {
      const one = armOf(contextId, arm)
      return one === undefined
        ? { items: [], slates: [], visitors: { ...NONE }, leftOut: {} }
        : talliesOf(one.counts, one.base)
    },
    async clickSources(contextId, arm) {
      const one = armOf(contextId, arm)
      return one === undefined ? [] : clickSourcesOf(one.counts, one.base)
    },
    async clickSpread(contextId, arm, itemIds, visitorsMax) {
      const one = armOf(contextId, arm)
      return one === undefined ? [] : clickSpreadOf(one.counts, itemIds, visitorsMax)
    },
    async clickPatterns(contextId, arm, itemIds) {
      const one = armOf(contextId, arm)
      return one === undefined ? [] : clickPatternsOf(one.counts, itemIds)
    },
    async servingChanges(after, limit) {
      const marks = [
        ...[...state.changedAt].map(([id, at]) => ({ id, at, isRemoved: false })),
        ...[...state.removedAt].map(([id, at]) => ({ id, at, isRemoved: true })),
      ]
        .filter(({ at }) => at > after)
        .sort((a, b) => a.at - b.at)
        .slice(0, limit)
      const changed = marks
        .filter(({ isRemoved }) => !isRemoved)
        .map(({ id }) => {
          const context = state.contexts.get(state.keysById.get(id) as string)
          if (context === undefined) throw new Error(`context ${id} is marked as changed but is not there`)
          const arms = context.config.arms.flatMap(({ key }) => {
            const arm = armOf(id, key)
            if (arm === undefined || arm.version === 0) return []
            return [{ arm: key, version: arm.version, items: poolTexts(arm) }]
          })
          return { context, arms }
        })
      return {
        upTo: marks.at(-1)?.at ?? after,
        changed,
        removed: marks.filter(({ isRemoved }) => isRemoved).map(({ id }) => id),
      }
    },
    async itemTotals(arms) {
      return arms.flatMap(({ contextId, arm }) => {
        const one = armOf(contextId, arm)
        return one === undefined ? [] : [{ contextId, arm, totals: totalsOf(one) }]
      })
    },
  }
}

export function commitPoolTo(state: MemoryState, commit: PoolCommit): CommitResult {
  const arm = state.arms.get(armKey(commit.contextId, commit.arm))
  if (arm === undefined) return { kind: 'conflict', reason: 'missing' }
  const conflict = conflictOf(arm, commit)
  if (conflict !== undefined) return conflict
  const applied = appliedItems(arm, commit)
  keepAnswer(state, commit.answer)
  apply(arm, commit, applied)
  touch(state, commit.contextId)
  state.audit.push(...commit.audit)
  return { kind: 'committed', version: arm.version }
}

const NONE = {
  visitors: 0,
  slates: 0,
  clicked: 0,
  slatesSquared: 0,
  clickedSquared: 0,
  slatesTimesClicked: 0,
}

function conflictOf(arm: MemoryArm, commit: PoolCommit): CommitResult | undefined {
  const { lease, iteration, fromVersion, pool } = commit
  if (lease !== undefined && lease.epoch !== arm.epoch) return { kind: 'conflict', reason: 'lease' }
  if (fromVersion !== arm.version) return { kind: 'conflict', reason: 'version' }
  if (lease !== undefined && pool !== null && arm.items.some((item) => isLost(item, arm, pool.itemIds))) {
    return { kind: 'conflict', reason: 'version' }
  }
  const standsOtherwise = commit.standings.some(({ itemId, from }) => {
    const item = arm.items.find(({ id }) => id === itemId)
    return (
      from !== undefined &&
      item !== undefined &&
      (item.standing !== from.standing || item.isPinned !== from.isPinned)
    )
  })
  if (standsOtherwise) return { kind: 'conflict', reason: 'version' }
  if (iteration !== undefined && arm.iterations.some((one) => one.iteration === iteration.iteration)) {
    return { kind: 'conflict', reason: 'iteration' }
  }
  return undefined
}

function isLost({ id, isPinned }: LiveItem, { poolIds }: MemoryArm, next: readonly string[]): boolean {
  return isPinned && poolIds.includes(id) && !next.includes(id)
}

/** All items as they are after the commit. @throws RangeError for what cannot be */
function appliedItems(arm: MemoryArm, { births, standings, pool }: PoolCommit): LiveItem[] {
  const items: LiveItem[] = [...arm.items, ...births]
  for (const { itemId, standing, isPinned } of standings) {
    const index = items.findIndex(({ id }) => id === itemId)
    const before = items[index]
    if (before === undefined) throw new RangeError(`standings: no item ${itemId}`)
    items[index] = {
      ...before,
      ...(standing === undefined ? {} : { standing }),
      ...(isPinned === undefined ? {} : { isPinned }),
    }
  }
  for (const id of pool?.itemIds ?? []) {
    if (items.find((item) => item.id === id)?.standing !== 'approved') {
      throw new RangeError(`pool: item ${id} is not there or not approved`)
    }
  }
  return items
}

function apply(arm: MemoryArm, commit: PoolCommit, items: readonly LiveItem[]): void {
  const { pool, iteration, requestsRun, by, nowMs } = commit
  arm.items.splice(0, arm.items.length, ...items)
  if (pool !== null) {
    arm.version++
    if (pool.iteration !== arm.iteration) {
      arm.lookedAtInteractions = 0
      arm.visitsBefore = 0
      arm.lastIterationAtMs = nowMs
    }
    arm.iteration = pool.iteration
    arm.poolIds = pool.itemIds
    arm.versions.push({
      version: arm.version,
      iteration: pool.iteration,
      itemIds: pool.itemIds,
      cause: pool.cause,
      by,
      createdAtMs: nowMs,
    })
  }
  if (iteration !== undefined && pool === null && arm.version > 0) {
    arm.lastIterationAtMs = nowMs
    arm.visitsBefore = iteration.interactions
    arm.lookedAtInteractions = 2 * iteration.interactions
  }
  if (iteration !== undefined) {
    arm.iterations.push(iteration)
    arm.isRunRequested = false
  }
  if (requestsRun === true) requestRunOf(arm)
}

function poolTexts(arm: MemoryArm): { id: string; text: string }[] {
  return arm.poolIds.map((id) => {
    const item = arm.items.find((one) => one.id === id) as LiveItem
    return { id, text: item.text }
  })
}

function totalsOf(arm: MemoryArm): ItemTotals[] {
  const totals = new Map(
    arm.poolIds.map((itemId) => [itemId, { itemId, impressions: 0, clicks: 0, noClickImpressions: 0 }]),
  )
  for (const tally of talliesOf(arm.counts, arm.base).items) {
    const total = totals.get(tally.itemId)
    if (total === undefined) continue
    total.impressions += tally.impressions
    total.clicks += tally.clicks
    total.noClickImpressions += tally.noClickImpressions
  }
  return [...totals.values()]
}
