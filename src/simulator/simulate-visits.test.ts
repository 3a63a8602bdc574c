import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldOutcomes, NO_EVIDENCE } from '../core/evidence.ts'
import { randomStream } from '../core/random.ts'
import { expectedPoolCtr, expectedRates } from './expected-rates.ts'
import { simulateItemTotals, simulateVisits } from './simulate-visits.ts'
import { type ItemTotals, itemTotals, slateOutcomes } from './slate-counts.ts'
import type { VisitPlan } from './visit-plan.ts'
import { simulateVisitsSingly } from './visits-reference.ts'

const paper = { poolSize: 5, slateSize: 3, interactions: 5000, choiceTemperature: 1.5, noClickScore: 11 }

function planOf(personas: number, settings: Partial<VisitPlan> = {}): VisitPlan {
  const merged = { ...paper, ...settings }
  const random = randomStream(9, 'relevances', personas, merged.poolSize)
  return {
    relevances: Float64Array.from({ length: personas * merged.poolSize }, () => 1 + 9 * random.uniform()),
    weights: Float64Array.from({ length: personas }, (_, persona) => 1 + persona),
    ...merged,
  }
}

describe('rates', () => {
  const forms: [string, (plan: VisitPlan, seed: number) => () => ItemTotals][] = [
    [
      "the paper's rule",
      (plan, seed) => {
        const random = randomStream(seed, 'reference')
        return () => itemTotals(simulateVisitsSingly(plan, random), plan.poolSize)
      },
    ],
    [
      'slates',
      (plan, seed) => {
        const random = randomStream(seed, 'slates')
        return () => itemTotals(simulateVisits(plan, random), plan.poolSize)
      },
    ],
    [
      'item totals',
      (plan, seed) => {
        const random = randomStream(seed, 'totals')
        return () => simulateItemTotals(plan, random)
      },
    ],
  ]
  const plans: [string, VisitPlan][] = [
    ["the paper's pool, one persona", planOf(1)],
    ["the paper's pool, three personas", planOf(3)],
    ['fifty items, one persona', planOf(1, { poolSize: 50 })],
    ['fifty items, three personas, slates of two', planOf(3, { poolSize: 50, slateSize: 2 })],
    ['more slates than can be listed', planOf(2, { poolSize: 90, slateSize: 4, interactions: 2000 })],
  ]

  test.each(
    plans.flatMap(([name, plan]) => forms.map(([form, formOf]) => [name, form, plan, formOf] as const)),
  )('of %s by %s meet the closed form', (_, form, plan, formOf) => {
    const truth = expectedRates(plan)
    const iterations = form === "the paper's rule" ? 4 : 40
    const visits = iterations * plan.interactions
    const draw = formOf(plan, 1)
    const sums = { impressions: 0, clicked: 0 }
    const clicks = new Float64Array(plan.poolSize)
    const noClicks = new Float64Array(plan.poolSize)
    const shown = new Float64Array(plan.poolSize)
    for (let iteration = 0; iteration < iterations; iteration++) {
      const totals = draw()
      expect(totals.interactions).toBe(plan.interactions)
      sums.clicked += totals.clicked
      for (let item = 0; item < plan.poolSize; item++) {
        shown[item]! += totals.impressions[item]!
        clicks[item]! += totals.clicks[item]!
        noClicks[item]! += totals.noClickImpressions[item]!
        sums.impressions += totals.impressions[item]!
      }
    }
    expect(sums.impressions).toBe(visits * plan.slateSize)
    expect(Math.abs(scoreOf(sums.clicked, visits, truth.poolCtr))).toBeLessThan(4)
    const showing = plan.slateSize / plan.poolSize
    // Five standard errors: 2,700 figures are looked at in all.
    for (let item = 0; item < plan.poolSize; item++) {
      expect(Math.abs(scoreOf(shown[item]!, visits, showing))).toBeLessThan(5)
      expect(Math.abs(scoreOf(clicks[item]!, visits, showing * truth.itemCtrs[item]!))).toBeLessThan(5)
      expect(
        Math.abs(scoreOf(noClicks[item]!, visits, showing * truth.itemNoClickRates[item]!)),
      ).toBeLessThan(5)
    }
  })

  test('clicked visits scatter like a binomial, no less and no more', () => {
    for (const plan of [planOf(3), planOf(3, { poolSize: 50 })]) {
      const truth = expectedPoolCtr(plan)
      for (const draw of [
        (random = randomStream(2, 'a')) => simulateItemTotals(plan, random).clicked,
        (random = randomStream(2, 'b')) => itemTotals(simulateVisits(plan, random), plan.poolSize).clicked,
      ]) {
        const random = randomStream(3, 'scatter')
        const rounds = 800
        let squares = 0
        for (let round = 0; round < rounds; round++) {
          squares += scoreOf(draw(random), plan.interactions, truth) ** 2
        }
        expect(Math.abs(squares / rounds - 1)).toBeLessThan(4 * Math.sqrt(2 / rounds))
      }
    }
  })
})

