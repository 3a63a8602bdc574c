import { describe, expect, test } from 'vitest'
import { randomStream } from '../core/random.ts'
import { binomial } from './binomial.ts'
import { chiSquareScore } from './chi-square.ts'
import { FastRandom } from './fast-random.ts'

describe('binomial', () => {
  const draws = 60_000

  // Both sides of the switch between the two algorithms, and of 1/2.
  test.each([
    [1, 0.3],
    [5, 0.5],
    [3, 0.97],
    [40, 0.1],
    [500, 0.02],
    [500, 0.0239],
    [500, 0.0241],
    [30, 0.4],
    [30, 0.6],
    [100, 0.5],
    [555, 1 / 9],
    [5000, 0.06],
    [5000, 0.9],
    [200_000, 0.0001],
  ])('of %i tries at %f has its distribution', (trials, probability) => {
    for (const seed of [1, 2, 3]) {
      const random = new FastRandom(randomStream(seed, 'binomial'))
      const observed = new Array<number>(trials + 1).fill(0)
      for (let draw = 0; draw < draws; draw++) observed[binomial(trials, probability, random)]! += 1
      const expected = masses(trials, probability).map((mass) => mass * draws)
      expect(chiSquareScore(observed, expected)).toBeLessThan(4)
    }
  })

  test.each([
    [1_000_000_000, 0.37],
    [1_000_000_000, 1e-8],
    [1_000_000_000, 0.9999],
    [2_147_483_647, 0.5],
  ])('of %i tries at %f has its mean and variance', (trials, probability) => {
    const random = new FastRandom(randomStream(7, 'large'))
    const mean = trials * probability
    const variance = mean * (1 - probability)
    let sum = 0
    let squares = 0
    let impossible = 0
    for (let draw = 0; draw < draws; draw++) {
      const value = binomial(trials, probability, random)
      if (!(Number.isInteger(value) && value >= 0 && value <= trials)) impossible++
      sum += value - mean
      squares += (value - mean) ** 2
    }
    expect(impossible).toBe(0)
    expect(Math.abs(sum / draws) / Math.sqrt(variance / draws)).toBeLessThan(4)
    const kurtosis = 3 + (1 - 6 * probability * (1 - probability)) / variance
    expect(Math.abs(squares / draws / variance - 1) / Math.sqrt((kurtosis - 1) / draws)).toBeLessThan(4)
  })

  test('certain and impossible tries, and rounding errors beyond them', () => {
    const random = new FastRandom(randomStream(1))
    expect(binomial(0, 0.5, random)).toBe(0)
    expect(binomial(9, 0, random)).toBe(0)
    expect(binomial(9, 1, random)).toBe(9)
    expect(binomial(9, -1e-17, random)).toBe(0)
    expect(binomial(9, 1 + 1e-15, random)).toBe(9)
    expect(binomial(1_000_000_000, 1e-300, random)).toBe(0)
    expect(binomial(1_000_000_000, 5e-324, random)).toBe(0)
  })
})

test('the generator is uniform over bytes and repeats with its seed', () => {
  const random = new FastRandom(randomStream(3, 'bytes'))
  const counts = Array.from({ length: 4 }, () => new Array<number>(256).fill(0))
  const words = 200_000
  for (let word = 0; word < words; word++) {
    const bits = random.next32()
    for (let byte = 0; byte < 4; byte++) counts[byte]![(bits >>> (8 * byte)) & 255]! += 1
  }
  const expected = new Array<number>(256).fill(words / 256)
  for (const observed of counts) expect(chiSquareScore(observed, expected)).toBeLessThan(4)
  const first = new FastRandom(randomStream(3))
  const second = new FastRandom(randomStream(3))
  expect(first.uniform()).toBe(second.uniform())
  expect(first.uniform()).not.toBe(new FastRandom(randomStream(4)).uniform())
})

/** P(0), ..., P(trials), by logarithms of factorials. */
function masses(trials: number, probability: number): number[] {
  const logFactorial = [0]
  for (let k = 1; k <= trials; k++) logFactorial.push(logFactorial[k - 1]! + Math.log(k))
  return logFactorial.map((_, k) => {
    const choose = logFactorial[trials]! - logFactorial[k]! - logFactorial[trials - k]!
    return Math.exp(choose + k * Math.log(probability) + (trials - k) * Math.log1p(-probability))
  })
}
