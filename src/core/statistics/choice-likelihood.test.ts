import { expect, test } from 'vitest'
import type { SlateOutcome } from '../evidence.ts'
import { choiceLikelihood } from './choice-likelihood.ts'

/** Counts exactly as expected under v and l, for slates in both orders. */
function exact(v: Record<string, number>, l: readonly number[], slates: string[][]): SlateOutcome[] {
  return slates.map((itemIds) => {
    const weights = itemIds.map((id, slot) => (v[id] as number) * (l[slot] as number))
    const total = weights.reduce((sum, weight) => sum + weight, 1)
    return { iteration: 0, itemIds, interactions: 1e6, clicks: weights.map((w) => (1e6 * w) / total) }
  })
}

const truth = { a: 0.4, b: 0.05, c: 1.2 }
const slates = [
  ['a', 'b'],
  ['b', 'a'],
  ['c', 'a'],
  ['b', 'c'],
]

test('finds utilities and slot effects from counts that fit them exactly', () => {
  const { utilities, slotEffects, isConverged } = choiceLikelihood(exact(truth, [1, 0.3], slates))
  expect(isConverged).toBe(true)
  for (const [id, v] of Object.entries(truth)) expect(utilities.get(id)).toBeCloseTo(v, 5)
  expect(slotEffects[1]).toBeCloseTo(0.3, 5)
})

test('keeps a slot at 1 that shares no item with the first', () => {
  const apart = exact(truth, [1, 0.3], [['a', 'c']])
  const { slotEffects, utilities, isConverged } = choiceLikelihood(apart)
  expect(isConverged).toBe(true)
  expect(slotEffects).toEqual([1, 1])
  expect(utilities.get('c')).toBeCloseTo(0.36, 5)
})

test('the likelihood never falls, and is told when it is not at its top', () => {
  const outcomes = exact(truth, [1, 0.3], slates)
  let last = Number.NEGATIVE_INFINITY
  for (const roundsMax of [1, 2, 3, 5, 8, 13]) {
    const { logLikelihood, isConverged, rounds } = choiceLikelihood(outcomes, { roundsMax })
    expect(logLikelihood).toBeGreaterThan(last)
    expect(isConverged).toBe(false)
    expect(rounds).toBe(roundsMax)
    last = logLikelihood
  }
})

test('items without clicks get 0, or what the prior gives; nothing gives nothing', () => {
  const outcomes = [{ iteration: 0, itemIds: ['a', 'b'], interactions: 100, clicks: [10, 0] }]
  expect(choiceLikelihood(outcomes).utilities.get('b')).toBe(0)
  const prior = { priorClicks: 1, priorNoClickImpressions: 10 }
  expect(choiceLikelihood(outcomes, prior).utilities.get('b')).toBeGreaterThan(0)
  expect(choiceLikelihood([]).utilities.size).toBe(0)
})

test('refuses settings that cannot be', () => {
  expect(() => choiceLikelihood([], { tolerance: 0 })).toThrow('tolerance: must be')
  expect(() => choiceLikelihood([], { priorClicks: -1 })).toThrow('priorClicks: must be')
})
