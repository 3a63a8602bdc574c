import type { ArmConfig, ContextConfig } from '../core/live/context-config.ts'
import type { LiveItem } from '../core/live/live-item.ts'
import type { OptimizerStore } from './optimizer-options.ts'

/** Versions looked at for one that fills a slate; people who approve one by one make a version each. */
const VERSIONS_MAX = 50

/**
 * The arm whose first pool an arm starts from: a frozen one from the main arm; of several with the same writer, from
 * the first, so that they differ in nothing else. The arm itself when it writes its own.
 */
export function firstPoolSource({ arms }: ContextConfig, own: ArmConfig): ArmConfig {
  const main = arms[0] ?? own
  if (own.isFrozen) return main
  return arms.find((arm) => arm.writer === own.writer && (!arm.isFrozen || arm === main)) ?? own
}

/**
 * Another arm's first pool that fills a slate, with all items up to its last, so that numbers stay the same and what
 * was refused there does not come back here. Undefined while there is none.
 */
export async function firstPoolOf(
  store: Pick<OptimizerStore, 'version' | 'items'>,
  contextId: number,
  arm: string,
  sizeMin: number,
): Promise<{ readonly items: readonly LiveItem[]; readonly poolIds: readonly string[] } | undefined> {
  const all = await store.items(contextId, arm)
  const approved = new Set(all.filter(({ standing }) => standing === 'approved').map(({ id }) => id))
  for (let number = 1; number <= VERSIONS_MAX; number++) {
    const version = await store.version(contextId, arm, number)
    if (version === undefined) return undefined
    const poolIds = version.itemIds.filter((id) => approved.has(id))
    if (poolIds.length < sizeMin) continue
    const last = all.findLastIndex(({ id }) => poolIds.includes(id))
    return { items: all.slice(0, last + 1).map(copyOf), poolIds }
  }
  return undefined
}

/** What waits there waits for that arm alone. */
function copyOf(item: LiveItem): LiveItem {
  return { ...item, isPinned: false, standing: item.standing === 'waiting' ? 'rejected' : item.standing }
}
