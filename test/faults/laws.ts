import type { LiveEvent } from '../../src/core/live/slate-claims.ts'
import type { LiveContext } from '../../src/ports/store/contexts.ts'
import type { ModelCall } from '../../src/ports/store/model-calls.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { audit } from '../../src/testing/store-conformance/fixture.ts'
import { countModel, linesOf } from '../simulation/count-model.ts'
import type { Ledger, SentEvent, SlateSeen } from './ledger.ts'
import type { PaidAsk } from './paid-provider.ts'

/** What a run found in the end. */
export interface Findings {
  /** Laws that were broken, in words; empty when all is well. */
  readonly broken: readonly string[]
  readonly counts: Readonly<Record<string, number>>
}

const PAGE = 1_000

/**
 * Holds a store at rest, with every slate's window over, against what clients were told and providers were asked.
 *
 * @param interruptionsMs when a node was killed, by the clock of the test
 */
export async function heldLaws(
  store: Store,
  ledger: Ledger,
  asks: readonly PaidAsk[],
  interruptionsMs: readonly number[],
): Promise<Findings> {
  const broken: string[] = [...ledger.odd]
  const events = await allEvents(store)
  const stored = storedEvents(events, ledger, broken)
  const contexts = await store.contexts({ limit: PAGE })
  let iterations = 0
  let calls = 0
  for (const context of contexts) {
    iterations += await heldPools(store, context, ledger, broken)
    await heldCounts(store, context, stored, broken)
    const kept = await allCalls(store, context.id)
    calls += kept.length
    heldCalls(kept, context.key, asks, interruptionsMs, broken)
  }
  const recount = await store.recount(audit())
  if (recount.different > 0) broken.push(`a recount differs in ${recount.different} of ${recount.counters}`)
  return {
    broken,
    counts: {
      slates: ledger.slates.length,
      'default slates': ledger.defaults,
      'events sent': ledger.events.length,
      'events acknowledged': ledger.events.filter(({ fate }) => fate === 'acknowledged').length,
      'events refused': ledger.events.filter(({ fate }) => fate === 'refused').length,
      'events stored': events.length,
      'requests answered': ledger.answered,
      'requests failed': ledger.failed,
      iterations,
      'model calls kept': calls,
      'provider asked': asks.length,
      'nodes killed': interruptionsMs.length,
      counters: recount.counters,
    },
  }
}

/** Events of the ledger that the store has. Told of: those that are missing, twice there, or nobody's. */
function storedEvents(events: readonly LiveEvent[], ledger: Ledger, broken: string[]): SentEvent[] {
  const times = new Map<string, number>()
  for (const { slate, kind, position } of events) {
    const name = nameOf(slate.slateId, kind, position)
    times.set(name, (times.get(name) ?? 0) + 1)
  }
  const stored: SentEvent[] = []
  for (const sent of ledger.events) {
    const name = nameOf(sent.slate.slateId, sent.kind, sent.position)
    const found = times.get(name) ?? 0
    times.delete(name)
    if (found > 0) stored.push(sent)
    if (found > 1) broken.push(`event ${name} is stored ${found} times`)
    if (found === 0 && sent.fate === 'acknowledged') broken.push(`acknowledged event ${name} is lost`)
    if (found > 0 && sent.fate === 'refused') broken.push(`event ${name} was refused and is stored`)
  }
  for (const name of times.keys()) broken.push(`event ${name} was never sent`)
  return stored
}

/** Counters against a model of its own over what clients sent and the store has. */
async function heldCounts(
  store: Store,
  context: LiveContext,
  stored: readonly SentEvent[],
  broken: string[],
): Promise<void> {
  const model = countModel()
  model.ingest(stored.filter(({ slate }) => slate.context === context.key).map(eventOf(context.id)))
  model.seal(Number.MAX_SAFE_INTEGER)
  for (const { arm } of await store.arms(context.id)) {
    const counted = linesOf(await store.tallies(context.id, arm)).join('\n')
    const expected = model.lines(context.id, arm).join('\n')
    if (counted !== expected) {
      broken.push(`counts of ${context.key} ${arm} differ\n counted:\n${counted}\n expected:\n${expected}`)
    }
  }
}

