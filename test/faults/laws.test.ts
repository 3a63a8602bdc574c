import { expect, test } from 'vitest'
import type { PoolVersion } from '../../src/core/live/live-item.ts'
import type { LiveEvent } from '../../src/core/live/slate-claims.ts'
import type { LiveContext } from '../../src/ports/store/contexts.ts'
import type { IterationRecord } from '../../src/ports/store/pools.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { serviceUnderTest } from '../../src/testing/service-under-test.ts'
import { heldLaws } from './laws.ts'
import { type EventFate, emptyLedger, type SlateSeen } from './ledger.ts'

// The laws must be able to fail: each case is a store that does not have what its clients were told.

const ITEMS = ['Are vacuums loud?', 'Do vacuums need bags?', 'How heavy are vacuums?']

async function small(fates: readonly EventFate[]) {
  const { store, get, post, context, clock } = await serviceUnderTest()
  await context('vacuums', ITEMS, { poolSize: 3, slateSize: 3 })
  const slate = (await (await get('/v1/contexts/vacuums/slate?visitor=a')).json()) as SlateSeen
  const ledger = emptyLedger()
  ledger.slates.push(slate)
  for (const [position, fate] of fates.entries()) {
    ledger.events.push({
      slate,
      id: `impression${position}`,
      kind: 'impression',
      position,
      fate,
      mayBeStored: false,
    })
  }
  const send = (positions: readonly number[]) =>
    post(
      '/v1/events',
      positions.map((position) => ({
        id: `impression${position}`,
        type: 'impression',
        token: slate.token,
        item: slate.items[position]?.id,
      })),
    )
  const held = async () => {
    await store.countClosed(Date.parse(slate.closesAt))
    return (await heldLaws(store, ledger, [], [])).broken
  }
  return { store, slate, ledger, send, held, clock }
}

test('what was acknowledged and is there breaks no law', async () => {
  const { send, held } = await small(['acknowledged', 'acknowledged', 'unknown'])
  await send([0, 1])
  expect(await held()).toEqual([])
})

test('an acknowledged event that is not there is told', async () => {
  const { slate, send, held } = await small(['acknowledged', 'acknowledged'])
  await send([0])
  expect(await held()).toEqual([`acknowledged event ${slate.slateId}/impression/1 is lost`])
})

test('an event that was refused, or never sent, is told when it is there', async () => {
  const { slate, send, held } = await small(['refused'])
  await send([0, 1])
  const broken = await held()
  expect(broken).toContain(`event ${slate.slateId}/impression/0 was refused and is stored`)
  expect(broken).toContain(`event ${slate.slateId}/impression/1 was never sent`)
})

test('counts that are not those of the events are told', async () => {
  const { store, ledger, send } = await small(['acknowledged'])
  await send([0])
  // Never counted.
  const { broken } = await heldLaws(store, ledger, [], [])
  expect(broken.some((law) => law.startsWith('counts of vacuums'))).toBe(true)
})

test('a slate that is of no version is told', async () => {
  const { slate, ledger, held } = await small([])
  ledger.slates.push({ ...slate, slateId: 'other', version: 7 })
  expect(await held()).toEqual([`vacuums ${slate.arm}: slate other is not of version 7`])
})

test('a question that is asked again is told, unless a node died before its answer was kept', async () => {
  const { store, ledger } = await small([])
  const context = await store.context('vacuums')
  const ask = (inputTokens: number, arrivedMs: number) => ({
    seed: 1,
    inputTokens,
    arrivedMs,
    promptCharacters: 1,
  })
  const laws = async (killedMs: number[]) =>
    (await heldLaws(store, ledger, [ask(1000, 10), ask(1001, 30)], killedMs)).broken
  expect(await laws([20])).toEqual([])
  expect(await laws([40])).toEqual(['question 1: asked again, and no node died in between'])
  await store.keepModelCall({
    key: 'k',
    contextId: context?.id ?? null,
    arm: 'live',
    writer: 'w',
    model: 'm',
    question: '{}',
    answer: '{}',
    usage: { modelCalls: 1, inputTokens: 1000, outputTokens: 1, costUsd: null, seconds: 0 },
    createdAtMs: 1,
  })
  expect(await laws([20])).toEqual(['question 1: asked again though its answer was kept'])
})

test('an event that is stored twice is told', async () => {
  const { store, send, ledger } = await small(['acknowledged'])
  await send([0])
  const twice = new Proxy(store, {
    get: (target, name: keyof typeof store) =>
      name === 'events'
        ? async () => {
            const { events } = await target.events({ cursor: null, limit: 10 })
            return { events: [...events, ...events] as LiveEvent[], next: null }
          }
        : target[name],
  })
  const { broken } = await heldLaws(twice, ledger, [], [])
  expect(broken.some((law) => law.endsWith('is stored 2 times'))).toBe(true)
})

test.each([
  ['a version is missing', { versions: [3, 1], iterations: [2, 1, 0] }, 'a version is missing'],
  ['a version is there twice', { versions: [3, 2, 2, 1], iterations: [2, 1, 0] }, 'a version is missing'],
  [
    'an iteration is there twice',
    { versions: [3, 2, 1], iterations: [2, 1, 1, 0] },
    'an iteration is there twice',
  ],
  ['an iteration is missing', { versions: [3, 2, 1], iterations: [2, 0] }, 'iteration 1 is missing'],
  ['the last iteration is missing', { versions: [3, 2, 1], iterations: [1, 0] }, 'stands at iteration 2'],
])('it is told when %s', async (_, { versions, iterations }, told) => {
  const { store, slate, ledger } = await small([])
  const context = (await store.context('vacuums')) as LiveContext
  const [first] = await store.versions(context.id, slate.arm, { limit: 1 })
  const arms = (await store.arms(context.id)).filter(({ arm }) => arm === slate.arm)
  const lawsOf = async (storedVersions: readonly number[], storedIterations: readonly number[]) => {
    const own: Partial<Store> = {
      arms: async () => arms.map((arm) => ({ ...arm, version: 3, iteration: 2 })),
      versions: async () => storedVersions.map((version) => ({ ...(first as PoolVersion), version })),
      iterations: async () => storedIterations.map((iteration) => ({ iteration }) as IterationRecord),
    }
    const lived = new Proxy(store, { get: (target, name: keyof Store) => own[name] ?? target[name] })
    return (await heldLaws(lived, ledger, [], [])).broken.map((law) => law.replace(/^\S+ \S+: /, ''))
  }
  ledger.slates.pop()
  expect(await lawsOf([3, 2, 1], [2, 1, 0])).toEqual([])
  const laws = await lawsOf(versions, iterations)
  expect(laws.some((law) => law.startsWith(told))).toBe(true)
})
