import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clickProbabilities, PAPER_CHOICE } from './click-model.ts'

const relevances = fc.array(fc.double({ min: 1, max: 10, noNaN: true }), { minLength: 1, maxLength: 6 })
const choice = fc.record({
  choiceTemperature: fc.double({ min: 0.01, max: 100, noNaN: true }),
  noClickScore: fc.double({ min: -20, max: 30, noNaN: true }),
})

test('three relevances of 10 give 0.6063 for any click', () => {
  const probabilities = clickProbabilities([10, 10, 10], PAPER_CHOICE)
  expect(probabilities[0]! + probabilities[1]! + probabilities[2]!).toBeCloseTo(0.6063, 4)
  expect(probabilities).toHaveLength(4)
})

test('by hand: at T = 1 a relevance of RS is as strong as no click', () => {
  const probabilities = clickProbabilities([4, 4 + Math.log(2)], { choiceTemperature: 1, noClickScore: 4 })
  expect([...probabilities].map((p) => Math.round(p * 1e12) / 1e12)).toEqual([0.25, 0.5, 0.25])
})

describe('properties', () => {
  test('probabilities lie in [0, 1] and sum to 1', () => {
    fc.assert(
      fc.property(relevances, choice, (slate, options) => {
        const probabilities = clickProbabilities(slate, options)
        expect(probabilities.every((p) => p >= 0 && p <= 1)).toBe(true)
        expect(probabilities.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12)
      }),
      { seed: 1 },
    )
  })

  test('a constant added to every relevance and to the no-click score changes nothing', () => {
    fc.assert(
      fc.property(relevances, choice, fc.integer({ min: -1000, max: 1000 }), (slate, options, shift) => {
        // Whole numbers a temperature: the shift must not cost digits itself.
        const whole = { choiceTemperature: Math.max(1, options.choiceTemperature), noClickScore: 11 }
        const before = clickProbabilities(slate, whole)
        const after = clickProbabilities(
          slate.map((relevance) => relevance + shift),
          { ...whole, noClickScore: whole.noClickScore + shift },
        )
        for (const [index, p] of before.entries()) expect(after[index]).toBeCloseTo(p, 10)
      }),
      { seed: 2 },
    )
  })

  test('a more relevant item is clicked more, and its companions less', () => {
    fc.assert(
      fc.property(relevances, fc.double({ min: 0.1, max: 3, noNaN: true }), (slate, step) => {
        const before = clickProbabilities(slate)
        const after = clickProbabilities(
          slate.map((relevance, index) => relevance + (index === 0 ? step : 0)),
        )
        expect(after[0]).toBeGreaterThan(before[0]!)
        for (let index = 1; index < before.length; index++) expect(after[index]).toBeLessThan(before[index]!)
      }),
      { seed: 3 },
    )
  })
})

test.each([
  [[10, 1], 1e-9, 5, [1, 0, 0]],
  [[10, 10], 1e-9, 5, [0.5, 0.5, 0]],
  [[10, 1], 1e-9, 11, [0, 0, 1]],
  [[10, 1], 1e-300, -1e300, [1, 0, 0]],
  [[10, 1], 1e300, 11, [1 / 3, 1 / 3, 1 / 3]],
])('extremes stay numbers: %o at T = %f, RS = %f', (slate, choiceTemperature, noClickScore, expected) => {
  const probabilities = clickProbabilities(slate, { choiceTemperature, noClickScore })
  for (const [index, p] of expected.entries()) expect(probabilities[index]).toBeCloseTo(p, 12)
})

test.each([
  [[], 1.5, 11, 'relevances: a slate needs at least one item'],
  [[Number.NaN], 1.5, 11, 'relevances: must be finite numbers, got NaN at position 0'],
  [[1, Number.POSITIVE_INFINITY], 1.5, 11, 'relevances: must be finite numbers, got Infinity at position 1'],
  [[1], 0, 11, 'choiceTemperature: must be a finite number above 0, got 0'],
  [[1], -1, 11, 'choiceTemperature: must be a finite number above 0, got -1'],
  [[1], Number.NaN, 11, 'choiceTemperature: must be a finite number above 0, got NaN'],
  [[1], 1.5, Number.NEGATIVE_INFINITY, 'noClickScore: must be a finite number, got -Infinity'],
])('refuses %o at T = %f, RS = %f', (slate, choiceTemperature, noClickScore, message) => {
  expect(() => clickProbabilities(slate, { choiceTemperature, noClickScore })).toThrow(RangeError)
  expect(() => clickProbabilities(slate, { choiceTemperature, noClickScore })).toThrow(message)
})
