import { describe, expect, test } from 'vitest'
import { createContext, liveConfig, optimizerNode, visit } from '../../test/optimizer-fixture.ts'
import { memoryStore } from '../adapters/store/memory.ts'
import { grammarWriter } from '../adapters/writer/grammar.ts'
import { ForageError } from '../core/errors.ts'
import type { Writer, WriterRequest } from '../ports/writer.ts'
import { backoffMs } from './backoff.ts'

const ONLY_MAIN = liveConfig().arms.slice(0, 1)
const config = liveConfig({ arms: ONLY_MAIN })
const unavailable = () => new ForageError('writer-unavailable', 'down', { isRetryable: true })

/** The grammar, asked through `ask`, which may fail or never end. */
function shaky(ask: (request: WriterRequest, asked: number) => Promise<void>): Writer & { asked: number } {
  const grammar = grammarWriter()
  const writer = {
    ...grammar,
    asked: 0,
    async write(request: WriterRequest) {
      await ask(request, ++writer.asked)
      return grammar.write(request)
    },
  }
  return writer
}

test('a writer that is down is tried again, later each time, and then the pool is there', async () => {
  let isDown = true
  const writer = shaky(async () => {
    if (isDown) throw unavailable()
  })
  const { store, clock, optimizer, events } = optimizerNode({ writerOf: async () => writer })
  const context = await createContext(store, config)
  const waits: number[] = []
  for (let failure = 0; failure < 6; failure++) {
    await optimizer.runDue()
    const last = events.at(-1)
    if (last?.kind !== 'iteration-failed') throw new Error(last?.kind)
    expect(last).toMatchObject({ code: 'writer-unavailable', failures: failure + 1 })
    waits.push(last.nextAttemptAtMs - clock.now())
    expect(await optimizer.runDue()).toEqual({ arms: 0 })
    await clock.advance(last.nextAttemptAtMs - clock.now())
  }
  expect(waits.at(-1)! / waits[0]!).toBeGreaterThan(8)
  expect(writer.asked).toBe(6)
  isDown = false
  await optimizer.runDue()
  expect((await store.arms(context.id))[0]).toMatchObject({ version: 1, failures: 0 })
})

test('waiting grows to an hour, and differs by arm', () => {
  expect(backoffMs(0, true, 1, 'a')).toBeLessThanOrEqual(5_000)
  expect(backoffMs(50, true, 1, 'a')).toBeLessThanOrEqual(3_600_000)
  expect(backoffMs(50, true, 1, 'a')).toBeGreaterThanOrEqual(1_800_000)
  expect(backoffMs(0, false, 1, 'a')).toBeGreaterThanOrEqual(30_000)
  expect(backoffMs(3, true, 1, 'a')).not.toBe(backoffMs(3, true, 1, 'b'))
})

test('a writer that does not answer is given up, and other contexts go on meanwhile', async () => {
  const writer = shaky(({ prompt }) =>
    prompt.source.topic === 'Kettles' ? new Promise(() => {}) : Promise.resolve(),
  )
  const { store, clock, optimizer, events } = optimizerNode({ writerOf: async () => writer })
  const slow = await createContext(store, config, 'Kettles')
  const quick = await createContext(store, config, 'Vacuums')
  const pass = optimizer.runDue()
  await clock.advance(0)
  await clock.advance(60_000)
  expect((await store.arms(quick.id))[0]).toMatchObject({ version: 1 })
  expect((await store.arms(slow.id))[0]).toMatchObject({ version: 0 })
  await clock.advance(120_000)
  await pass
  expect(events.at(-1)).toMatchObject({
    kind: 'iteration-failed',
    code: 'writer-timeout',
    contextKey: 'kettles',
  })
})

test('what was paid for is not asked again: only the request that failed is', async () => {
  const writer = shaky(async ({ prompt }) => {
    if (prompt.kind === 'exploit' && writer.asked < 4) throw unavailable()
  })
  const { store, clock, optimizer, events } = optimizerNode({ writerOf: async () => writer })
  const context = await createContext(store, config)
  await optimizer.runDue()
  const due = async () => {
    for (let one = 0; one < 20; one++) await visit(store, context, clock.now(), { click: 'i0' })
    await clock.advance(1000)
    await store.countClosed(clock.now())
  }
  await due()
  await optimizer.runDue()
  expect(writer.asked).toBe(3)
  // More visits change the rates in the prompts; the answer that is there still counts.
  await due()
  await clock.advance(60_000)
  await optimizer.runDue()
  expect(writer.asked).toBe(4)
  expect((await store.arms(context.id))[0]).toMatchObject({ version: 2, iteration: 1 })
  const reused = events.flatMap((event) => (event.kind === 'request-answered' ? [event.isReused] : []))
  expect(reused).toEqual([false, false, true, false])
  expect((await store.spend(context.id, 0)).calls).toBe(
    (await store.modelCalls(context.id, { cursor: null, limit: 9 })).calls.reduce(
      (sum, { usage }) => sum + usage.modelCalls,
      0,
    ),
  )
})

