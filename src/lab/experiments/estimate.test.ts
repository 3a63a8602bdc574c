import { expect, test } from 'vitest'
import { estimateOf, weightedEstimate } from './estimate.ts'

test('one group is its own mean and interval', () => {
  const values = [0.1, 0.2, 0.4]
  const plain = estimateOf(values)
  const weighted = weightedEstimate([{ values, weight: 3 }])
  expect(weighted.mean).toBeCloseTo(plain.mean, 12)
  expect(weighted.interval?.[0]).toBeCloseTo(plain.interval![0], 12)
})

test('there is no interval for a single topic, nor where a value is not known', () => {
  expect(weightedEstimate([{ values: [0.3], weight: 1 }])).toEqual({ mean: 0.3, interval: null, topics: 1 })
  const unknown = weightedEstimate([{ values: [Number.NaN, 1, 2], weight: 1 }])
  expect(unknown).toEqual({ mean: Number.NaN, interval: null, topics: 3 })
})
