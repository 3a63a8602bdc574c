import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binomialTails, clopperPearsonInterval, exactHalfTest } from './exact-binomial.ts'

describe('tails', () => {
  // Reference values: SciPy 1.17, binom.cdf and binom.sf.
  test.each([
    [50_200, 100_000, 0.5, 0.8976142344571816, 0.10351948588211125],
    [1200, 100_000, 0.01, 0.9999999996844393, 3.812533101214468e-10],
    [5, 20, 0.5, 0.020694732666015625, 0.9940910339355469],
    [99_990, 100_000, 0.9995, 0.999999999998751, 6.398436968360329e-12],
    [20_000, 100_000, 0.25, 1.0069785303448795e-306, 1],
  ])('%i of %i at %f', (successes, trials, probability, atMost, atLeast) => {
    const tails = binomialTails({ successes, trials }, probability)
    expect(Math.abs(tails.atMost / atMost - 1)).toBeLessThan(1e-9)
    expect(Math.abs(tails.atLeast / atLeast - 1)).toBeLessThan(1e-9)
  })

  test('are the sums of the exact terms', () => {
    for (const trials of [1, 2, 7, 30]) {
      for (const thousandths of [0, 1, 137, 500, 998, 1000]) {
        const terms = exactTerms(trials, thousandths)
        for (let successes = 0; successes <= trials; successes++) {
          const tails = binomialTails({ successes, trials }, thousandths / 1000)
          expect(Math.abs(tails.atMost - sum(terms.slice(0, successes + 1)))).toBeLessThan(1e-12)
          expect(Math.abs(tails.atLeast - sum(terms.slice(successes)))).toBeLessThan(1e-12)
        }
      }
    }
  })

  test('mirror each other, and one less one tail is the next of the other', () => {
    const cases = fc.record({
      trials: fc.integer({ min: 1, max: 100_000 }),
      place: fc.double({ min: 0, max: 1, noNaN: true }),
      probability: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
    })
    fc.assert(
      fc.property(cases, ({ trials, place, probability }) => {
        const successes = Math.floor(place * trials)
        const { atMost, atLeast } = binomialTails({ successes, trials }, probability)
        const mirror = binomialTails({ successes: trials - successes, trials }, 1 - probability)
        expect(Math.abs(mirror.atLeast - atMost)).toBeLessThan(1e-9)
        expect(Math.abs(mirror.atMost - atLeast)).toBeLessThan(1e-9)
        if (successes === 0) expect(atLeast).toBe(1)
        else {
          const below = binomialTails({ successes: successes - 1, trials }, probability)
          expect(Math.abs(below.atMost - (1 - atLeast))).toBeLessThan(1e-9)
        }
      }),
      { seed: 20261125, numRuns: 60 },
    )
  })

  test('refuse what cannot be', () => {
    expect(() => binomialTails({ successes: 1, trials: 0 }, 0.5)).toThrow('trials: must be a whole number')
    expect(() => binomialTails({ successes: 3, trials: 2 }, 0.5)).toThrow('successes: must be a whole number')
    expect(() => binomialTails({ successes: 1, trials: 2 }, 1.5)).toThrow('probability: must be from 0 to 1')
  })
})

