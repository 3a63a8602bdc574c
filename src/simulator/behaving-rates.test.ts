import { describe, expect, test } from 'vitest'
import type { AudienceBehaviour } from '../core/persona.ts'
import { randomStream } from '../core/random.ts'
import { behavingRates } from './behaving-rates.ts'
import { behavingVisits } from './behaving-visits.ts'
import { botTargets } from './bot-targets.ts'
import { type ExpectedRates, expectedRates } from './expected-rates.ts'
import { type ItemTotals, itemTotals } from './slate-counts.ts'

const SHARES = Float64Array.of(0.75, 0.25)
const PLAN = {
  relevances: Float64Array.of(9, 4, 6.5, 8, 7, 2, 9.5, 3, 7, 10),
  poolSize: 5,
  slateSize: 3,
  choiceTemperature: 1.5,
  noClickScore: 10,
}
const ITEMS = ['Price of it', 'The price?', 'Noise', 'Size', 'Age'].map((text, place) => ({
  id: `i${place}`,
  text,
  mode: 'seed',
  parents: [],
  bornAt: 0,
  writtenBy: 'test',
  promptVersion: 'test@1',
}))

function measured(behaviour: AudienceBehaviour, interactions: number, seed: number): ItemTotals {
  const rows = behavingVisits(
    {
      ...PLAN,
      interactions,
      behaviour,
      shares: SHARES,
      people: { seed: 3, offset: 0, seen: new Map() },
      itemIds: ITEMS.map(({ id }) => id),
      itemKeys: Int32Array.of(1, 2, 3, 4, 5),
      botTargets: botTargets(ITEMS, behaviour),
    },
    randomStream(seed),
  )
  return itemTotals(rows.get(0)!, PLAN.poolSize)
}

/** Largest distance of a measured rate from its truth, in standard errors. */
function worstScore(totals: ItemTotals, truth: ExpectedRates): number {
  const score = (count: number, tries: number, chance: number) => {
    return Math.abs(count - tries * chance) / Math.sqrt(tries * chance * (1 - chance))
  }
  const scores = ITEMS.flatMap((_, item) => {
    const shown = totals.impressions[item]!
    return [
      score(totals.clicks[item]!, shown, truth.itemCtrs[item]!),
      score(totals.noClickImpressions[item]!, shown, truth.itemNoClickRates[item]!),
    ]
  })
  return Math.max(...scores, score(totals.clicked, totals.interactions, truth.poolCtr))
}

describe('rates', () => {
  const slotEffects = [1, 0.6, 0.3]
  const bots = { share: 0.15, clickProbability: 0.7 }
  test.each<[string, AudienceBehaviour]>([
    ['slot effects', { slotEffects }],
    ['tastes', { tasteDeviation: 2 }],
    ['slot effects and tastes', { slotEffects, tasteDeviation: 1 }],
    ['bots', { bots }],
    ['bots that click the oldest item', { bots: { ...bots, target: 0 } }],
    ['bots that click all about the price', { bots: { ...bots, target: ' PRICE ' } }],
    ['all that has rates', { slotEffects, tasteDeviation: 1, bots: { ...bots, target: 'price' } }],
  ])('of %s meet the drawn visits', (_, behaviour) => {
    const truth = behavingRates(PLAN, SHARES, behaviour, ITEMS)
    expect(worstScore(measured(behaviour, 400_000, 1), truth)).toBeLessThan(4)
    // And they are not those without: the comparison can tell.
    expect(
      worstScore(measured(behaviour, 400_000, 1), behavingRates(PLAN, SHARES, {}, ITEMS)),
    ).toBeGreaterThan(6)
  })

  test('without any behaviour are those of the click model', () => {
    const plain = expectedRates({ ...PLAN, weights: Float64Array.of(3, 1) })
    for (const behaviour of [{}, { slotEffects: [1, 1, 1] }, { tasteDeviation: 1e-9 }]) {
      const rates = behavingRates(PLAN, SHARES, behaviour, ITEMS)
      expect(rates.poolCtr).toBeCloseTo(plain.poolCtr, 8)
      for (const item of ITEMS.keys()) {
        expect(rates.itemCtrs[item]).toBeCloseTo(plain.itemCtrs[item]!, 8)
        expect(rates.itemNoClickRates[item]).toBeCloseTo(plain.itemNoClickRates[item]!, 8)
      }
    }
  })

  test('what cannot be worked out is refused', () => {
    const large = { ...PLAN, poolSize: 300, relevances: new Float64Array(600) }
    expect(() => behavingRates(large, SHARES, {}, ITEMS)).toThrow('more than 1000000 slates of 3')
    const sharp = { ...PLAN, choiceTemperature: 0.001 }
    expect(() => behavingRates(sharp, SHARES, { tasteDeviation: 1 }, ITEMS)).toThrow('choiceTemperature')
  })
})
