import { describe, expect, test } from 'vitest'
import { randomStream } from '../random.ts'
import { bootstrapInterval, mean, meanInterval, pairedDifferences, standardError } from './mean.ts'
import { normalQuantile } from './normal.ts'
import { studentScore, studentTwoSided } from './student-t.ts'

describe('Student', () => {
  // Reference values: SciPy 1.x, scipy.stats.t.ppf.
  test.each([
    [0.95, 1, 12.706204736174694],
    [0.95, 2, 4.302652729749462],
    [0.95, 4, 2.7764451051977934],
    [0.95, 17, 2.1098155778333156],
    [0.99, 30, 2.7499956535672254],
    [0.5, 3, 0.7648923284043444],
  ])('score of level %f with %i degrees', (level, degrees, expected) => {
    expect(Math.abs(studentScore(level, degrees) - expected)).toBeLessThan(1e-10)
    expect(studentTwoSided(expected, degrees)).toBeCloseTo(level, 12)
  })

  test('refuses what cannot be', () => {
    expect(() => studentScore(1, 3)).toThrow('level: must be strictly between 0 and 1, got 1')
    expect(() => studentScore(0.95, 0)).toThrow('degrees: must be a whole number of at least 1, got 0')
  })
})

describe('mean of runs', () => {
  const values = [3, 5, 8, 12]

  test('mean, standard error and interval by hand', () => {
    expect(mean(values)).toBe(7)
    expect(standardError(values)).toBeCloseTo(Math.sqrt((16 + 4 + 1 + 25) / 3 / 4), 12)
    const [low, high] = meanInterval(values)
    expect(low).toBeCloseTo(7 - 3.182446305284263 * standardError(values), 9)
    expect(high).toBeCloseTo(7 + 3.182446305284263 * standardError(values), 9)
  })

  test('pairs are subtracted in order, and must be pairs', () => {
    expect(pairedDifferences([5, 7], [1, 10])).toEqual([4, -3])
    expect(() => pairedDifferences([1], [1, 2])).toThrow('lists of 1 and 2 values cannot be paired')
  })

  test('too few values are refused', () => {
    expect(() => mean([])).toThrow('values: a mean needs at least one number')
    expect(() => meanInterval([1])).toThrow('values: a spread needs at least two, got 1')
    expect(() => bootstrapInterval([], randomStream(1))).toThrow()
    expect(() => bootstrapInterval([1], randomStream(1), { resamples: 0 })).toThrow('resamples: must be')
    expect(() => bootstrapInterval([1], randomStream(1), { level: 0 })).toThrow('level: must be')
  })

  test('bootstrap: same seed same interval, about the mean, of about the normal width', () => {
    const random = randomStream(4, 'values')
    const many = Array.from({ length: 400 }, () => random.uniform())
    const interval = bootstrapInterval(many, randomStream(5))
    expect(bootstrapInterval(many, randomStream(5))).toEqual(interval)
    const width = 2 * 1.96 * standardError(many)
    expect((interval[1] - interval[0]) / width).toBeGreaterThan(0.9)
    expect((interval[1] - interval[0]) / width).toBeLessThan(1.1)
    expect((interval[0] + interval[1]) / 2).toBeCloseTo(mean(many), 2)
  })

  test('intervals hold the true mean of six bell-shaped runs as often as they say', () => {
    const random = randomStream(6, 'coverage')
    const rounds = 2000
    let student = 0
    let bootstrap = 0
    for (let round = 0; round < rounds; round++) {
      const runs = Array.from({ length: 6 }, () => 0.1 + 0.02 * normalQuantile(random.uniform() || 0.5))
      if (holds(meanInterval(runs), 0.1)) student++
      if (holds(bootstrapInterval(runs, random, { resamples: 200 }), 0.1)) bootstrap++
    }
    expect(Math.abs(student / rounds - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / rounds))
    // The docstring warns of it: too narrow for few values.
    expect(bootstrap / rounds).toBeGreaterThan(0.8)
    expect(bootstrap / rounds).toBeLessThan(0.92)
  })
})

function holds([low, high]: readonly [number, number], value: number): boolean {
  return low <= value && value <= high
}
