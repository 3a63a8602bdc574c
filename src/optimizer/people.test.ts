import { describe, expect, test } from 'vitest'
import { createContext, liveConfig, optimizerNode, visit } from '../../test/optimizer-fixture.ts'
import { MAIN_ARM } from '../core/live/context-config.ts'
import type { LiveItem } from '../core/live/live-item.ts'
import type { LiveContext } from '../ports/store/contexts.ts'
import type { PoolCommit } from '../ports/store/pools.ts'
import type { Store } from '../ports/store/store.ts'
import { audit } from '../testing/store-conformance/fixture.ts'

const [MAIN, HOLDOUT] = liveConfig().arms
const ONLY_MAIN = [{ ...MAIN!, share: 1 }]

async function byHand(store: Store, context: LiveContext, change: Partial<PoolCommit>, arm = MAIN_ARM) {
  const state = (await store.arms(context.id)).find((one) => one.arm === arm)
  const commit = { births: [], standings: [], pool: null, by: 'person', nowMs: 0, audit: [] }
  return store.commitPool({ ...commit, contextId: context.id, arm, fromVersion: state!.version, ...change })
}

async function makeDue(
  node: ReturnType<typeof optimizerNode>,
  context: LiveContext,
  clicks: readonly string[] = [],
) {
  for (let one = 0; one < 20; one++) {
    const click = clicks[one]
    await visit(node.store, context, node.clock.now(), click === undefined ? {} : { click })
  }
  await node.clock.advance(1000)
  await node.store.countClosed(node.clock.now())
}

const human = (number: number, text: string): LiveItem => ({
  id: `i${number}`,
  text,
  mode: 'person',
  parents: [],
  bornAt: 0,
  writtenBy: 'person',
  promptVersion: 'person',
  standing: 'approved',
  isPinned: false,
  createdAtMs: 0,
})

describe('approval', () => {
  test('births wait, nothing is served, and no more are written while they wait', async () => {
    const node = optimizerNode()
    const { store, clock, optimizer } = node
    const context = await createContext(store, liveConfig({ approval: 'required', arms: ONLY_MAIN }))
    await optimizer.runDue()
    expect((await store.arms(context.id))[0]).toMatchObject({ version: 0 })
    const born = await store.items(context.id, MAIN_ARM)
    expect(born.map(({ standing }) => standing)).toEqual(Array(5).fill('waiting'))
    await clock.advance(600_000)
    await optimizer.runDue()
    expect(await store.items(context.id, MAIN_ARM)).toHaveLength(5)
    expect(node.events.at(-1)).toMatchObject({ kind: 'arm-waits', reason: 'approval' })

    const ids = born.map(({ id }) => id)
    const standings = ids.map((itemId) => ({ itemId, standing: 'approved' as const }))
    await byHand(store, context, { standings, pool: { itemIds: ids, iteration: 0, cause: 'approve' } })
    await clock.advance(600_000)
    await makeDue(node, context, ['i0', 'i0', 'i0', 'i1'])
    await optimizer.runDue()
    const [arm] = await store.arms(context.id)
    expect(arm).toMatchObject({ iteration: 1, poolIds: ids, interactionsSince: 0 })
    const [record] = await store.iterations(context.id, MAIN_ARM, { limit: 1 })
    expect(record).toMatchObject({ born: ['i5', 'i6'], left: ['i1', 'i2'] })
  })

  test('what was rejected is made up for; it never comes again', async () => {
    const node = optimizerNode()
    const { store, clock, optimizer } = node
    const context = await createContext(store, liveConfig({ approval: 'required', arms: ONLY_MAIN }))
    await optimizer.runDue()
    const standings = (await store.items(context.id, MAIN_ARM)).map(({ id }, index) => ({
      itemId: id,
      standing: index < 2 ? ('approved' as const) : ('rejected' as const),
    }))
    await byHand(store, context, { standings })
    await clock.advance(600_000)
    await optimizer.runDue()
    const items = await store.items(context.id, MAIN_ARM)
    expect(items.filter(({ standing }) => standing === 'waiting')).toHaveLength(3)
    expect(new Set(items.map(({ text }) => text)).size).toBe(8)
  })
})

