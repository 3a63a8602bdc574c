import { expect, test } from 'vitest'
import { slotEffects } from './slot-effects.ts'

const counts = (clicks: number, noClickImpressions: number) => ({ clicks, noClickImpressions })

test('one item: the ratio of its rates, with the interval of a ratio of two odds', () => {
  const [first, second] = slotEffects([[counts(200, 1000), counts(150, 1500)]])
  expect(first).toEqual({ effect: 1, clicks: 200, isEstimated: false })
  expect(second?.effect).toBeCloseTo(0.5, 12)
  const reach = Math.exp(1.959964 * Math.sqrt(1 / 200 + 1 / 1000 + 1 / 150 + 1 / 1500))
  expect(second?.interval?.[0]).toBeCloseTo(0.5 / reach, 6)
  expect(second?.interval?.[1]).toBeCloseTo(0.5 * reach, 6)
  expect(second).toMatchObject({ clicks: 150, isEstimated: true })
})

test('items that agree on an effect give it, however unevenly they were placed', () => {
  // v l_k Z_k clicks, with v 0.2 and 0.01, l 0.6: the good one mostly in the second slot.
  const bySlot = [
    [counts(40, 200), counts(240, 2000)],
    [counts(90, 9000), counts(6, 1000)],
  ]
  expect(slotEffects(bySlot)[1]?.effect).toBeCloseTo(0.6, 12)
})

test('with too few clicks an effect is 1, and says that it is not known', () => {
  const few = [[counts(29, 1000), counts(500, 1000)]]
  expect(slotEffects(few)[1]).toEqual({ effect: 1, clicks: 500, isEstimated: false })
  expect(slotEffects(few, { clicksLeast: 20 })[1]?.isEstimated).toBe(true)
  expect(slotEffects([[counts(0, 5), counts(0, 5)]], { clicksLeast: 0 })[1]?.effect).toBe(1)
})

test('refuses what cannot be', () => {
  expect(() => slotEffects([])).toThrow('counts: need at least one item with one slot')
  expect(() => slotEffects([[counts(1, 1)], []])).toThrow('items with 1 and 0 slots')
  expect(() => slotEffects([[counts(-1, 1)]])).toThrow('clicks: must be a whole number')
  expect(() => slotEffects([[counts(1, 1)]], { level: 0 })).toThrow('level: must be strictly')
})
