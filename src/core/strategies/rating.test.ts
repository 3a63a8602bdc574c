import { describe, expect, test } from 'vitest'
import { poolState } from '../../../test/pool-states.ts'
import { rated, shownWithoutRates, shownWithRates, sortedByRate, worstIds } from './rating.ts'

const STATE = poolState([
  { life: [30, 100], last: [0, 10] },
  {},
  { life: [10, 100], last: [9, 10] },
  { life: [30, 100], last: [5, 10] },
  { life: [0, 50] },
])
const LIFE = { ctrWindow: 'life' } as const
const ratesOf = (items: ReturnType<typeof rated>) => items.map(({ item, ctr }) => [item.id, ctr])

describe('rated', () => {
  test('takes the whole life, or the last iteration that showed the item', () => {
    expect(ratesOf(rated(STATE.history, STATE, LIFE))).toEqual([
      ['i0', 0.3],
      ['i1', null],
      ['i2', 0.1],
      ['i3', 0.3],
      ['i4', 0],
    ])
    expect(ratesOf(rated(STATE.history, STATE, { ctrWindow: 'last' }))).toEqual([
      ['i0', 0],
      ['i1', null],
      ['i2', 0.9],
      ['i3', 0.5],
      ['i4', 0],
    ])
  })
})

describe('sortedByRate', () => {
  const items = rated(STATE.history, STATE, LIFE)

  test('goes from low to high; equal rates by birth; items never shown last', () => {
    expect(sortedByRate(items).map(({ item }) => item.id)).toEqual(['i4', 'i2', 'i0', 'i3', 'i1'])
  })

  test('leaves its input as it was', () => {
    sortedByRate(items)
    expect(items.map(({ item }) => item.id)).toEqual(['i0', 'i1', 'i2', 'i3', 'i4'])
  })
})

test('worstIds gives the lowest, worst first, and an item never shown only when nothing else is left', () => {
  const items = rated(STATE.history, STATE, LIFE)
  expect(worstIds(items, 0)).toEqual([])
  expect(worstIds(items, 2)).toEqual(['i4', 'i2'])
  expect(worstIds(items, 5)).toEqual(['i4', 'i2', 'i0', 'i3', 'i1'])
  expect(worstIds(items, 9)).toHaveLength(5)
})

test('what a prompt shows: with rates, items never shown are left out; without, all are there', () => {
  const items = rated(STATE.history.slice(0, 2), STATE, LIFE)
  expect(shownWithRates(items)).toEqual([{ itemId: 'i0', text: 'Text of i0', ctr: 0.3 }])
  expect(shownWithoutRates(STATE.history.slice(0, 2))).toEqual([
    { itemId: 'i0', text: 'Text of i0', ctr: null },
    { itemId: 'i1', text: 'Text of i1', ctr: null },
  ])
})