describe('closed form', () => {
  test('items that are all alike: the click model itself', () => {
    const rates = expectedRates({ ...planOf(2), relevances: new Float64Array(10).fill(10) })
    expect(rates.poolCtr).toBeCloseTo(0.6063, 4)
    for (const ctr of rates.itemCtrs) expect(ctr).toBeCloseTo(0.6063 / 3, 4)
    for (const rate of rates.itemNoClickRates) expect(rate).toBeCloseTo(1 - 0.6063, 4)
  })

  test('clicks by item add up to the pool CTR, and C / Z is the utility', () => {
    const plan = planOf(1)
    const rates = expectedRates(plan)
    const clicks = rates.itemCtrs.reduce((sum, ctr) => sum + (ctr * plan.slateSize) / plan.poolSize, 0)
    expect(clicks).toBeCloseTo(rates.poolCtr, 12)
    for (const [item, ctr] of rates.itemCtrs.entries()) {
      const utility = Math.exp((plan.relevances[item]! - plan.noClickScore) / plan.choiceTemperature)
      expect(ctr / rates.itemNoClickRates[item]!).toBeCloseTo(utility, 12)
    }
  })

  test('refuses more slates than it can sum', () => {
    expect(() => expectedRates(planOf(1, { poolSize: 100, slateSize: 10 }))).toThrow('more than 10000000')
  })
})