describe('Clopper-Pearson interval', () => {
  // Reference values: Beta quantiles of SciPy 1.17. The first three are the human checks of the paper.
  test.each([
    [132, 188, 0.95, 0.6312619430062432, 0.7664928053436452],
    [102, 132, 0.95, 0.6917211520543465, 0.8411023821763461],
    [22, 25, 0.95, 0.6878096927137647, 0.9745346033522668],
    [3, 10, 0.95, 0.0667395111777345, 0.6524528500599973],
    [37, 100_000, 0.9, 0.0002759577540291575, 0.0004867264350270716],
    [50_000, 100_000, 0.95, 0.4968960624918004, 0.5031039375081996],
    [1, 100_000, 0.95, 2.531780477933316e-7, 5.571516034774275e-5],
    [99_999, 100_000, 0.99, 0.9999257010937861, 0.9999999498745831],
  ])('%i of %i at %f', (successes, trials, level, low, high) => {
    const interval = clopperPearsonInterval({ successes, trials }, level)
    expect(Math.abs(interval[0] / low - 1)).toBeLessThan(1e-9)
    expect(Math.abs(interval[1] / high - 1)).toBeLessThan(1e-9)
  })

  test('of nothing and of everything has its closed form', () => {
    for (const trials of [1, 12, 100_000]) {
      const [low, high] = clopperPearsonInterval({ successes: 0, trials })
      expect(low).toBe(0)
      expect(Math.abs(high - (1 - 0.025 ** (1 / trials)))).toBeLessThan(1e-12)
      const all = clopperPearsonInterval({ successes: trials, trials })
      expect(Math.abs(all[0] - 0.025 ** (1 / trials))).toBeLessThan(1e-12)
      expect(all[1]).toBe(1)
    }
  })

  test('holds the truth at least as often as it says, whatever the truth', () => {
    // By enumeration of exact terms, so nothing here is left to chance. Between two neighbouring ends of intervals
    // the coverage is a sum of neighbouring terms, which rises and then falls: it is least beside the ends.
    for (const level of [0.8, 0.95]) {
      let least = 1
      for (const trials of [1, 2, 3, 5, 10, 25, 40]) {
        const intervals = Array.from({ length: trials + 1 }, (_, successes) =>
          clopperPearsonInterval({ successes, trials }, level),
        )
        const besideEnds = intervals.flat().flatMap((end) => [Math.floor(end * 1e9), Math.ceil(end * 1e9)])
        for (const billionths of besideEnds) {
          const truth = billionths / 1e9
          const coverage = sum(
            exactTerms(trials, billionths, 1e9).filter((_, successes) => {
              const [low, high] = intervals[successes] as readonly [number, number]
              return low <= truth && truth <= high
            }),
          )
          expect(coverage).toBeGreaterThan(level - 1e-12)
          least = Math.min(least, coverage)
        }
      }
      // And is no wider than that: somewhere it comes close to its level.
      expect(least).toBeLessThan(level + 0.02)
    }
  })

  test('its ends are where the tails are', () => {
    const counts = { successes: 61, trials: 90 }
    const [low, high] = clopperPearsonInterval(counts, 0.9)
    expect(binomialTails(counts, low).atLeast).toBeCloseTo(0.05, 12)
    expect(binomialTails(counts, high).atMost).toBeCloseTo(0.05, 12)
  })

  test('refuses what cannot be', () => {
    expect(() => clopperPearsonInterval({ successes: 0, trials: 0 })).toThrow('trials: must be')
    expect(() => clopperPearsonInterval({ successes: 1, trials: 2 }, 1)).toThrow('level: must be strictly')
  })
})

describe('test of even odds', () => {
  test('by hand and against SciPy', () => {
    // 22 of 25: twice (C(25,3) + C(25,2) + 25 + 1) of 2^25.
    expect(exactHalfTest({ successes: 22, trials: 25 })).toBeCloseTo((2 * 2626) / 2 ** 25, 15)
    expect(exactHalfTest({ successes: 3, trials: 25 })).toBeCloseTo((2 * 2626) / 2 ** 25, 15)
    expect(exactHalfTest({ successes: 50_200, trials: 100_000 })).toBeCloseTo(0.2070389717642225, 9)
    expect(exactHalfTest({ successes: 5, trials: 10 })).toBe(1)
    expect(exactHalfTest({ successes: 1, trials: 1 })).toBe(1)
  })

  test('raises no false alarm more often than its level', () => {
    for (const trials of [5, 25, 60]) {
      const terms = exactTerms(trials, 500)
      const alarms = sum(terms.filter((_, successes) => exactHalfTest({ successes, trials }) <= 0.05))
      expect(alarms).toBeLessThanOrEqual(0.05)
    }
  })
})

/** All P(X = successes) at `parts / whole`, from whole numbers without rounding. */
function exactTerms(trials: number, parts: number, whole = 1000): number[] {
  const terms: number[] = []
  let choices = 1n
  for (let successes = 0; successes <= trials; successes++) {
    const hits = BigInt(parts) ** BigInt(successes)
    const misses = BigInt(whole - parts) ** BigInt(trials - successes)
    // 25 decimals are kept.
    terms.push(Number((choices * hits * misses * 10n ** 25n) / BigInt(whole) ** BigInt(trials)) / 1e25)
    choices = (choices * BigInt(trials - successes)) / BigInt(successes + 1)
  }
  return terms
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
