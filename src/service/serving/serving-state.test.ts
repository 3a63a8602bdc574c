import { describe, expect, it } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { drawThompson } from '../../core/policies/thompson.ts'
import { randomStream } from '../../core/random.ts'
import type { ItemTotals, PoolStore, ServingContext } from '../../ports/store/pools.ts'
import { servingState } from './serving-state.ts'

type Changes = Awaited<ReturnType<PoolStore['servingChanges']>>

/** A store that tells these changes, `pageSize` at most at once, and counts how often it is asked. */
function storeOf(changes: readonly (ServingContext | number)[], totals: readonly ItemTotals[] = []) {
  const told = [...changes]
  const store = {
    told,
    asked: [] as number[],
    fails: false,
    async servingChanges(after: number, limit: number): Promise<Changes> {
      store.asked.push(after)
      if (store.fails) throw new Error('away')
      const page = told.slice(after, after + limit)
      return {
        upTo: after + page.length,
        changed: page.filter((one) => typeof one !== 'number'),
        removed: page.filter((one) => typeof one === 'number'),
      }
    },
    async itemTotals(arms: readonly { contextId: number; arm: string }[]) {
      return arms.map((arm) => ({ ...arm, totals: [...totals] }))
    },
  }
  return store
}

function context(id: number, versions: Readonly<Record<string, number>>, revision = 1): ServingContext {
  return {
    context: {
      id,
      key: `c${id}`,
      task: 'shopping-question',
      topic: 'Vacuums',
      config: DEFAULT_CONTEXT_CONFIG,
      status: 'active',
      seed: 1,
      revision,
      createdAtMs: 0,
      updatedAtMs: 0,
    },
    arms: Object.entries(versions).map(([arm, version]) => ({
      arm,
      version,
      items: ['i0', 'i1', 'i2'].map((item) => ({ id: item, text: `${item} of version ${version}` })),
    })),
  }
}

describe('servingState', () => {
  it('loads everything in pages, then only what changed', async () => {
    const store = storeOf(Array.from({ length: 2500 }, (_, id) => context(id + 1, { live: 1 })))
    const state = servingState(store)
    expect(state.isLoaded).toBe(false)
    await state.refresh()
    expect([state.isLoaded, state.contextCount]).toEqual([true, 2500])
    expect(store.asked).toEqual([0, 1000, 2000, 2500])
    store.told.push(context(7, { live: 2 }), 9)
    await state.refresh()
    expect(store.asked.slice(4)).toEqual([2500, 2502])
    expect(state.find('c7')?.arms[0]?.version).toBe(2)
    expect([state.find('c9'), state.byId(9), state.isRemoved(9), state.isRemoved(8)]).toEqual([
      undefined,
      undefined,
      true,
      false,
    ])
  })

  it('keeps what it has when the store is away, and goes on from there', async () => {
    const store = storeOf([context(1, { live: 1 })])
    const state = servingState(store)
    await state.refresh()
    store.fails = true
    store.told.push(context(1, { live: 2 }))
    await expect(state.refresh()).rejects.toThrow('away')
    expect(state.find('c1')?.arms[0]?.version).toBe(1)
    store.fails = false
    await Promise.all([state.refresh(), state.refresh()])
    expect(state.find('c1')?.arms[0]?.version).toBe(2)
    // Two who ask at once share one reading.
    expect(store.asked).toEqual([0, 1, 1, 1, 2])
  })

  it('never goes back to an older state, and knows a key that was given again', async () => {
    const state = servingState(storeOf([]))
    state.put(context(1, { live: 3 }, 4))
    state.put(context(1, { live: 2 }, 4))
    state.put(context(1, { live: 3 }, 3))
    state.put(context(1, {}, 4))
    expect(state.find('c1')).toMatchObject({ revision: 4, arms: [{ version: 3 }] })
    const again = context(2, { live: 1 })
    const state2 = servingState(
      storeOf([context(1, { live: 5 }), { ...again, context: { ...again.context, key: 'c1' } }, 1]),
    )
    await state2.refresh()
    expect(state2.find('c1')?.id).toBe(2)
    // A late word of the removed one does not bring it back.
    state2.put(context(1, { live: 6 }))
    expect([state2.find('c1')?.id, state2.byId(1)]).toEqual([2, undefined])
  })

  it('gives the visitors of an arm without a pool to the first that has one', async () => {
    const state = servingState(storeOf([context(1, { holdout: 1 }), context(2, {})]))
    await state.refresh()
    const served = state.find('c1')
    expect(served?.arms.map(({ key }) => key)).toEqual(['holdout'])
    expect(new Set(served?.pieces.armIndexes)).toEqual(new Set([0]))
    expect(state.find('c2')?.arms).toEqual([])
  })
})

it('believes new counts of the items of Thompson arms, and keeps them while the pool stays', async () => {
  const policy = { kind: 'thompson', uniformShare: 0 } as const
  const config = {
    ...DEFAULT_CONTEXT_CONFIG,
    arms: [{ key: 'live', share: 1, isFrozen: false, strategy: 'explore-exploit', policy }],
  }
  const given = context(1, { live: 1 })
  const thompson = { ...given, context: { ...given.context, config } }
  const totals = [
    { itemId: 'i0', impressions: 1000, clicks: 10, noClickImpressions: 900 },
    { itemId: 'i1', impressions: 1000, clicks: 100, noClickImpressions: 900 },
  ]
  const store = storeOf([thompson], totals)
  const state = servingState(store)
  await state.refresh()
  const random = randomStream(1, 'thompson')
  const shares = () => {
    const into: number[] = []
    const first = [0, 0, 0]
    for (let draw = 0; draw < 600; draw++) {
      const utilities = state.find('c1')?.arms[0]?.thompson?.utilities
      if (utilities === undefined) throw new Error('no Thompson arm')
      drawThompson(utilities, 1, random, into, new Float64Array(3))
      first[into[0] as number] = (first[into[0] as number] as number) + 1
    }
    return first
  }
  for (const count of shares()) expect(count).toBeGreaterThan(120)
  await state.refreshTotals()
  const [worst = 0, best = 0, newborn = 0] = shares()
  expect(best).toBeGreaterThan(300)
  expect(worst).toBeLessThan(10)
  // Nobody has seen it yet, so it is tried.
  expect(newborn).toBeGreaterThan(60)
  store.told.push(thompson)
  await state.refresh()
  expect(shares()[0]).toBeLessThan(10)
})