describe('counts', () => {
  const plans = fc
    .record({
      personas: fc.integer({ min: 1, max: 3 }),
      poolSize: fc.integer({ min: 1, max: 8 }),
      slateShare: fc.double({ min: 0, max: 1, noNaN: true }),
      interactions: fc.constantFrom(0, 1, 2, 37, 900, 40_000, 1_000_000_000),
      choiceTemperature: fc.constantFrom(1e-300, 1e-6, 0.05, 1.5, 1e6, 1e300),
      noClickScore: fc.constantFrom(-1e9, -5, 5, 10, 11, 1e9),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
    .map(({ personas, slateShare, seed, ...settings }) => {
      const slateSize = Math.max(1, Math.round(slateShare * settings.poolSize))
      return { plan: planOf(personas, { ...settings, slateSize }), seed }
    })

  test('are whole, complete and consistent for any settings', () => {
    fc.assert(
      fc.property(plans, ({ plan, seed }) => {
        const { interactions, slateSize } = plan
        const counts = simulateVisits(plan, randomStream(seed))
        const totals = itemTotals(counts, plan.poolSize)
        expect(totals.interactions).toBe(interactions)
        checkTotals(totals, plan)
        for (let row = 0; row < counts.rows; row++) {
          expect(counts.interactions[row]).toBeGreaterThan(0)
          const slate = counts.items.subarray(row * slateSize, (row + 1) * slateSize)
          expect(new Set(slate).size).toBe(slateSize)
        }
        checkTotals(simulateItemTotals(plan, randomStream(seed)), plan)
      }),
      { seed: 4, numRuns: 300 },
    )
  })

  test('fold into the same evidence as they sum to', () => {
    for (const plan of [planOf(3), planOf(2, { poolSize: 40 })]) {
      const counts = simulateVisits(plan, randomStream(5))
      const totals = itemTotals(counts, plan.poolSize)
      const ids = Array.from({ length: plan.poolSize }, (_, item) => `i${item}`)
      const evidence = foldOutcomes(NO_EVIDENCE, slateOutcomes(counts, ids, 7))
      expect(evidence.iterations.get(7)).toEqual({ interactions: 5000, clicked: totals.clicked })
      for (const [item, id] of ids.entries()) {
        expect(evidence.items.get(id)?.life).toEqual({
          impressions: totals.impressions[item],
          clicks: totals.clicks[item],
          noClickImpressions: totals.noClickImpressions[item],
        })
      }
    }
  })

  test('nothing is clicked when nothing attracts, everything when everything does', () => {
    const never = simulateItemTotals(planOf(2, { noClickScore: 1e6 }), randomStream(1))
    expect(never.clicked).toBe(0)
    const always = simulateItemTotals(planOf(2, { noClickScore: -1e6 }), randomStream(1))
    expect(always.clicked).toBe(5000)
    // With a temperature near 0 the best of the slate takes every click: the two worst never stand alone.
    const sharp = planOf(1, { noClickScore: 0, choiceTemperature: 1e-9 })
    const clicks = simulateItemTotals(sharp, randomStream(1)).clicks
    const worst = [...sharp.relevances.keys()].sort((a, b) => sharp.relevances[a]! - sharp.relevances[b]!)
    expect(clicks[worst[0]!]! + clicks[worst[1]!]!).toBe(0)
    expect(clicks[worst[4]!]! / 5000).toBeCloseTo(0.6, 1)
  })

  test('the same seed gives the same counts, and these ones', () => {
    const plan = planOf(1, { interactions: 1000 })
    const totals = simulateItemTotals(plan, randomStream(42, 'frozen'))
    expect(simulateItemTotals(plan, randomStream(42, 'frozen'))).toEqual(totals)
    expect(simulateVisits(plan, randomStream(42))).toEqual(simulateVisits(plan, randomStream(42)))
    expect({
      clicked: totals.clicked,
      clicks: [...totals.clicks],
      shown: [...totals.impressions],
    }).toMatchInlineSnapshot(`
      {
        "clicked": 82,
        "clicks": [
          29,
          5,
          23,
          6,
          19,
        ],
        "shown": [
          589,
          617,
          609,
          618,
          567,
        ],
      }
    `)
    const large = simulateItemTotals(planOf(2, { poolSize: 30, interactions: 500 }), randomStream(42))
    expect({ clicked: large.clicked, first: [...large.impressions].slice(0, 5) }).toMatchInlineSnapshot(`
      {
        "clicked": 108,
        "first": [
          49,
          63,
          51,
          37,
          64,
        ],
      }
    `)
  })
})

describe('plans that cannot be', () => {
  test.each<[Partial<VisitPlan>, string]>([
    [{ poolSize: 0 }, 'poolSize: must be a whole number from 1 to 65535, got 0'],
    [{ slateSize: 6 }, 'slateSize: must be a whole number from 1 to 5, got 6'],
    [{ slateSize: 0 }, 'slateSize: must be a whole number from 1 to 5, got 0'],
    [{ interactions: -1 }, 'interactions: must be a whole number from 0 to 1000000000, got -1'],
    [{ interactions: 1.5 }, 'interactions: must be a whole number from 0 to 1000000000, got 1.5'],
    [{ interactions: 2e9 }, 'interactions: must be a whole number from 0 to 1000000000, got 2000000000'],
    [{ choiceTemperature: 0 }, 'choiceTemperature: must be a finite number above 0, got 0'],
    [{ noClickScore: Number.NaN }, 'noClickScore: must be a finite number, got NaN'],
    [{ weights: new Float64Array() }, 'weights: at least one persona is needed'],
    [{ weights: Float64Array.of(0) }, 'weights: must be finite numbers above 0, got 0'],
    [{ weights: Float64Array.of(1, 1) }, 'relevances: 2 personas x 5 items need 10 numbers, got 5'],
    [
      { relevances: new Float64Array(5).fill(Number.NaN) },
      'relevances: must be finite numbers, got NaN at 0',
    ],
  ])('%o', (settings, message) => {
    const plan = { ...planOf(1), ...settings }
    for (const run of [simulateVisits, simulateItemTotals, simulateVisitsSingly]) {
      expect(() => run(plan, randomStream(1))).toThrow(message)
    }
  })

  test('more slates and visits than fit in memory are refused with advice; totals need no memory', () => {
    const plan = planOf(1, { poolSize: 200, slateSize: 5, interactions: 2_000_001 })
    expect(() => simulateVisits(plan, randomStream(1))).toThrow(
      'interactions: 2000001: a pool of 200 has so many',
    )
    checkTotals(simulateItemTotals(plan, randomStream(1)), plan)
  })
})

function checkTotals(totals: ItemTotals, { interactions, slateSize, poolSize }: VisitPlan): void {
  const { impressions, clicks, noClickImpressions, clicked } = totals
  expect(clicked).toBeGreaterThanOrEqual(0)
  expect(clicked).toBeLessThanOrEqual(interactions)
  expect(sumOf(clicks)).toBe(clicked)
  expect(sumOf(noClickImpressions)).toBe((interactions - clicked) * slateSize)
  expect(sumOf(impressions)).toBe(interactions * slateSize)
  for (let item = 0; item < poolSize; item++) {
    expect(clicks[item]).toBeGreaterThanOrEqual(0)
    expect(noClickImpressions[item]).toBeGreaterThanOrEqual(0)
    expect(impressions[item]).toBeGreaterThanOrEqual(clicks[item]! + noClickImpressions[item]!)
  }
}

function sumOf(values: Int32Array): number {
  return values.reduce((sum, value) => sum + value, 0)
}

/** Standard errors that `count` of `trials` lies from its chance. */
function scoreOf(count: number, trials: number, chance: number): number {
  if (chance >= 1 - 1e-12) return count === trials ? 0 : Number.POSITIVE_INFINITY
  return (count - trials * chance) / Math.sqrt(trials * chance * (1 - chance))
}
