import { expect, test } from 'vitest'
import { sampleRatio } from './sample-ratio.ts'

test('by hand: one visitor each way of a fair coin with an even mixture', () => {
  const arms = [
    { visitors: 1, share: 1 },
    { visitors: 1, share: 1 },
  ]
  // Beta(1, 1) mixture: B(2, 2) / (1/4) = 2/3.
  expect(sampleRatio(arms, { concentration: 2 }).logEvidence).toBeCloseTo(Math.log(2 / 3), 10)
  expect(sampleRatio(arms, { concentration: 2 }).isMismatch).toBe(false)
})

test('shares that miss by a twentieth are found among 100,000 visitors, and the right ones pass', () => {
  const arms = (first: number) => [
    { visitors: 100_000 - first, share: 0.95 },
    { visitors: first, share: 0.05 },
  ]
  expect(sampleRatio(arms(5000)).isMismatch).toBe(false)
  expect(sampleRatio(arms(4600)).isMismatch).toBe(true)
})

test('refuses what cannot be', () => {
  expect(() => sampleRatio([{ visitors: 1, share: 1 }])).toThrow('arms: a ratio needs at least two, got 1')
  const arm = { visitors: 1, share: 0.5 }
  expect(() => sampleRatio([arm, { ...arm, share: 0 }])).toThrow('share: must be')
  expect(() => sampleRatio([arm, { ...arm, visitors: 0.5 }])).toThrow('visitors: must be')
})
