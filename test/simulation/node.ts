import type { IngestOutcome, LiveEvent, SlateClaims } from '../../src/core/live/slate-claims.ts'
import { shuffled } from '../../src/core/random.ts'
import { createOptimizer, type Optimizer } from '../../src/optimizer/optimizer.ts'
import type { ServingContext } from '../../src/ports/store/pools.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { SHOPPING } from '../optimizer-fixture.ts'
import { faultyStore, type Life } from './faulty-store.ts'
import { faultyWriter, POISON, type WriterLedger } from './faulty-writer.ts'
import type { WatchedStore } from './watched-store.ts'
import type { World } from './world.ts'

/** One process of the service: draws slates from its memory, takes events, counts, and rewrites pools. */
export interface SimulatedNode {
  readonly life: Life
  readonly optimizer: Optimizer
  /** Undefined while the arm has no pool here. */
  slate(
    contextKey: string,
    visitor: string,
    arm: string,
  ): { claims: SlateClaims; texts: string[] } | undefined
  ingest(events: readonly LiveEvent[]): Promise<IngestOutcome[]>
  kill(): void
}

const REFRESH_MS = 12_000
const COUNT_MS = 40_000
const POLL_MS = 15_000
const LEASE_MS = 20_000

export function startNode(
  world: World,
  name: string,
  watched: WatchedStore,
  ledger: WriterLedger,
): SimulatedNode {
  const life: Life = { node: name, isDead: false }
  const store: Store = faultyStore(world, watched.forNode(name), life)
  const random = world.random(`node/${name}`)
  const { time } = world
  const serving = new Map<string, ServingContext>()
  const writers = new Map<string, ReturnType<typeof faultyWriter>>()
  const schedule = (afterMs: number, call: () => void) =>
    time.after(afterMs, () => {
      if (!life.isDead) call()
    })
  const optimizer = createOptimizer({
    store,
    writerOf: async (spec = 'grammar') => {
      const there = writers.get(spec) ?? faultyWriter(world, life, ledger, spec)
      writers.set(spec, there)
      return there
    },
    taskOf: async () => SHOPPING,
    // A cent a sample, as the writer charges.
    priceUsd: async (_, __, outputTokens) => (0.01 * outputTokens) / (3 * SHOPPING.constraints.wordsMax),
    clock: { now: () => time.now(), schedule },
    node: name,
    seed: world.seed,
    leaseMs: LEASE_MS,
    // With one at a time, arms that are due together run on several nodes together.
    concurrency: world.seed % 2 === 0 ? 1 : 4,
    pollMs: POLL_MS,
    writeTimeoutMs: 30_000,
    onEvent: ({ kind, ...event }) => {
      const { arm = '', message = '' } = event as { arm?: string; message?: string }
      if (kind !== 'request-answered') world.say(`${name} ${kind} ${arm} ${message}`)
    },
  })
  optimizer.start()

  let upTo = 0
  const refresh = async () => {
    const { upTo: next, changed, removed } = await store.servingChanges(upTo, 100)
    upTo = next
    for (const one of changed) {
      const before = serving.get(one.context.key)
      for (const { arm, version, items } of one.arms) {
        const earlier = before?.arms.find((other) => other.arm === arm)?.version ?? 0
        if (version < earlier) world.broken(`${name} went back from version ${earlier} to ${version}`)
        for (const { text } of items)
          if (text.includes(POISON)) world.broken(`a refused text is served: ${text}`)
      }
      serving.set(one.context.key, one)
    }
    for (const [key, { context }] of serving) if (removed.includes(context.id)) serving.delete(key)
  }
  const each = (everyMs: number, work: () => Promise<unknown>) => {
    const again = () =>
      void work()
        .catch(() => {})
        .then(() => schedule(everyMs, again))
    schedule(random.integer(everyMs), again)
  }
  each(REFRESH_MS, refresh)
  each(COUNT_MS, () => store.countClosed(time.now()))

  return {
    life,
    optimizer,
    slate(contextKey, visitor, arm) {
      const one = serving.get(contextKey)
      const own = one?.arms.find((other) => other.arm === arm)
      if (one === undefined || own === undefined) return undefined
      const drawn = shuffled(own.items, random).slice(0, one.context.config.slateSize)
      const issuedAtMs = time.now()
      return {
        texts: drawn.map(({ text }) => text),
        claims: {
          slateId: `${name}-${random.next32()}-${random.next32()}`,
          contextId: one.context.id,
          arm,
          version: own.version,
          itemIds: drawn.map(({ id }) => id),
          policy: 'uniform',
          isUniform: true,
          propensity: null,
          issuedAtMs,
          closesAtMs: issuedAtMs + one.context.config.attributionWindowSeconds * 1000,
          visitor,
        },
      }
    },
    ingest: (events) => store.ingest(events),
    kill() {
      life.isDead = true
    },
  }
}
