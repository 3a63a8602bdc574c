import { memoryStore } from '../../src/adapters/store/memory.ts'
import {
  type ArmConfig,
  type ContextConfig,
  DEFAULT_CONTEXT_CONFIG,
  NO_BUDGET,
} from '../../src/core/live/context-config.ts'
import type { Random } from '../../src/core/random.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { SHOPPING } from '../optimizer-fixture.ts'
import { visitOnce } from './browser.ts'
import { countModel } from './count-model.ts'
import type { WriterLedger } from './faulty-writer.ts'
import { type SimulatedNode, startNode } from './node.ts'
import { actOnce } from './people.ts'
import { watchedStore } from './watched-store.ts'
import { makeWorld, NO_FAULTS } from './world.ts'

export interface SimulationResult {
  readonly iterations: number
  readonly visits: number
  readonly killed: number
  readonly asked: number
}

const START_MS = Date.UTC(2026, 10, 24, 23, 55)
const MINUTE_MS = 60_000
const STORMY_MS = 10 * MINUTE_MS
/** Longer than the longest waits of the optimizer: an hour after many failures, and for budgets and approval. */
const CALM_MS = 3 * 60 * MINUTE_MS
const KEY = 'vacuums'

/**
 * One small service under bad weather, then in calm: a store, 1 to 3 nodes, visitors, people in charge. Everything
 * comes from the seed. Midnight passes on the way.
 *
 * @throws BrokenLaw
 */
export async function simulate(
  seed: number,
  options: {
    /** Makes the store break a law, to see that it is caught. */
    readonly breakStore?: (store: Store) => Store
    /** Makes the law matter that is broken. */
    readonly config?: (drawn: ContextConfig) => ContextConfig
    /** Steps that are printed when a law is broken. */
    readonly traceLines?: number
  } = {},
): Promise<SimulationResult> {
  const { breakStore = (whole) => whole, config: changed = (drawn) => drawn, traceLines } = options
  const store = breakStore(memoryStore())
  const world = makeWorld(seed, store, START_MS, traceLines)
  const { time } = world
  const random = world.random('weather')
  const nodeCount = 1 + random.integer(3)
  const model = countModel()
  const ledger: WriterLedger = { asked: 0, answered: 0 }
  const watched = watchedStore(world, store, model)
  const config = changed(drawnConfig(random))
  const audit = { atMs: START_MS, by: 'test', action: 'context-created', contextKey: KEY, details: {} }
  await store.createContext({ key: KEY, task: SHOPPING.key, topic: 'Vacuums', config, seed }, audit)
  world.say(`${nodeCount} nodes, faults ${JSON.stringify(world.faults)}, ${JSON.stringify(config)}`)

  const nodes: SimulatedNode[] = []
  let born = 0
  const start = () => nodes.push(startNode(world, `node${++born}`, watched, ledger))
  for (let one = 0; one < nodeCount; one++) start()
  let killed = 0
  let visits = 0
  const promised: string[] = []

  const storm = () => {
    if (time.now() >= START_MS + STORMY_MS) return
    const place = random.integer(nodes.length)
    if (random.uniform() < world.faults.nodeDies / 6) {
      const dying = nodes.splice(place, 1)[0] as SimulatedNode
      dying.kill()
      killed++
      world.say(`${dying.life.node} dies`)
      time.after(random.integer(MINUTE_MS / 2), start)
      if (nodes.length === 0) start()
    } else if (random.uniform() < 0.05) {
      const node = nodes[place] as SimulatedNode
      world.say(`${node.life.node} stops and starts`)
      void node.optimizer.stop().then(() => node.optimizer.start())
    }
    time.after(10_000, storm)
  }
  const audience = () => {
    if (time.now() >= START_MS + STORMY_MS) return
    const arm = config.arms[random.integer(config.arms.length)]?.key ?? 'live'
    visitOnce(
      world,
      () => nodes,
      `v${visits++}`,
      KEY,
      arm,
      (events, outcomes) => {
        for (const [index, event] of events.entries()) {
          if (outcomes[index] === 'expired') continue
          promised.push(`${event.slate.slateId}/${event.kind}/${event.position}`)
        }
      },
    )
    time.after(random.integer(12_000), audience)
  }
  const people = world.random('people')
  const manage = () => {
    if (time.now() >= START_MS + STORMY_MS) return
    void actOnce(world, watched.forNode('people'), KEY, people)
    time.after(8_000 + people.integer(22_000), manage)
  }
  storm()
  audience()
  manage()

  const step = () => world.check()
  for (let untilMs = START_MS; untilMs < START_MS + STORMY_MS; untilMs += MINUTE_MS) {
    await time.run(untilMs + MINUTE_MS, step)
    await watched.checkCounts()
    world.check()
  }

  world.say('calm')
  world.faults = NO_FAULTS
  if (nodes.length < nodeCount) start()
  await calm(store, KEY)
  const endMs = time.now() + CALM_MS
  do {
    await time.run(time.now() + MINUTE_MS, step)
    // What was begun under the old configuration may still come in and wait for somebody.
    await rejectWaiting(store, KEY)
  } while (time.now() < endMs && (await unfinished()) !== undefined)
  await watched.checkCounts()
  await checkPromises()
  const left = await unfinished()
  if (left !== undefined) world.fail(`after ${CALM_MS / MINUTE_MS} minutes without faults: ${left}`)
  world.check()
  return { iterations: await iterations(), visits, killed, asked: ledger.asked }

  async function checkPromises() {
    const { events } = await store.events({ cursor: null, limit: 1_000_000 })
    const stored = events.map(({ slate, kind, position }) => `${slate.slateId}/${kind}/${position}`)
    if (new Set(stored).size !== stored.length) world.fail('an event is stored twice')
    const there = new Set(stored)
    const lost = promised.find((one) => !there.has(one))
    if (lost !== undefined) world.fail(`an acknowledged event is lost: ${lost}`)
    if ((await store.recount(audit)).different > 0) world.fail('a recount differs from the counts')
  }

  /** What is still to be done; undefined when everything is at rest. */
  async function unfinished(): Promise<string | undefined> {
    const context = await store.context(KEY)
    for (const arm of await store.arms(context?.id ?? 0)) {
      const due = config.due.interactions
      const isFrozen = config.arms.find(({ key }) => key === arm.arm)?.isFrozen === true
      if (arm.version === 0) return `${arm.arm} has no pool: ${arm.lastFailure}`
      if (!isFrozen && arm.poolIds.length < config.slateSize) return `${arm.arm} has too few items`
      if (!isFrozen && due !== undefined && arm.interactionsSince >= due) return `${arm.arm} is due`
      if (!isFrozen && arm.isRunRequested) return `${arm.arm} was asked to run`
    }
    if (model.open() > 0) return 'slates are not counted'
    return undefined
  }

  async function iterations() {
    let all = 0
    const context = await store.context(KEY)
    for (const { contextId, arm } of await store.arms(context?.id ?? 0)) {
      all += (await store.iterations(contextId, arm, { limit: 1000 })).length
    }
    return all
  }
}

