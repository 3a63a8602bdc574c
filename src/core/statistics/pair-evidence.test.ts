import { describe, expect, test } from 'vitest'
import { isKnownBetter, logPairEvidence, pairClicks } from './pair-evidence.ts'

describe('known values', () => {
  // mpmath with 40 digits.
  test.each([
    [0, 0, 0],
    [5, 5, 2.35137525716348],
    [8, 10, 1.38679928412986],
    [60, 100, 0.578891123220601],
    [40, 100, -3.16912124231629],
    [2600, 5000, 0.658117512277237],
    [1000, 5000, -8.00692257519206],
    [99_999, 100_000, 69292.3853422452],
  ])('%i of %i', (wins, trials, logEvidence) => {
    expect(logPairEvidence({ wins, trials })).toBeCloseTo(logEvidence, 8)
  })
})

test('wins are clicks in slates with both, and a slate without either counts for nothing', () => {
  const outcomes = [
    { iteration: 0, itemIds: ['a', 'b', 'c'], interactions: 50, clicks: [5, 2, 9] },
    { iteration: 1, itemIds: ['c', 'b', 'a'], interactions: 20, clicks: [1, 1, 3] },
    { iteration: 1, itemIds: ['a', 'c'], interactions: 20, clicks: [7, 1] },
  ]
  expect(pairClicks(outcomes, 'a', 'b')).toEqual({ wins: 8, trials: 11 })
  expect(pairClicks(outcomes, 'b', 'a')).toEqual({ wins: 3, trials: 11 })
  expect(pairClicks(outcomes, 'a', 'd')).toEqual({ wins: 0, trials: 0 })
})

test('is known better at its threshold, which rises with the pairs watched', () => {
  expect(isKnownBetter({ wins: 9, trials: 9 })).toBe(true)
  expect(isKnownBetter({ wins: 9, trials: 9 }, 0.05, 100)).toBe(false)
  expect(isKnownBetter({ wins: 0, trials: 9 })).toBe(false)
})

test('refuses counts that cannot be', () => {
  expect(() => logPairEvidence({ wins: 3, trials: 2 })).toThrow('wins: at most 2, got 3')
  expect(() => logPairEvidence({ wins: 1, trials: 2.5 })).toThrow('trials: must be a whole number')
  expect(() => isKnownBetter({ wins: 1, trials: 2 }, 0)).toThrow('alpha: must be strictly')
})
