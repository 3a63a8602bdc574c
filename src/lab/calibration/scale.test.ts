import fc from 'fast-check'
import { expect, test } from 'vitest'
import { relevanceOf } from '../../adapters/relevance-scorer/embedding.ts'
import { fittedScale } from './scale.ts'

test('meets both targets', () => {
  const firstPools = Array.from({ length: 200 }, (_, index) => (index % 40) / 10 - 1)
  const suiting = Array.from({ length: 51 }, (_, index) => 3 + index / 25)
  const scale = fittedScale(firstPools, suiting, { firstPoolMean: 3.2, suitingMedian: 8 })
  const relevances = firstPools.map((suitability) => relevanceOf(suitability, scale))
  expect(relevances.reduce((sum, relevance) => sum + relevance, 0) / 200).toBeCloseTo(3.2, 2)
  expect(relevanceOf(4, scale)).toBeCloseTo(8, 2)
})

test('says when it cannot', () => {
  expect(() => fittedScale([5, 6], [1, 1, 1], { firstPoolMean: 2, suitingMedian: 8 })).toThrow(RangeError)
})

test('relevance stays in [1, 10] and rises with suitability', () => {
  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  fc.assert(
    fc.property(number, number, (one, other) => {
      const scale = { midpoint: 2.8, softness: 1.1 }
      const [low, high] = [Math.min(one, other), Math.max(one, other)].map((value) =>
        relevanceOf(value, scale),
      )
      expect(low).toBeGreaterThanOrEqual(1)
      expect(high).toBeLessThanOrEqual(10)
      expect(high).toBeGreaterThanOrEqual(low as number)
    }),
    { seed: 3 },
  )
})
