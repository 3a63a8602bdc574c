import { describe, expect, test } from 'vitest'
import { normalCdf, normalQuantile, normalTwoSided, twoSidedScore } from './normal.ts'

// Reference values: SciPy 1.x, scipy.stats.norm.
describe('normal distribution', () => {
  test.each([
    [-8, 6.22096057427174e-16],
    [-7.5, 3.1908916729108844e-14],
    [-3, 0.0013498980316300933],
    [-1, 0.15865525393145707],
    [0, 0.5],
    [0.5, 0.6914624612740131],
    [2, 0.9772498680518208],
  ])('P(Z <= %f)', (z, expected) => {
    expect(Math.abs(normalCdf(z) / expected - 1)).toBeLessThan(1e-12)
  })

  test.each([
    [10, 1.523970604832094e-23],
    [-20, 5.507248237212311e-89],
    [37, 1.1451142445047853e-299],
  ])('two-sided p of %f keeps its digits', (z, expected) => {
    expect(Math.abs(normalTwoSided(z) / expected - 1)).toBeLessThan(1e-10)
  })

  test('two-sided p of 0 is 1, and of a score beyond all numbers 0', () => {
    expect(normalTwoSided(0)).toBeCloseTo(1, 14)
    expect(normalTwoSided(Number.POSITIVE_INFINITY)).toBe(0)
  })

  test.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-5, -4.264890793922825],
    [0.02, -2.053748910631823],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.975, 1.959963984540054],
    [0.999999, 4.753424308817087],
  ])('quantile of %f', (probability, expected) => {
    expect(Math.abs(normalQuantile(probability) - expected)).toBeLessThan(1e-12)
  })

  test('the quantile undoes the distribution function', () => {
    for (let z = -7; z <= 4; z += 0.37) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9)
  })

  test.each([0, 1, -0.1, Number.NaN])('refuses a probability of %f', (value) => {
    expect(() => normalQuantile(value)).toThrow('probability: must be strictly between 0 and 1')
    expect(() => twoSidedScore(value)).toThrow('level: must be strictly between 0 and 1')
  })
})
