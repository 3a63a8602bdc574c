import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../random.ts'
import { probabilityBetter } from './better-probability.ts'
import {
  countsOverSlots,
  credibleInterval,
  pooledPrior,
  probabilityBelow,
  type UtilityPosterior,
  utilityMean,
  utilityPosterior,
  utilityQuantile,
} from './utility-posterior.ts'

const beta = (a: number, b: number): UtilityPosterior => ({ a, b })

describe('known values', () => {
  // SciPy 1.17: quantiles at 2.5, 50 and 97.5 % and the distribution function at 0.04 of betaprime.
  test.each<[UtilityPosterior, number, number, number, number]>([
    [beta(0.5, 0.5), 0.001543712508674131, 1, 647.7890114778194, 0.1256659163780024],
    [beta(12.5, 340.5), 0.01912759596985424, 0.035771636518135044, 0.06046044792368594, 0.6519329668071041],
    [beta(3.5, 0.5), 0.8671233892950725, 13.841579563685135, 6637.5182236595165, 3.29707133823057e-6],
    [
      beta(5000.5, 95000.5),
      0.05115132671264289,
      0.052633241036768016,
      0.05414495054413805,
      4.953312360705e-74,
    ],
  ])('quantiles and tail of %o', (posterior, low, middle, high, below) => {
    const [lowEnd, highEnd] = credibleInterval(posterior)
    expect(lowEnd / low).toBeCloseTo(1, 9)
    expect(utilityQuantile(posterior, 0.5) / middle).toBeCloseTo(1, 9)
    expect(highEnd / high).toBeCloseTo(1, 9)
    expect(probabilityBelow(posterior, 0.04) / below).toBeCloseTo(1, 8)
  })

  // mpmath, by quadrature with 40 digits.
  test.each([
    [12.5, 340.5, 6.5, 300.5, 0.872583881871],
    [1, 20, 30, 900, 0.52252540167],
    [0.7, 3.2, 2.1, 1.4, 0.0827585104898],
    [300, 4000, 260, 4100, 0.972515448343],
  ])('Beta(%f, %f) above Beta(%f, %f)', (a1, b1, a2, b2, chance) => {
    expect(probabilityBetter(beta(a1, b1), beta(a2, b2))).toBeCloseTo(chance, 8)
  })

  test('means', () => {
    expect(utilityMean(beta(3, 21))).toBeCloseTo(0.15, 12)
    expect(utilityMean(beta(3, 1))).toBe(Number.POSITIVE_INFINITY)
  })

  test('counts add to the prior; slots weigh their no-click impressions', () => {
    const prior = { clicks: 2, noClickImpressions: 30 }
    expect(utilityPosterior({ clicks: 5, noClickImpressions: 100 }, prior)).toEqual(beta(7, 130))
    const bySlot = [
      { clicks: 5, noClickImpressions: 100 },
      { clicks: 3, noClickImpressions: 200 },
    ]
    expect(countsOverSlots(bySlot, [1, 0.25])).toEqual({ clicks: 8, noClickImpressions: 150 })
  })

  test('the pooled prior expects what the record shows, at the weight asked for', () => {
    const record = [
      { clicks: 10, noClickImpressions: 300 },
      { clicks: 30, noClickImpressions: 500 },
    ]
    expect(pooledPrior(record)).toEqual({ clicks: 1, noClickImpressions: 20 })
    expect(pooledPrior(record, 3)).toEqual({ clicks: 3, noClickImpressions: 60 })
    expect(pooledPrior([])).toEqual({ clicks: 0.5, noClickImpressions: 0.5 })
  })
})

describe('for any posterior', () => {
  const size = fc.double({ min: -2, max: 5, noNaN: true }).map((power) => 10 ** power)
  const posterior = fc.tuple(size, size).map(([a, b]) => beta(Math.max(0.05, a), Math.max(0.3, b)))

  test('quantiles are where the distribution function says, and ordered', () => {
    fc.assert(
      fc.property(posterior, fc.double({ min: 0.005, max: 0.995, noNaN: true }), (belief, probability) => {
        expect(probabilityBelow(belief, utilityQuantile(belief, probability))).toBeCloseTo(probability, 6)
        const [low, high] = credibleInterval(belief)
        expect(low).toBeLessThanOrEqual(high)
      }),
      { seed: 20261125, numRuns: 300 },
    )
  })

  test('better one way is worse the other way', () => {
    fc.assert(
      fc.property(posterior, posterior, (first, second) => {
        const chance = probabilityBetter(first, second)
        expect(chance).toBeGreaterThanOrEqual(0)
        expect(chance).toBeLessThanOrEqual(1)
        expect(chance + probabilityBetter(second, first)).toBeCloseTo(1, 7)
      }),
      { seed: 20261125, numRuns: 100 },
    )
  })
})

test('refuses what cannot be', () => {
  const counts = { clicks: 1, noClickImpressions: 2 }
  const message = (run: () => unknown) => expect(run).toThrow(RangeError)
  message(() => utilityPosterior({ ...counts, clicks: -1 }))
  message(() => utilityPosterior({ ...counts, noClickImpressions: Number.NaN }))
  message(() => utilityPosterior(counts, { clicks: 0, noClickImpressions: 1 }))
  message(() => countsOverSlots([counts], [1, 1]))
  message(() => countsOverSlots([counts], [0]))
  message(() => pooledPrior([counts], 0))
  message(() => credibleInterval(beta(1, 1), 1))
  message(() => probabilityBelow(beta(1, 1), -1))
  expect(() => utilityQuantile(beta(1, 1), 0)).toThrow('probability: must be strictly between 0 and 1, got 0')
})

test('Jeffreys credible intervals hold the truth about as often as they say, whatever the company', () => {
  const random = randomStream(1, 'credible')
  const rounds = 600
  for (const utility of [0.05, 0.6]) {
    let held = 0
    for (let round = 0; round < rounds; round++) {
      let clicks = 0
      let noClicks = 0
      for (let slate = 0; slate < 400; slate++) {
        const total = 1 + utility + (slate % 2 === 0 ? 0.1 : 1.5)
        const place = random.uniform() * total
        if (place < 1) noClicks++
        else if (place < 1 + utility) clicks++
      }
      const [low, high] = credibleInterval(utilityPosterior({ clicks, noClickImpressions: noClicks }), 0.9)
      if (low <= utility && utility <= high) held++
    }
    expect(Math.abs(held / rounds - 0.9)).toBeLessThan(4 * Math.sqrt((0.9 * 0.1) / rounds) + 0.01)
  }
})
