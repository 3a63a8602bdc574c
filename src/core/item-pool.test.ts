import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPoolState, poolState } from '../../test/pool-states.ts'
import { poolItems } from './item-pool.ts'

test('poolItems gives the live items in order of birth, whatever the order of their ids', () => {
  const state = poolState([{}, { live: false }, {}, {}])
  expect(poolItems(state).map(({ id }) => id)).toEqual(['i0', 'i2', 'i3'])
  const turned = { ...state, poolIds: [...state.poolIds].reverse() }
  expect(poolItems(turned)).toEqual(poolItems(state))
})

test('poolItems gives exactly the pool', () => {
  fc.assert(
    fc.property(anyPoolState, (state) => {
      expect(poolItems(state).map(({ id }) => id)).toEqual(state.poolIds)
    }),
    { seed: 8, numRuns: 100 },
  )
})
