import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_EVIDENCE } from './evidence.ts'
import type { PoolState } from './item-pool.ts'
import { applyBirths, type Birth, initialPool, initialRequest } from './loop.ts'
import { DEFAULT_SETTINGS } from './settings.ts'

const empty: PoolState = {
  context: { key: 'k', task: 't', topic: 'Vacuums' },
  iteration: -1,
  history: [],
  poolIds: [],
  evidence: NO_EVIDENCE,
}
const births = (count: number, mode = 'seed'): Birth[] =>
  Array.from({ length: count }, (_, index) => ({
    text: `${mode} ${index}?`,
    mode,
    parents: [],
    writtenBy: 'm',
    promptVersion: 'seed@1',
  }))

test('the initial request asks for N texts and shows nothing', () => {
  expect(initialRequest({ ...DEFAULT_SETTINGS, poolSize: 7 })).toMatchObject({
    count: 7,
    shown: [],
    prompt: 'seed',
  })
})

test('births come in with the next numbers, the worst make room, history keeps all', () => {
  const first = initialPool(empty, births(5))
  const next = applyBirths(first, { leaving: ['i3', 'i0'], requests: [] }, births(2, 'explore'), 5)
  expect(next.poolIds).toEqual(['i1', 'i2', 'i4', 'i5', 'i6'])
  expect(next.history.map(({ id }) => id)).toEqual(['i0', 'i1', 'i2', 'i3', 'i4', 'i5', 'i6'])
  expect(next.history.at(-1)).toMatchObject({ id: 'i6', bornAt: 1, mode: 'explore' })
  expect(next.iteration).toBe(1)
})

test('only as many leave as arrive, worst first', () => {
  const first = initialPool(empty, births(5))
  const plan = { leaving: ['i3', 'i0'], requests: [] }
  expect(applyBirths(first, plan, births(1), 5).poolIds).toEqual(['i0', 'i1', 'i2', 'i4', 'i5'])
  expect(applyBirths(first, plan, [], 5).poolIds).toEqual(first.poolIds)
})

test('for any births the pool never shrinks, and never grows past its size while enough may leave', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.integer({ min: 0, max: 6 }), { maxLength: 12 }),
      fc.integer({ min: 0, max: 6 }),
      (poolSize, born, leavingMax) => {
        let state = initialPool(empty, births(poolSize))
        for (const count of born) {
          const before = state.poolIds.length
          state = applyBirths(
            state,
            { leaving: state.poolIds.slice(0, leavingMax), requests: [] },
            births(count),
            poolSize,
          )
          expect(state.poolIds.length).toBeGreaterThanOrEqual(before)
          if (Math.min(leavingMax, before) >= count) expect(state.poolIds.length).toBe(poolSize)
          if (Math.min(leavingMax, before) < count) break
          expect(new Set(state.poolIds).size).toBe(state.poolIds.length)
        }
      },
    ),
    { seed: 3, numRuns: 300 },
  )
})
