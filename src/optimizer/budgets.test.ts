import { describe, expect, test } from 'vitest'
import { createContext, liveConfig, optimizerNode, START_MS } from '../../test/optimizer-fixture.ts'
import { memoryStore } from '../adapters/store/memory.ts'
import { grammarWriter } from '../adapters/writer/grammar.ts'
import { ForageError } from '../core/errors.ts'
import { type Budget, NO_BUDGET } from '../core/live/context-config.ts'
import type { Store } from '../ports/store/store.ts'
import type { WriterRequest } from '../ports/writer.ts'
import type { OptimizerOptions } from './optimizer.ts'

/** The first pool of five: twenty samples in one request. */
const FIRST_CALLS = 20
const DAY_MS = 86_400_000

async function withBudget(
  budget: Partial<Budget>,
  options: Pick<Partial<OptimizerOptions>, 'priceUsd' | 'writerOf'> = {},
) {
  const node = optimizerNode(options)
  const config = liveConfig({ arms: liveConfig().arms.slice(0, 1), budget: { ...NO_BUDGET, ...budget } })
  const context = await createContext(node.store, config)
  await node.optimizer.runDue()
  const version = async () => (await node.store.arms(context.id))[0]?.version
  return { ...node, context, config, version }
}

test('a request that fits is asked, one that does not is refused before anything is spent', async () => {
  expect(await (await withBudget({ calls: FIRST_CALLS })).version()).toBe(1)
  const { version, events, store, context } = await withBudget({ calls: FIRST_CALLS - 1 })
  expect(await version()).toBe(0)
  expect(await store.spend(context.id, 0)).toMatchObject({ calls: 0 })
  const last = events.at(-1)
  expect(last).toMatchObject({ kind: 'iteration-failed', code: 'over-budget' })
  expect((last as { message: string }).message).toContain('calls is 19, 0 spent, up to 20 more needed')
})

test('tokens are held against the most that a request can take', async () => {
  const { events } = await withBudget({ tokens: 5_000 })
  expect(events.at(-1)).toMatchObject({ code: 'over-budget' })
  expect(await (await withBudget({ tokens: 1_000_000 })).version()).toBe(1)
})

test('dollars need a price', async () => {
  const unpriced = await withBudget({ usd: 100 })
  expect(unpriced.events.at(-1)).toMatchObject({ kind: 'iteration-failed', code: 'price-unknown' })
  expect(await unpriced.version()).toBe(0)
  expect(await (await withBudget({ usd: 100 }, { priceUsd: async () => 0.5 })).version()).toBe(1)
  const dear = await withBudget({ usd: 100 }, { priceUsd: async () => 100.01 })
  expect(dear.events.at(-1)).toMatchObject({ code: 'over-budget' })
  expect(await (await withBudget({ usd: 0 }, { priceUsd: async () => 0 })).version()).toBe(1)
})

test('a limit a day ends with the UTC day', async () => {
  const { store, clock, optimizer, version, context, config } = await withBudget({ callsPerDay: FIRST_CALLS })
  expect(await version()).toBe(1)
  const other = await createContext(store, config, 'Kettles')
  await store.setBudget({ ...NO_BUDGET, callsPerDay: FIRST_CALLS }, NO_BUDGET, audit())
  await optimizer.runDue()
  const kettles = async () => (await store.arms(other.id))[0]
  expect(await kettles()).toMatchObject({ version: 0 })
  expect((await kettles())?.lastFailure).toMatch(/The budget of all contexts .* on the next UTC day/)
  // Looked at again now and then, in case a person raises it; refused until midnight.
  const midnightMs = START_MS + DAY_MS - (START_MS % DAY_MS)
  await clock.advance(midnightMs - clock.now() - 1)
  await optimizer.runDue()
  expect(await kettles()).toMatchObject({ version: 0 })
  await clock.advance(1)
  await optimizer.runDue()
  expect(await kettles()).toMatchObject({ version: 1 })
  expect(await store.spend(context.id, 0)).toMatchObject({ calls: FIRST_CALLS })
})

