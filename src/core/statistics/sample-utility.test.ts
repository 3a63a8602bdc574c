import betainc from '@stdlib/math-base-special-betainc'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../random.ts'
import { sampleGamma, sampleUtility, UtilitySampler } from './sample-utility.ts'
import { probabilityBelow, type UtilityPosterior } from './utility-posterior.ts'

/** Largest distance of the sample's distribution function from the true one, times the root of the count. */
function kolmogorov(sample: Float64Array, cdf: (value: number) => number): number {
  sample.sort()
  const count = sample.length
  let largest = 0
  for (let index = 0; index < count; index++) {
    const chance = cdf(sample[index] as number)
    largest = Math.max(largest, (index + 1) / count - chance, chance - index / count)
  }
  return largest * Math.sqrt(count)
}

/** Kolmogorov's distance passes this once in a million. */
const LIMIT = 2.69
const DRAWS = 20_000

describe('draws follow their distribution', () => {
  test.each([0.05, 0.3, 0.99, 1, 1.5, 4, 30, 1000, 1e5])('Gamma of shape %f', (shape) => {
    const random = randomStream(1, 'gamma', shape)
    const sample = Float64Array.from({ length: DRAWS }, () => sampleGamma(shape, random))
    // G / (G + H) of two Gamma draws is Beta; with H of shape 1e10 it is as good as a constant.
    const cdf = (value: number) => betainc(value / (value + 1e10), shape, 1e10)
    expect(kolmogorov(sample, cdf)).toBeLessThan(LIMIT)
  })

  const posteriors: UtilityPosterior[] = [
    { a: 0.5, b: 0.5 },
    { a: 3.5, b: 240 },
    { a: 40, b: 800 },
    { a: 4000, b: 9e4 },
    { a: 0.05, b: 12 },
  ]

  test('of a pool, drawn together', () => {
    const sampler = new UtilitySampler(posteriors)
    const random = randomStream(2, 'pool')
    const samples = posteriors.map(() => new Float64Array(DRAWS))
    const into = new Float64Array(posteriors.length)
    for (let draw = 0; draw < DRAWS; draw++) {
      sampler.draw(into, random)
      for (const [item, sample] of samples.entries()) sample[draw] = into[item] as number
    }
    for (const [item, posterior] of posteriors.entries()) {
      const distance = kolmogorov(samples[item] as Float64Array, (value) =>
        probabilityBelow(posterior, value),
      )
      expect(distance).toBeLessThan(LIMIT)
    }
  })

  test('one by one the same numbers come, in the same order', () => {
    const sampler = new UtilitySampler(posteriors)
    const into = new Float64Array(posteriors.length)
    const together = randomStream(3, 'same')
    const singly = randomStream(3, 'same')
    for (let draw = 0; draw < 50; draw++) {
      sampler.draw(into, together)
      expect(Array.from(into)).toEqual(posteriors.map((posterior) => sampleUtility(posterior, singly)))
    }
  })
})

test('tiny shapes give numbers above 0 and no NaN', () => {
  const random = randomStream(4, 'tiny')
  const posterior: UtilityPosterior = { a: 0.001, b: 0.5 }
  for (let draw = 0; draw < 2000; draw++) expect(sampleUtility(posterior, random)).toBeGreaterThanOrEqual(0)
  for (let draw = 0; draw < 2000; draw++) expect(sampleGamma(0.001, random)).toBeGreaterThan(0)
})

test('refuses shapes that cannot be', () => {
  const random = randomStream(5)
  expect(() => sampleGamma(0, random)).toThrow('shape: must be a finite number above 0, got 0')
  expect(() => new UtilitySampler([{ a: 1, b: Number.NaN }])).toThrow('b: must be')
})
