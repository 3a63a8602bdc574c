import type { ServingContext } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import { type ServedContext, servedContext } from './served-context.ts'
import { utilitiesOf } from './utilities.ts'

/** All contexts of the installation in this node's memory, as new as the last refresh. */
export interface ServingState {
  /** By the caller's key. */
  find(key: string): ServedContext | undefined
  /** By the store's number. */
  byId(contextId: number): ServedContext | undefined
  /** True for a context that was there and is no more. False for one that is, or was never heard of. */
  isRemoved(contextId: number): boolean
  readonly contextCount: number
  /** True once everything was loaded. */
  readonly isLoaded: boolean
  /** Takes over a context at once, such as one that was just made here. */
  put(context: ServingContext): void
  /** Reads what changed since the last time. Rejects as the store does; what was read until then is kept. */
  refresh(): Promise<void>
  /** Reads the life counts of the items of Thompson arms. */
  refreshTotals(): Promise<void>
}

/** Contexts asked for at once: some megabytes of answer. */
const PAGE = 1000
/** Arms asked for at once. */
const TOTALS_PAGE = 500

export function servingState(store: Pick<Store, 'servingChanges' | 'itemTotals'>): ServingState {
  const byKey = new Map<string, ServedContext>()
  const byId = new Map<number, ServedContext>()
  const removed = new Set<number>()
  let sequence = 0
  let isLoaded = false
  let refreshing: Promise<void> | undefined

  const put = (changed: ServingContext) => {
    const { id, revision } = changed.context
    if (removed.has(id)) return
    const before = byId.get(id)
    // What this node made or changed itself may be newer than the page under way.
    if (before !== undefined && isOlder(changed, before, revision)) return
    const next = servedContext(changed, before)
    byId.set(id, next)
    byKey.set(next.key, next)
  }
  const remove = (id: number) => {
    removed.add(id)
    const before = byId.get(id)
    byId.delete(id)
    // The key may have been given to a new context already.
    if (before !== undefined && byKey.get(before.key)?.id === id) byKey.delete(before.key)
  }
  const refresh = async () => {
    for (;;) {
      const { upTo, changed, removed: gone } = await store.servingChanges(sequence, PAGE)
      for (const id of gone) remove(id)
      for (const context of changed) put(context)
      if (upTo <= sequence) break
      sequence = upTo
    }
    isLoaded = true
  }

  return {
    find: (key) => byKey.get(key),
    byId: (contextId) => byId.get(contextId),
    isRemoved: (contextId) => removed.has(contextId),
    get contextCount() {
      return byId.size
    },
    get isLoaded() {
      return isLoaded
    },
    put,
    refresh() {
      refreshing ??= refresh().finally(() => {
        refreshing = undefined
      })
      return refreshing
    },
    async refreshTotals() {
      const wanted: { contextId: number; arm: string }[] = []
      for (const { id, arms } of byId.values()) {
        for (const { key, thompson } of arms)
          if (thompson !== undefined) wanted.push({ contextId: id, arm: key })
      }
      for (let from = 0; from < wanted.length; from += TOTALS_PAGE) {
        for (const { contextId, arm, totals } of await store.itemTotals(
          wanted.slice(from, from + TOTALS_PAGE),
        )) {
          const served = byId.get(contextId)?.arms.find(({ key }) => key === arm)
          if (served?.thompson !== undefined) served.thompson.utilities = utilitiesOf(served.itemIds, totals)
        }
      }
    },
  }
}

function isOlder(changed: ServingContext, before: ServedContext, revision: number): boolean {
  if (revision < before.revision) return true
  return before.arms.some(({ key, version }) => {
    const arm = changed.arms.find((other) => other.arm === key)
    return revision === before.revision && (arm?.version ?? 0) < version
  })
}