test('raising a budget is enough', async () => {
  const { store, clock, optimizer, version, context, config } = await withBudget({ calls: 1 })
  await store.updateContext(context.key, { config: { ...config, budget: NO_BUDGET } }, null, audit())
  await clock.advance(900_000)
  await optimizer.runDue()
  expect(await version()).toBe(1)
})

test('contexts that are written at once do not pass the budget of all together', async () => {
  const node = optimizerNode()
  const { store, optimizer } = node
  await store.setBudget({ ...NO_BUDGET, calls: 2 * FIRST_CALLS + 5 }, NO_BUDGET, audit())
  const arms = liveConfig().arms.slice(0, 1)
  for (const topic of ['Kettles', 'Vacuums', 'Toasters', 'Lamps']) {
    await createContext(store, liveConfig({ arms }), topic)
  }
  await optimizer.runDue()
  expect(await store.spend(null, 0)).toMatchObject({ calls: 2 * FIRST_CALLS })
  // The others wait until it is known what the two took; then there is nothing left for them.
  const waits = node.events.filter((event) => event.kind === 'arm-waits')
  expect(waits.map(({ reason }) => reason)).toEqual(['budget-held', 'budget-held'])
  await node.clock.advance(10_000)
  await optimizer.runDue()
  expect(await store.spend(null, 0)).toMatchObject({ calls: 2 * FIRST_CALLS })
  expect(node.kinds().filter((kind) => kind === 'iteration-failed')).toHaveLength(2)
})

describe('several nodes on one store', () => {
  /** Answers when it is told to, so that requests are under way at the same time. */
  function slow() {
    const grammar = grammarWriter()
    const waiting: (() => void)[] = []
    const writer = {
      ...grammar,
      asked: 0,
      async write(request: WriterRequest) {
        writer.asked++
        await new Promise<void>((resolve) => waiting.push(resolve))
        return grammar.write(request)
      },
    }
    return {
      writer,
      answer: () =>
        waiting.splice(0).forEach((go) => {
          go()
        }),
    }
  }

  const ONLY_MAIN = liveConfig().arms.slice(0, 1)

  async function twoNodes(store: Store = memoryStore()) {
    const { writer, answer } = slow()
    const first = optimizerNode({ store, node: 'n1', writerOf: async () => writer, concurrency: 1 })
    const shared = { store, clock: first.clock, writerOf: async () => writer, concurrency: 1 }
    const second = optimizerNode({ ...shared, node: 'n2' })
    /** Both look at once, and whoever was let through gets its answer. */
    const pass = async () => {
      const passes = Promise.all([first.optimizer.runDue(), second.optimizer.runDue()])
      for (let turn = 0; turn < 20; turn++) {
        await first.clock.advance(0)
        await new Promise(setImmediate)
        answer()
      }
      await passes
    }
    return { store, clock: first.clock, writer, pass, events: () => [...first.events, ...second.events] }
  }

  test.each<[string, (store: Store) => Promise<unknown>]>([
    [
      'calls of all contexts',
      (store) => store.setBudget({ ...NO_BUDGET, calls: FIRST_CALLS }, NO_BUDGET, audit()),
    ],
    [
      'calls a day',
      (store) => store.setBudget({ ...NO_BUDGET, callsPerDay: 2 * FIRST_CALLS - 1 }, NO_BUDGET, audit()),
    ],
  ])('do not pass a budget in %s by what each has under way', async (_, setBudget) => {
    const { store, clock, writer, pass, events } = await twoNodes()
    await setBudget(store)
    for (const topic of ['Kettles', 'Vacuums'])
      await createContext(store, liveConfig({ arms: ONLY_MAIN }), topic)
    await pass()
    expect(writer.asked).toBe(1)
    expect((await store.spend(null, 0)).calls).toBe(FIRST_CALLS)
    expect(events()).toContainEqual(expect.objectContaining({ kind: 'arm-waits', reason: 'budget-held' }))
    await clock.advance(10_000)
    await pass()
    expect(writer.asked).toBe(1)
    expect(events()).toContainEqual(
      expect.objectContaining({ kind: 'iteration-failed', code: 'over-budget' }),
    )
  })

  test('two arms of one context on two nodes share its budget', async () => {
    const { store, writer, pass } = await twoNodes()
    const [main] = ONLY_MAIN
    if (main === undefined) throw new Error('no arm')
    const arms = [
      { ...main, share: 0.5 },
      { ...main, key: 'b', share: 0.5, writer: 'another' },
    ]
    const budget = { ...NO_BUDGET, calls: FIRST_CALLS }
    const context = await createContext(store, liveConfig({ arms, budget }))
    await pass()
    expect(writer.asked).toBe(1)
    expect((await store.spend(context.id, 0)).calls).toBe(FIRST_CALLS)
  })

  test('room that others did not need in the end is used', async () => {
    const { store, clock, writer, pass } = await twoNodes()
    await store.setBudget({ ...NO_BUDGET, tokens: 30_000 }, NO_BUDGET, audit())
    const contexts = []
    for (const topic of ['Kettles', 'Vacuums']) {
      contexts.push(await createContext(store, liveConfig({ arms: ONLY_MAIN }), topic))
    }
    await pass()
    expect(writer.asked).toBe(1)
    await clock.advance(10_000)
    await pass()
    expect(writer.asked).toBe(2)
    for (const { id } of contexts)
      expect((await store.arms(id))[0]).toMatchObject({ version: 1, failures: 0 })
  })

  test('what a node that died had under way is free again some minutes later', async () => {
    const store = memoryStore()
    const dead = optimizerNode({ store, node: 'n0', writerOf: async () => slow().writer })
    await store.setBudget({ ...NO_BUDGET, calls: FIRST_CALLS }, NO_BUDGET, audit())
    const context = await createContext(store, liveConfig({ arms: ONLY_MAIN }))
    void dead.optimizer.runDue()
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    const { clock, pass, writer } = await twoNodes(store)
    await clock.advance(60_000)
    await pass()
    expect(writer.asked).toBe(0)
    await clock.advance(240_000)
    await pass()
    expect(writer.asked).toBe(1)
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 1 })
  })
})

