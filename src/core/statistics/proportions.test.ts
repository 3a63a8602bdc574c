import { describe, expect, test } from 'vitest'
import { type Random, randomStream } from '../random.ts'
import { newcombeInterval, type Proportion, twoProportionZTest, wilsonInterval } from './proportions.ts'

describe('known values', () => {
  test("Wilson: Newcombe's examples of 1998", () => {
    expect(wilsonInterval({ successes: 81, trials: 263 }).map(rounded)).toEqual([0.2553, 0.3662])
    expect(wilsonInterval({ successes: 0, trials: 20 }).map(rounded)).toEqual([0, 0.1611])
    expect(wilsonInterval({ successes: 20, trials: 20 }).map(rounded)).toEqual([0.8389, 1])
  })

  test('Newcombe: method 10 of his table II, 56 of 70 against 48 of 80', () => {
    const interval = newcombeInterval({ successes: 56, trials: 70 }, { successes: 48, trials: 80 })
    expect(interval.map(rounded)).toEqual([0.0524, 0.3339])
  })

  test('Newcombe: 10 of 10 against 0 of 20', () => {
    const interval = newcombeInterval({ successes: 10, trials: 10 }, { successes: 0, trials: 20 })
    expect(interval.map(rounded)).toEqual([0.6791, 1])
  })

  test('Z-test by hand: 60 and 40 of 100 pool to a half', () => {
    const { z, pValue } = twoProportionZTest({ successes: 60, trials: 100 }, { successes: 40, trials: 100 })
    expect(z).toBeCloseTo(0.2 / Math.sqrt(0.25 * 0.02), 12)
    expect(pValue).toBeCloseTo(0.004677734981047266, 12)
  })

  test('Z-test of two certainties finds no difference', () => {
    const none = { successes: 0, trials: 50 }
    expect(twoProportionZTest(none, none)).toEqual({ z: 0, pValue: 1 })
  })
})

describe('over many samples', () => {
  const rounds = 4000

  test.each([
    [0.06, 500],
    [0.25, 40],
    [0.5, 5000],
  ])('Wilson holds a rate of %f in %i trials in about 95 %', (rate, trials) => {
    const random = randomStream(11, 'wilson', rate)
    const held = count(rounds, () => {
      const [low, high] = wilsonInterval({ successes: successesOf(rate, trials, random), trials })
      return low <= rate && rate <= high
    })
    // Five standard errors of a 95 % coin, and one point for a lattice of so few trials.
    expect(Math.abs(held / rounds - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / rounds) + 0.01)
  })

  test.each([
    [0.06, 500, 0.18, 500],
    [0.2, 60, 0.1, 150],
  ])('Newcombe holds %f of %i less %f of %i in about 95 %', (rate1, trials1, rate2, trials2) => {
    const random = randomStream(12, 'newcombe', rate1)
    const held = count(rounds, () => {
      const [low, high] = newcombeInterval(
        { successes: successesOf(rate1, trials1, random), trials: trials1 },
        { successes: successesOf(rate2, trials2, random), trials: trials2 },
      )
      return low <= rate1 - rate2 && rate1 - rate2 <= high
    })
    expect(Math.abs(held / rounds - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / rounds) + 0.01)
  })

  test('the Z-test cries wolf in 5 % and finds a real difference', () => {
    const random = randomStream(13, 'z-test')
    const rejects = (rate1: number, rate2: number) => {
      return count(rounds, () => {
        const first: Proportion = { successes: successesOf(rate1, 800, random), trials: 800 }
        const second: Proportion = { successes: successesOf(rate2, 600, random), trials: 600 }
        return twoProportionZTest(first, second).pValue < 0.05
      })
    }
    const falseAlarms = rejects(0.1, 0.1) / rounds
    expect(Math.abs(falseAlarms - 0.05)).toBeLessThan(5 * Math.sqrt((0.05 * 0.95) / rounds) + 0.003)
    // Power from the normal approximation for 10 % against 15 %: 0.80.
    expect(rejects(0.1, 0.15) / rounds).toBeGreaterThan(0.75)
  })
})

test.each([
  [{ successes: 1, trials: 0 }, 'trials: must be a whole number of at least 1, got 0'],
  [{ successes: 3, trials: 2 }, 'successes: must be a whole number from 0 to 2, got 3'],
  [{ successes: 0.5, trials: 2 }, 'successes: must be a whole number from 0 to 2, got 0.5'],
  [{ successes: Number.NaN, trials: 2 }, 'successes: must be a whole number from 0 to 2, got NaN'],
])('refuses counts that cannot be: %o', (proportion, message) => {
  const fine = { successes: 1, trials: 2 }
  expect(() => wilsonInterval(proportion)).toThrow(message)
  expect(() => newcombeInterval(fine, proportion)).toThrow(message)
  expect(() => twoProportionZTest(proportion, fine)).toThrow(message)
})

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

function successesOf(rate: number, trials: number, random: Random): number {
  return count(trials, () => random.uniform() < rate)
}

function count(times: number, event: () => boolean): number {
  let happened = 0
  for (let time = 0; time < times; time++) if (event()) happened++
  return happened
}
