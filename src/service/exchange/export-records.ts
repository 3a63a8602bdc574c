import { ForageError } from '../../core/errors.ts'
import type { PoolVersion } from '../../core/live/live-item.ts'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { ArmState, IterationRecord } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import type { PastCounts } from '../../ports/store/transfer.ts'
import { EXPORT_FORMAT, type ExportRecord } from './records.ts'

const PAGE = 500
const EVENTS_PAGE = 1000
const READS_MAX = 10

/**
 * What the store knows of its contexts, or of one, as records for NDJSON. Keys, secrets, the audit and the model's
 * answers are no part of it. Safe while the service runs: each context is told as it was at one moment, but for
 * events that came later.
 *
 * @param nowMs for the first line
 * @throws ForageError `export-changed` (retryable) when raw events were dropped or deleted, or the context itself,
 * while it was told
 */
export async function* exportRecords(
  store: Store,
  only: LiveContext | null,
  nowMs: number,
): AsyncGenerator<ExportRecord> {
  yield { record: 'forage-export', format: EXPORT_FORMAT, exportedAtMs: nowMs }
  let records = 2
  const told = function* (record: ExportRecord) {
    records++
    yield record
  }
  for (const task of await store.tasks()) {
    if (only === null || task.key === only.task) yield* told({ record: 'task', task })
  }
  for await (const context of only === null ? allContexts(store) : [only]) {
    for await (const record of contextRecords(store, context)) yield* told(record)
  }
  yield { record: 'end', records }
}

async function* allContexts(store: Store): AsyncGenerator<LiveContext> {
  let afterKey: string | undefined
  for (;;) {
    const page = await store.contexts({ limit: PAGE, ...(afterKey === undefined ? {} : { afterKey }) })
    yield* page
    if (page.length < PAGE) return
    afterKey = page.at(-1)?.key
  }
}

async function* contextRecords(store: Store, context: LiveContext): AsyncGenerator<ExportRecord> {
  const { key, task, topic, article, config, seed, status } = context
  const plain = { record: 'context', key, task, topic, seed, status } as const
  yield {
    ...plain,
    // Lists that are read-only inside are plain lists on the wire.
    config: config as unknown as Extract<ExportRecord, { record: 'context' }>['config'],
    ...(article === undefined ? {} : { article }),
  }
  const versions = new Map<string, number>()
  const past = new Map<string, PastCounts>()
  for (const { arm } of await store.arms(context.id)) {
    const own = { context: key, arm }
    const history = await armHistory(store, context.id, arm)
    versions.set(arm, history.versions.length)
    for (const item of history.items) yield { record: 'item', ...own, ...item, parents: [...item.parents] }
    for (const one of history.versions) yield { record: 'version', ...own, ...one, itemIds: [...one.itemIds] }
    for (const one of history.iterations) {
      yield { record: 'iteration', ...own, ...(structuredClone(one) as Wire<IterationRecord>) }
    }
    const counts = await store.pastCounts(context.id, arm)
    past.set(arm, counts)
    yield { record: 'past-counts', ...own, ...(structuredClone(counts) as Wire<PastCounts>) }
    const { items, slates, visitors, leftOut } = await store.tallies(context.id, arm)
    yield { record: 'counts', ...own, items: [...items], slates: [...slates], visitors, leftOut }
  }
  let cursor: string | null = null
  do {
    const page = await store.events({ contextId: context.id, cursor, limit: EVENTS_PAGE })
    for (const { slate, ...event } of page.events) {
      // A pool that is newer than what was told: its visits are newer too.
      if (slate.version > (versions.get(slate.arm) ?? 0)) continue
      const { contextId: _, itemIds, ...claims } = slate
      yield { record: 'event', context: key, ...event, slate: { ...claims, itemIds: [...itemIds] } }
    }
    cursor = page.next
  } while (cursor !== null)
  for (const [arm, before] of past) {
    if (JSON.stringify(await store.pastCounts(context.id, arm)) !== JSON.stringify(before)) {
      throw new ForageError(
        'export-changed',
        `export: old events of ${JSON.stringify(key)} were dropped meanwhile; export again`,
        { isRetryable: true },
      )
    }
  }
  yield { record: 'context-end', context: key }
}

/** Lists of the domain are read-only; those of the wire are not. */
type Wire<T> = T extends readonly (infer E)[]
  ? Wire<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Wire<T[K]> }
    : T

/** Read again until no pool change came between, so that items, standings and versions are of one moment. */
async function armHistory(store: Store, contextId: number, arm: string) {
  for (let reads = 1; ; reads++) {
    const before = await versionOf(store, contextId, arm)
    const items = await store.items(contextId, arm)
    const versions = await allVersions(store, contextId, arm)
    const iterations = await allIterations(store, contextId, arm)
    if ((await versionOf(store, contextId, arm)) === before && versions.length === before) {
      return { items, versions, iterations }
    }
    if (reads === READS_MAX) {
      throw new ForageError('export-changed', `export: the pool of ${arm} keeps changing; export again`, {
        isRetryable: true,
      })
    }
  }
}

async function versionOf(store: Store, contextId: number, arm: string): Promise<number> {
  const arms: ArmState[] = await store.arms(contextId)
  return arms.find((one) => one.arm === arm)?.version ?? 0
}

async function allVersions(store: Store, contextId: number, arm: string): Promise<PoolVersion[]> {
  const all: PoolVersion[] = []
  for (;;) {
    const oldest = all.at(-1)?.version
    const page = await store.versions(contextId, arm, {
      limit: PAGE,
      ...(oldest === undefined ? {} : { beforeVersion: oldest }),
    })
    all.push(...page)
    if (page.length < PAGE) return all.reverse()
  }
}

async function allIterations(store: Store, contextId: number, arm: string): Promise<IterationRecord[]> {
  const all: IterationRecord[] = []
  for (;;) {
    const oldest = all.at(-1)?.iteration
    const page = await store.iterations(contextId, arm, {
      limit: PAGE,
      ...(oldest === undefined ? {} : { before: oldest }),
    })
    all.push(...page)
    if (page.length < PAGE) return all.reverse()
  }
}