/** No budgets, no approval, nothing paused: whatever is due can be done. */
async function calm(store: Store, key: string): Promise<void> {
  const context = await store.context(key)
  if (context === undefined) return
  const audit = { atMs: context.updatedAtMs, by: 'person', action: 'calm', contextKey: key, details: {} }
  const config: ContextConfig = { ...context.config, budget: NO_BUDGET, approval: 'none' }
  await store.updateContext(key, { config, status: 'active' }, null, audit)
  await store.setBudget(NO_BUDGET, await store.budget(), audit)
}

async function rejectWaiting(store: Store, key: string): Promise<void> {
  const context = await store.context(key)
  if (context === undefined) return
  for (const arm of await store.arms(context.id)) {
    const waiting = (await store.items(context.id, arm.arm)).filter(({ standing }) => standing === 'waiting')
    if (waiting.length === 0) continue
    await store.commitPool({
      contextId: context.id,
      arm: arm.arm,
      fromVersion: arm.version,
      births: [],
      standings: waiting.map(({ id }) => ({ itemId: id, standing: 'rejected' })),
      pool: null,
      by: 'person',
      nowMs: context.updatedAtMs,
      audit: [],
    })
  }
}

function drawnConfig(random: Random): ContextConfig {
  const poolSize = 3 + random.integer(3)
  const arm = (key: string, strategy: string, more: Partial<ArmConfig> = {}): ArmConfig => ({
    key,
    share: 0.5,
    isFrozen: false,
    strategy,
    policy: random.uniform() < 0.7 ? { kind: 'uniform' } : { kind: 'thompson', uniformShare: 0.2 },
    ...more,
  })
  const arms = [arm('live', random.uniform() < 0.7 ? 'explore-exploit' : 'full-ctr')]
  if (random.uniform() < 0.6) arms.push(arm('holdout', 'explore-exploit', { isFrozen: true }))
  if (random.uniform() < 0.4) {
    arms.push(arm('b', 'partial-ctr', random.uniform() < 0.5 ? { writer: 'other' } : {}))
  }
  const rule = random.integer(4)
  return {
    ...DEFAULT_CONTEXT_CONFIG,
    poolSize,
    slateSize: 2 + random.integer(poolSize - 2),
    candidatesPerBirth: 2,
    writeAttemptsMax: 2,
    arms,
    due: {
      ...(rule <= 1 ? { interactions: 5 + random.integer(10) } : {}),
      ...(rule === 2 ? { everySeconds: 60 + random.integer(120) } : {}),
      ...(rule >= 2 ? { evidence: 0.2 } : {}),
    },
    attributionWindowSeconds: 15 + random.integer(30),
    approval: random.uniform() < 0.25 ? 'required' : 'none',
    caps: { ...DEFAULT_CONTEXT_CONFIG.caps, clickersMin: random.integer(4) },
    budget: {
      ...NO_BUDGET,
      callsPerDay: random.uniform() < 0.5 ? 20 + random.integer(60) : null,
      usd: random.uniform() < 0.2 ? 0.2 + random.uniform() : null,
    },
  }
}
