import { expect, test } from 'vitest'
import { rateSequence, visitorRateSequence } from './rate-sequence.ts'
import { visitorSums } from './visitor-sums.ts'

test('nothing seen, nothing known; nothing clicked keeps 0, all clicked keeps 1', () => {
  expect(rateSequence({ successes: 0, trials: 0 })).toEqual([0, 1])
  expect(rateSequence({ successes: 0, trials: 50 })[0]).toBe(0)
  expect(rateSequence({ successes: 50, trials: 50 })[1]).toBe(1)
})

test('with an even guess the ends solve the Beta-binomial equation', () => {
  // B(1 + 3, 1 + 7) = 1 / 1320, so p^3 (1 - p)^7 = 0.05 / 1320 at both ends.
  for (const end of rateSequence({ successes: 3, trials: 10 }, { guess: { a: 1, b: 1 } })) {
    expect(end ** 3 * (1 - end) ** 7).toBeCloseTo(0.05 / 1320, 12)
  }
})

test('by visitor: all of it while there are few, then narrower', () => {
  const visitors = (count: number) =>
    visitorSums(
      Array.from({ length: count }, (_, visitor) => ({ slates: 3, clicked: visitor % 4 === 0 ? 2 : 0 })),
    )
  expect(visitorRateSequence(visitors(40))).toEqual([0, 1])
  const [low, high] = visitorRateSequence(visitors(4000))
  expect(low).toBeGreaterThan(0.14)
  expect(high).toBeLessThan(0.2)
})

test('refuses what cannot be', () => {
  expect(() => rateSequence({ successes: 3, trials: 2 })).toThrow('successes: must be')
  expect(() => rateSequence({ successes: 0, trials: -1 })).toThrow('trials: must be')
  expect(() => rateSequence({ successes: 0, trials: 1 }, { level: 1 })).toThrow('level: must be')
  expect(() => rateSequence({ successes: 0, trials: 1 }, { guess: { a: 0, b: 1 } })).toThrow(
    'guess.a: must be',
  )
})