test('a request that failed frees what was held for it', async () => {
  const grammar = grammarWriter()
  let isDown = true
  const writer = {
    ...grammar,
    async write(request: WriterRequest) {
      if (isDown) throw new ForageError('writer-unavailable', 'down', { isRetryable: true })
      return grammar.write(request)
    },
  }
  const { version, optimizer, clock } = await withBudget(
    { calls: FIRST_CALLS },
    { writerOf: async () => writer },
  )
  isDown = false
  await clock.advance(60_000)
  await optimizer.runDue()
  expect(await version()).toBe(1)
})

test('an answer that could not be kept stays held, and counts before more is asked for', async () => {
  const whole = memoryStore()
  let isAway = true
  const store: Store = {
    ...whole,
    async keepModelCall(call, hold) {
      if (isAway) throw new ForageError('store-unavailable', 'away', { isRetryable: true })
      return whole.keepModelCall(call, hold)
    },
  }
  const node = optimizerNode({ store, concurrency: 1 })
  await store.setBudget({ ...NO_BUDGET, calls: 2 * FIRST_CALLS - 1 }, NO_BUDGET, audit())
  const arms = liveConfig().arms.slice(0, 1)
  const first = await createContext(store, liveConfig({ arms }), 'Kettles')
  const pass = node.optimizer.runDue()
  for (let turn = 0; turn < 20; turn++) {
    await node.clock.advance(1000)
    await new Promise(setImmediate)
  }
  await pass
  expect((await store.arms(first.id))[0]).toMatchObject({ version: 0, failures: 1 })
  isAway = false
  const other = await createContext(store, liveConfig({ arms }), 'Vacuums')
  await node.optimizer.runDue()
  expect((await store.spend(null, 0)).calls).toBe(FIRST_CALLS)
  expect((await store.arms(other.id))[0]).toMatchObject({ version: 0 })
  await node.clock.advance(3_600_000)
  await node.optimizer.runDue()
  expect((await store.arms(first.id))[0]).toMatchObject({ version: 1 })
  expect((await store.arms(other.id))[0]?.lastFailure).toMatch(/calls is 39, 20 spent/)
})

function audit() {
  return { atMs: START_MS, by: 'test', action: 'budget-set', contextKey: null, details: {} }
}