/** @returns iterations of all arms */
async function heldPools(
  store: Store,
  context: LiveContext,
  ledger: Ledger,
  broken: string[],
): Promise<number> {
  let all = 0
  const { poolSize } = context.config
  for (const { arm, version: current, poolIds, iteration } of await store.arms(context.id)) {
    const where = `${context.key} ${arm}`
    const items = new Map((await store.items(context.id, arm)).map((item) => [item.id, item]))
    const versions = await store.versions(context.id, arm, { limit: PAGE })
    const records = await store.iterations(context.id, arm, { limit: PAGE })
    const numbers = records.map((one) => one.iteration)
    // Iterations that left the pool as it was make no version.
    const changed = records.filter(({ poolKept }) => poolKept === undefined).map((one) => one.iteration)
    all += numbers.length
    if (new Set(numbers).size !== numbers.length) broken.push(`${where}: an iteration is there twice`)
    const gap = numbers.findIndex((number, index) => number > (numbers[index + 1] ?? number) + 1)
    if (gap >= 0) broken.push(`${where}: iteration ${(numbers[gap] as number) - 1} is missing`)
    if (changed.length > 0 && Math.max(...changed) !== iteration) {
      broken.push(`${where}: stands at iteration ${iteration}, and the last that changed it is ${changed[0]}`)
    }
    const expected = Array.from({ length: current }, (_, index) => current - index).join()
    if (versions.map(({ version }) => version).join() !== expected)
      broken.push(`${where}: a version is missing`)
    if ((versions[0]?.itemIds ?? []).join() !== poolIds.join())
      broken.push(`${where}: not its latest version`)
    for (const { version, itemIds } of versions) {
      const pool = itemIds.map((id) => items.get(id))
      if (itemIds.length > poolSize || itemIds.length === 0)
        broken.push(`${where}: version ${version} has ${itemIds.length} items`)
      if (new Set(itemIds).size !== itemIds.length)
        broken.push(`${where}: version ${version} repeats an item`)
      if (pool.some((item) => item?.standing !== 'approved'))
        broken.push(`${where}: version ${version} has an item that may not be served`)
      if (new Set(pool.map((item) => item?.text)).size !== itemIds.length)
        broken.push(`${where}: version ${version} repeats a text`)
    }
    const legal = new Map(versions.map(({ version, itemIds }) => [version, itemIds]))
    for (const slate of ledger.slates) {
      if (slate.context !== context.key || slate.arm !== arm) continue
      const pool = legal.get(slate.version) ?? []
      const isLegal = slate.items.every(({ id, text }) => pool.includes(id) && items.get(id)?.text === text)
      if (!isLegal) broken.push(`${where}: slate ${slate.slateId} is not of version ${slate.version}`)
    }
  }
  return all
}

/**
 * A question is asked again only when a node died after it was asked and before its answer was kept; never once an
 * answer is kept.
 */
function heldCalls(
  kept: readonly ModelCall[],
  context: string,
  asks: readonly PaidAsk[],
  interruptionsMs: readonly number[],
  broken: string[],
): void {
  if (new Set(kept.map(({ key }) => key)).size !== kept.length)
    broken.push(`${context}: a call is kept twice`)
  const numbers = new Set(kept.map(({ usage }) => usage.inputTokens))
  const bySeed = new Map<number, PaidAsk[]>()
  for (const ask of asks) bySeed.set(ask.seed, [...(bySeed.get(ask.seed) ?? []), ask])
  for (const [seed, same] of bySeed) {
    for (const [index, ask] of same.entries()) {
      const next = same[index + 1]
      if (next === undefined) continue
      if (numbers.has(ask.inputTokens))
        broken.push(`question ${seed}: asked again though its answer was kept`)
      const isExcused = interruptionsMs.some((atMs) => ask.arrivedMs <= atMs && atMs <= next.arrivedMs)
      if (!isExcused) broken.push(`question ${seed}: asked again, and no node died in between`)
    }
  }
}

function eventOf(contextId: number): (sent: SentEvent) => LiveEvent {
  return ({ slate, id, kind, position }) => ({
    eventId: id,
    slate: claimsOf(slate, contextId),
    kind,
    position,
    occurredAtMs: 0,
    receivedAtMs: 0,
    mark: 'none',
    network: '',
  })
}

function claimsOf(slate: SlateSeen, contextId: number): LiveEvent['slate'] {
  return {
    slateId: slate.slateId,
    contextId,
    arm: slate.arm,
    version: slate.version,
    itemIds: slate.items.map(({ id }) => id),
    policy: 'uniform',
    isUniform: true,
    propensity: null,
    issuedAtMs: Date.parse(slate.issuedAt),
    closesAtMs: Date.parse(slate.closesAt),
    visitor: '',
  }
}

function nameOf(slateId: string, kind: string, position: number): string {
  return `${slateId}/${kind}/${position}`
}

async function allEvents(store: Store): Promise<LiveEvent[]> {
  const all: LiveEvent[] = []
  let cursor: string | null = null
  do {
    const page = await store.events({ cursor, limit: PAGE })
    all.push(...page.events)
    cursor = page.next
  } while (cursor !== null)
  return all
}

async function allCalls(store: Store, contextId: number): Promise<ModelCall[]> {
  const all: ModelCall[] = []
  let cursor: string | null = null
  do {
    const page = await store.modelCalls(contextId, { cursor, limit: PAGE })
    all.push(...page.calls)
    cursor = page.next
  } while (cursor !== null)
  return all
}