describe('people and the pool', () => {
  test('texts that people gave are the first pool; the writer only fills it up', async () => {
    const { store, optimizer, events } = optimizerNode()
    const context = await createContext(store, liveConfig({ poolSize: 3, slateSize: 2 }))
    const texts = ['Is a vacuum loud at night?', 'Can a vacuum be repaired at home?']
    await byHand(store, context, { births: texts.map((text, number) => human(number, text)) })
    await optimizer.runDue()
    const [live, holdout] = await store.arms(context.id)
    expect(live?.poolIds).toEqual(['i0', 'i1', 'i2'])
    expect(holdout?.poolIds).toEqual(live?.poolIds)
    expect((await store.items(context.id, 'holdout')).slice(0, 2).map(({ text }) => text)).toEqual(texts)
    expect(events.filter(({ kind }) => kind === 'iteration-failed')).toEqual([])
  })

  test('where they gave enough, no writer is needed at all', async () => {
    const { store, optimizer } = optimizerNode({
      writerOf: async () => {
        throw new Error('no writer')
      },
    })
    const context = await createContext(store, liveConfig({ poolSize: 2, slateSize: 2 }))
    const births = ['Is a vacuum loud?', 'Can a vacuum be repaired?'].map((text, number) =>
      human(number, text),
    )
    await byHand(store, context, { births })
    await optimizer.runDue()
    expect((await store.arms(context.id)).map(({ poolIds }) => poolIds)).toEqual([
      ['i0', 'i1'],
      ['i0', 'i1'],
    ])
  })

  test('a pinned item stays though it is the worst, and as many fewer are written when all are', async () => {
    const node = optimizerNode()
    const { store, optimizer } = node
    const context = await createContext(store, liveConfig({ arms: ONLY_MAIN }))
    await optimizer.runDue()
    const pin = (ids: readonly string[]) =>
      byHand(store, context, { standings: ids.map((itemId) => ({ itemId, isPinned: true })) })
    await pin(['i1', 'i2'])
    await makeDue(node, context, ['i0', 'i0', 'i0', 'i0'])
    await optimizer.runDue()
    const [first] = await store.arms(context.id)
    expect(first?.poolIds).toEqual(expect.arrayContaining(['i1', 'i2']))
    expect(first?.poolIds).toHaveLength(5)
    await pin(first!.poolIds.slice(0, 4))
    await makeDue(node, context)
    await optimizer.runDue()
    const [second] = await store.arms(context.id)
    expect(second?.poolIds.slice(0, 4)).toEqual(first?.poolIds.slice(0, 4))
    expect(second?.poolIds).toHaveLength(5)
  })

  test('a banned item is no example, its text never comes back, and its place is filled', async () => {
    const node = optimizerNode()
    const { store, optimizer } = node
    const context = await createContext(store, liveConfig({ arms: ONLY_MAIN }))
    await optimizer.runDue()
    const [banned] = await store.items(context.id, MAIN_ARM)
    await makeDue(node, context, Array(10).fill('i0'))
    await byHand(store, context, {
      standings: [{ itemId: 'i0', standing: 'banned' }],
      pool: { itemIds: ['i1', 'i2', 'i3', 'i4'], iteration: 0, cause: 'ban' },
    })
    await store.requestRun(context.id, [MAIN_ARM], audit())
    await optimizer.runDue()
    const [arm] = await store.arms(context.id)
    expect(arm?.poolIds).toHaveLength(5)
    const items = await store.items(context.id, MAIN_ARM)
    expect(items.filter(({ text }) => text === banned?.text)).toHaveLength(1)
    const { calls } = await store.modelCalls(context.id, { cursor: null, limit: 10 })
    const later = calls.filter(({ createdAtMs }) => createdAtMs > (banned?.createdAtMs ?? 0))
    expect(later.length).toBeGreaterThan(0)
    expect(later.filter(({ question }) => question.includes(banned?.text ?? '?'))).toEqual([])
  })

  test('items of too few visitors are counted but not held up as examples', async () => {
    const clickers = async (visitors: readonly string[]) => {
      const node = optimizerNode()
      const { store, clock, optimizer } = node
      const context = await createContext(store, liveConfig({ arms: ONLY_MAIN }))
      await optimizer.runDue()
      for (let one = 0; one < 20; one++) {
        const visitor = visitors[one % visitors.length]!
        await visit(store, context, clock.now(), { visitor, click: 'i0' })
      }
      await clock.advance(1000)
      await store.countClosed(clock.now())
      await optimizer.runDue()
      const items = await store.items(context.id, MAIN_ARM)
      return items.find(({ mode }) => mode === 'exploit')?.parents
    }
    expect(await clickers(['a', 'b'])).not.toContain('i0')
    expect(await clickers(['a', 'b', 'c'])).toEqual(['i0'])
  })
})

describe('arms', () => {
  const arm = (key: string, more: object = {}) => ({ ...MAIN!, key, share: 0.25, ...more })

  test('of one writer share the first pool, another writer makes its own', async () => {
    const { store, optimizer, clock } = optimizerNode()
    const arms = [arm('live'), arm('b', { strategy: 'full-ctr' }), arm('c', { writer: 'other' }), HOLDOUT!]
    const context = await createContext(store, liveConfig({ arms }))
    await optimizer.runDue()
    await clock.advance(10_000)
    await optimizer.runDue()
    const texts = async (key: string) => (await store.items(context.id, key)).map(({ text }) => text)
    expect(await texts('b')).toEqual(await texts('live'))
    expect(await texts('holdout')).toEqual(await texts('live'))
    const calls = (await store.modelCalls(context.id, { cursor: null, limit: 100 })).calls
    expect(new Set(calls.map((call) => call.arm))).toEqual(new Set(['live', 'c']))
  })

  test('under a Thompson policy items are ranked by utility, else by CTR', async () => {
    const worst = async (policy: object) => {
      const node = optimizerNode()
      const { store, clock, optimizer } = node
      const arms = [{ ...MAIN!, share: 1, policy, strategy: 'full-ctr' }] as typeof ONLY_MAIN
      const context = await createContext(store, liveConfig({ arms, poolSize: 3, slateSize: 2 }))
      await optimizer.runDue()
      // i2 has the higher CTR (2 of 8 against 1 of 5), but stood where nobody clicked anything else: 2 of 6 nothing;
      // i1 stood beside the favourite i0: 1 click, 1 impression without any.
      const show = async (items: readonly string[], click: string | undefined, times: number) => {
        for (let one = 0; one < times; one++) {
          await visit(store, context, clock.now(), { items, ...(click === undefined ? {} : { click }) })
        }
      }
      await show(['i0', 'i1'], 'i0', 3)
      await show(['i0', 'i1'], 'i1', 1)
      await show(['i0', 'i1'], undefined, 1)
      await show(['i2'], 'i2', 2)
      await show(['i2'], undefined, 6)
      await show(['i0'], 'i0', 7)
      await clock.advance(1000)
      await store.countClosed(clock.now())
      await optimizer.runDue()
      return (await store.iterations(context.id, MAIN_ARM, { limit: 1 }))[0]?.left
    }
    expect(await worst({ kind: 'uniform' })).toEqual(['i1'])
    expect(await worst({ kind: 'thompson', uniformShare: 0.1 })).toEqual(['i2'])
  })
})
