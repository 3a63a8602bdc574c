import { describe, expect, test } from 'vitest'
import { poolState, type StateItem, settingsWith } from '../../../test/pool-states.ts'
import { randomStream } from '../random.ts'
import { fullCtr } from './full-ctr.ts'
import { noDrop } from './no-drop.ts'
import { partialCtr } from './partial-ctr.ts'
import { randomCtr } from './random-ctr.ts'

// What the paper compares explore-exploit with: full-ctr, partial-ctr, random-ctr and no-drop.

const ITEMS: StateItem[] = [
  { life: [20, 100], last: [0, 10] },
  { life: [5, 100], last: [9, 10] },
  { life: [40, 100], live: false },
  { life: [5, 100], last: [5, 10] },
  {},
]
const STATE = poolState(ITEMS)
const random = () => randomStream(1, 'strategy')
const shownRates = (shown: readonly { itemId: string; ctr: number | null }[] | undefined) =>
  shown?.map(({ itemId, ctr }) => [itemId, ctr])

describe('full-ctr', () => {
  test('drops the n worst and shows the whole history, low to high, ending with its two parents', () => {
    const { leaving, requests } = fullCtr.plan(STATE, settingsWith(), random())
    expect(leaving).toEqual(['i1'])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ mode: 'full-ctr', prompt: 'history-rated', count: 1 })
    expect(shownRates(requests[0]?.shown)).toEqual([
      ['i1', 0.05],
      ['i3', 0.05],
      ['i0', 0.2],
      ['i2', 0.4],
    ])
    expect(requests[0]?.parents).toEqual(['i2', 'i0'])
  })

  test('uses the last iteration when the settings say so', () => {
    const { leaving, requests } = fullCtr.plan(STATE, settingsWith({ ctrWindow: 'last' }), random())
    expect(leaving).toEqual(['i0'])
    expect(requests[0]?.parents).toEqual(['i1', 'i3'])
  })

  test('replaces as many as asked, items never shown last', () => {
    const { leaving, requests } = fullCtr.plan(STATE, settingsWith({ replacedPerIteration: 4 }), random())
    expect(leaving).toEqual(['i1', 'i3', 'i0', 'i4'])
    expect(requests[0]?.count).toBe(4)
  })

  test('has one parent, or none, when no more were shown', () => {
    const parents = (items: StateItem[]) =>
      fullCtr.plan(poolState(items), settingsWith(), random()).requests[0]?.parents
    expect(parents([{ life: [1, 2] }, {}])).toEqual(['i0'])
    expect(parents([{}, {}])).toEqual([])
  })
})

describe('partial-ctr', () => {
  test('drops the n worst, but shows the whole history in order of birth and without rates', () => {
    const { leaving, requests } = partialCtr.plan(STATE, settingsWith({ replacedPerIteration: 2 }), random())
    expect(leaving).toEqual(['i1', 'i3'])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ mode: 'partial-ctr', prompt: 'history', count: 2, parents: [] })
    expect(shownRates(requests[0]?.shown)).toEqual(['i0', 'i1', 'i2', 'i3', 'i4'].map((id) => [id, null]))
  })

  test('uses the last iteration when the settings say so', () => {
    expect(partialCtr.plan(STATE, settingsWith({ ctrWindow: 'last' }), random()).leaving).toEqual(['i0'])
  })
})

describe('random-ctr', () => {
  test('shows every item with a made-up rate below 15 %, sorted, and drops the lowest of the pool', () => {
    const { leaving, requests } = randomCtr.plan(STATE, settingsWith({ replacedPerIteration: 2 }), random())
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ mode: 'random-ctr', prompt: 'history-rated', count: 2, parents: [] })
    const shown = requests[0]?.shown ?? []
    expect(shown.map(({ itemId }) => itemId).sort()).toEqual(['i0', 'i1', 'i2', 'i3', 'i4'])
    const rates = shown.map(({ ctr }) => ctr as number)
    expect(rates).toEqual([...rates].sort((a, b) => a - b))
    expect(rates.every((rate) => rate >= 0 && rate < 0.15)).toBe(true)
    expect(leaving).toEqual(
      shown
        .map(({ itemId }) => itemId)
        .filter((id) => id !== 'i2')
        .slice(0, 2),
    )
  })

  test('draws anew each time: over many, each live item leaves equally often and rates fill 0 to 15 %', () => {
    const stream = random()
    const left = new Map<string, number>()
    const rates: number[] = []
    for (let run = 0; run < 4000; run++) {
      const { leaving, requests } = randomCtr.plan(STATE, settingsWith(), stream)
      left.set(leaving[0] as string, (left.get(leaving[0] as string) ?? 0) + 1)
      rates.push(...(requests[0]?.shown.map(({ ctr }) => ctr as number) ?? []))
    }
    expect([...left.keys()].sort()).toEqual(['i0', 'i1', 'i3', 'i4'])
    // 1000 expected; five standard deviations.
    for (const count of left.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(750))
    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeCloseTo(0.075, 2)
    expect(Math.max(...rates)).toBeGreaterThan(0.1495)
  })
})

describe('no-drop', () => {
  test('drops nothing and shows the whole history without rates', () => {
    const { leaving, requests } = noDrop.plan(STATE, settingsWith({ replacedPerIteration: 3 }), random())
    expect(leaving).toEqual([])
    expect(requests).toHaveLength(1)
    expect(requests[0]).toMatchObject({ mode: 'no-drop', prompt: 'history', count: 3, parents: [] })
    expect(shownRates(requests[0]?.shown)).toEqual(['i0', 'i1', 'i2', 'i3', 'i4'].map((id) => [id, null]))
  })
})
