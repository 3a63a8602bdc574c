import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { credibleInterval, utilityPosterior } from './utility-posterior.ts'
import { clusteredInterval, designEffects, type VisitorSpread } from './visitor-spread.ts'

/** Sums of visitors, each with clicks on the item and no-click slates that all showed it. */
function spreadOf(visitors: readonly (readonly [clicks: number, shown: number])[]): VisitorSpread {
  const sum = (of: (clicks: number, shown: number) => number) =>
    visitors.reduce((total, [clicks, shown]) => total + of(clicks, shown), 0)
  return {
    clicks: sum((c) => c),
    clicksSquared: sum((c) => c * c),
    expected: sum((_, z) => z),
    expectedSquared: sum((_, z) => z * z),
    clicksTimesExpected: sum((c, z) => c * z),
    shareSquared: sum((_, z) => z),
  }
}

const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)

describe('design effect', () => {
  test('is 1 where each visitor came once', () => {
    const [effect] = designEffects([
      spreadOf([...times(300, [0, 1] as const), ...times(30, [1, 0] as const)]),
    ])
    expect(effect).toBeCloseTo(1, 1)
  })

  test('of visitors who click ten times or never is about ten, by hand', () => {
    const visitors = [...times(30, [10, 0] as const), ...times(300, [0, 10] as const)]
    // v = 0.1: squares 30 x 100 + 300 x 1, alone 300 + 0.01 x 3,000; 300 visitors in effect.
    expect(designEffects([spreadOf(visitors)])[0]).toBeCloseTo((3300 / 330) * (300 / 299), 6)
  })

  test('of one visitor who makes all visits leaves hardly anything known', () => {
    const [effect] = designEffects([spreadOf([[20, 100]])])
    expect(effect).toBeGreaterThan(40)
    const [low, high] = clusteredInterval({ clicks: 20, noClickImpressions: 100 }, effect ?? 1)
    expect(low).toBeLessThan(0.02)
    expect(high).toBeGreaterThan(2)
  })

  test('of an item that few clicked borrows from the others', () => {
    const heavy = spreadOf([...times(30, [10, 0] as const), ...times(300, [0, 10] as const)])
    const quiet = spreadOf([...times(1, [1, 0] as const), ...times(330, [0, 10] as const)])
    const [alone] = designEffects([quiet])
    const [, together] = designEffects([heavy, quiet])
    expect(together).toBeGreaterThan(alone ?? 0)
    expect(designEffects([spreadOf(times(300, [0, 10] as const))])[0]).toBeGreaterThanOrEqual(1)
  })

  test('nothing seen is no reason to widen', () => {
    expect(designEffects([])).toEqual([])
    expect(designEffects([spreadOf([])])).toEqual([1])
  })

  test('is finite and at least 1, and an interval by it holds the narrower one', () => {
    const visitors = fc.array(fc.tuple(fc.nat(50), fc.nat(200)), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(fc.array(visitors, { minLength: 1, maxLength: 5 }), (items) => {
        const spreads = items.map(spreadOf)
        for (const [item, effect] of designEffects(spreads).entries()) {
          expect(effect).toBeGreaterThanOrEqual(1)
          expect(effect).toBeLessThan(Number.POSITIVE_INFINITY)
          const counts = {
            clicks: spreads[item]?.clicks ?? 0,
            noClickImpressions: spreads[item]?.expected ?? 0,
          }
          if (counts.clicks === 0 || counts.noClickImpressions === 0) continue
          const [low, high] = clusteredInterval(counts, effect)
          const [lowAlone, highAlone] = credibleInterval(utilityPosterior(counts))
          expect(Math.log(high / low)).toBeGreaterThanOrEqual(Math.log(highAlone / lowAlone) - 1e-9)
        }
      }),
      { seed: 20_261_125, numRuns: 100 },
    )
  })

  test('refuses what cannot be', () => {
    expect(() => designEffects([{ ...spreadOf([[1, 1]]), clicks: -1 }])).toThrow('clicks: must be')
    expect(() => designEffects([spreadOf([[1, 1]])], 1)).toThrow('level: must be')
    expect(() => clusteredInterval({ clicks: 1, noClickImpressions: 1 }, 0.9)).toThrow(
      'designEffect: must be finite and at least 1, got 0.9',
    )
  })
})
