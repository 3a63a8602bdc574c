import type { Context } from '../core/context.ts'
import type { ArmConfig } from '../core/live/context-config.ts'
import type { LiveItem, PoolVersion } from '../core/live/live-item.ts'
import type { ArmKnowledge } from '../core/live/live-pool-state.ts'
import type { LiveContext } from '../ports/store/contexts.ts'
import type { ArmState } from '../ports/store/pools.ts'
import type { OptimizerStore } from './optimizer-options.ts'

/** A claimed arm with its place in the configuration. */
export interface ClaimedArm {
  readonly context: LiveContext
  readonly config: ArmConfig
  readonly state: ArmState
}

/** Versions asked for at once. */
const PAGE = 500

/** What the core needs of a context of the service. */
export function coreContext({ key, task, topic, article, config: { notes } }: LiveContext): Context {
  return {
    key,
    task,
    topic,
    ...(article === undefined ? {} : { article }),
    ...(notes === undefined ? {} : { notes }),
  }
}

/** Everything that is known of an arm. Read while others may write: the version guards what is made from it. */
export async function armKnowledge(
  store: Pick<OptimizerStore, 'items' | 'versions' | 'tallies' | 'clickSources'>,
  { context, state }: ClaimedArm,
): Promise<ArmKnowledge> {
  const { contextId, arm, poolIds, iteration } = state
  const [items, versions, tallies, sources] = await Promise.all([
    store.items(contextId, arm),
    allVersions(store, contextId, arm),
    store.tallies(contextId, arm),
    store.clickSources(contextId, arm),
  ])
  return {
    context: coreContext(context),
    iteration,
    poolIds,
    items,
    versions,
    tallies,
    clickers: new Map(sources.map(({ itemId, visitors }) => [itemId, visitors])),
  }
}

/** The number of the next item: one more than the highest, as ids of an arm are never used again. */
export function nextItemNumber(items: readonly Pick<LiveItem, 'id'>[]): number {
  return items.reduce((next, { id }) => Math.max(next, Number(id.slice(1)) + 1), 0)
}

async function allVersions(
  store: Pick<OptimizerStore, 'versions'>,
  contextId: number,
  arm: string,
): Promise<PoolVersion[]> {
  const all: PoolVersion[] = []
  for (;;) {
    const last = all.at(-1)?.version
    const page = await store.versions(contextId, arm, {
      limit: PAGE,
      ...(last === undefined ? {} : { beforeVersion: last }),
    })
    all.push(...page)
    if (page.length < PAGE) return all
  }
}