test('where one kind of request always fails, the others’ births come in at last', async () => {
  const writer = shaky(async ({ prompt }) => {
    if (prompt.kind === 'exploit') throw unavailable()
  })
  const { store, clock, optimizer, kinds } = optimizerNode({ writerOf: async () => writer })
  const context = await createContext(store, config)
  await optimizer.runDue()
  for (let one = 0; one < 20; one++) await visit(store, context, clock.now(), { click: 'i0' })
  await clock.advance(1000)
  await store.countClosed(clock.now())
  for (let attempt = 0; attempt < 3; attempt++) {
    await optimizer.runDue()
    await clock.advance(3_600_000)
  }
  expect((await store.arms(context.id))[0]).toMatchObject({ version: 2, iteration: 1 })
  expect((await store.iterations(context.id, 'live', { limit: 1 }))[0]?.born).toHaveLength(1)
  expect(kinds()).toContain('births-short')
})

describe('stopping', () => {
  test('breaks off what is under way, gives the arm back at once, and another node goes on', async () => {
    const writer = shaky((_, asked) => (asked === 1 ? new Promise(() => {}) : Promise.resolve()))
    const { store, clock, optimizer, events } = optimizerNode({ writerOf: async () => writer })
    const context = await createContext(store, config)
    optimizer.start()
    await clock.advance(10)
    expect(writer.asked).toBe(1)
    await optimizer.stop()
    expect(events.at(-1)).toMatchObject({ kind: 'arm-waits', reason: 'stopped' })
    expect((await store.arms(context.id))[0]).toMatchObject({ failures: 0 })
    const other = optimizerNode({ store, node: 'n2', clock, writerOf: async () => writer })
    await other.optimizer.runDue()
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 1 })
    await optimizer.stop()
  })

  test('the loop looks each poll, and at once when woken', async () => {
    const { store, clock, optimizer } = optimizerNode({ pollMs: 60_000 })
    optimizer.start()
    await clock.advance(1)
    const context = await createContext(store, config)
    await clock.advance(1000)
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 0 })
    optimizer.wake()
    await clock.advance(1)
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 1 })
    const later = await createContext(store, config, 'Kettles')
    await clock.advance(60_000)
    expect((await store.arms(later.id))[0]).toMatchObject({ version: 1 })
    await optimizer.stop()
  })

  test('a look that takes long is taken more rarely', async () => {
    const store = memoryStore()
    let looks = 0
    const { clock, optimizer } = optimizerNode({
      store: {
        ...store,
        async claimDueArms(claim) {
          looks++
          await new Promise<void>((resolve) => clock.schedule(200, resolve))
          return store.claimDueArms(claim)
        },
      },
      pollMs: 1000,
    })
    optimizer.start()
    await clock.advance(60_000)
    // One look takes 0.2 seconds, then the store rests for 10.
    expect(looks).toBe(6)
    await optimizer.stop()
  })

  test('a store that is away ends a pass, not the loop', async () => {
    const store = memoryStore()
    let isAway = true
    const { clock, optimizer, events } = optimizerNode({
      store: {
        ...store,
        async claimDueArms(claim) {
          if (isAway) throw new ForageError('store-unavailable', 'away', { isRetryable: true })
          return store.claimDueArms(claim)
        },
      },
    })
    const context = await createContext(store, config)
    optimizer.start()
    await clock.advance(5000)
    expect(events.at(-1)).toMatchObject({ kind: 'pass-failed', code: 'store-unavailable' })
    isAway = false
    await clock.advance(30_000)
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 1 })
    await optimizer.stop()
  })
})

describe('leases', () => {
  test('are renewed while writing takes long', async () => {
    const ended: (() => void)[] = []
    const writer = shaky(() => new Promise((resolve) => ended.push(resolve)))
    const { store, clock, optimizer } = optimizerNode({ writerOf: async () => writer })
    const context = await createContext(store, config)
    const pass = optimizer.runDue()
    await clock.advance(0)
    await clock.advance(170_000)
    const claim = { node: 'n2', nowMs: clock.now(), leaseMs: 1000, limit: 9 }
    expect(await store.claimDueArms(claim)).toEqual([])
    for (const end of ended) end()
    await pass
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 1 })
  })

  test('one that passed on is let go without a word to the store; the answer stays paid', async () => {
    const ended: (() => void)[] = []
    const writer = shaky((_, asked) =>
      asked === 1 ? new Promise((resolve) => ended.push(resolve)) : Promise.resolve(),
    )
    const store = memoryStore()
    const deaf = { ...store, renewLease: async () => Promise.reject(new Error('cut off')) }
    const first = optimizerNode({ store: deaf, writerOf: async () => writer })
    const context = await createContext(store, config)
    const pass = first.optimizer.runDue()
    await first.clock.advance(0)
    await first.clock.advance(59_999)
    expect(first.kinds()).not.toContain('lease-lost')
    await first.clock.advance(1)
    expect(first.kinds()).toContain('lease-lost')
    await pass
    const second = optimizerNode({ store, node: 'n2', clock: first.clock, writerOf: async () => writer })
    await second.optimizer.runDue()
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 1, failures: 0 })
  })
})
