import { describe, expect, test } from 'vitest'
import { randomStream } from '../core/random.ts'
import { chiSquareScore } from './chi-square.ts'
import { choiceWeights } from './choice-weights.ts'
import { clickProbabilities } from './click-model.ts'
import { FastRandom } from './fast-random.ts'
import type { ItemTotals, SlateCounts } from './slate-counts.ts'
import { totalsSingly } from './totals-singly.ts'
import type { VisitPlan } from './visit-plan.ts'
import { visitsByCount } from './visits-by-count.ts'
import { simulateVisitsSingly } from './visits-reference.ts'
import { visitsSingly } from './visits-singly.ts'

// The joint distribution of all counts of two visits, enumerated from the click model alone: nothing here is
// shared with the code under test but `clickProbabilities`.

const onePersona: VisitPlan = {
  relevances: Float64Array.of(9, 4, 6.5, 8),
  weights: Float64Array.of(3),
  poolSize: 4,
  slateSize: 2,
  interactions: 2,
  choiceTemperature: 1.5,
  noClickScore: 8,
}
const threePersonas: VisitPlan = {
  ...onePersona,
  relevances: Float64Array.of(9, 4, 6.5, 8, 2, 9.5, 3, 3, 5, 5, 5, 10),
  weights: Float64Array.of(1, 2.5, 0.5),
}
const plans: [string, VisitPlan][] = [
  ['one persona', onePersona],
  ['three personas of unequal weight', threePersonas],
  ['slates of three', { ...threePersonas, slateSize: 3 }],
  ['slates of one', { ...threePersonas, slateSize: 1 }],
  ['the whole pool shown', { ...threePersonas, slateSize: 4 }],
]
const forms: [string, (plan: VisitPlan, seed: number) => () => string][] = [
  [
    "the paper's rule",
    (plan, seed) => {
      const random = randomStream(seed, 'reference')
      return () => slatesKey(simulateVisitsSingly(plan, random))
    },
  ],
  [
    'counts',
    (plan, seed) => {
      const random = new FastRandom(randomStream(seed, 'counts'))
      return () => slatesKey(visitsByCount(plan, choiceWeights(plan), random))
    },
  ],
  [
    'single draws',
    (plan, seed) => {
      const random = new FastRandom(randomStream(seed, 'singly'))
      return () => slatesKey(visitsSingly(plan, choiceWeights(plan), random))
    },
  ],
]

describe.each(plans)('%s', (_, plan) => {
  const draws = 8_000

  test.each(forms)('slates and clicks of two visits by %s', (_, formOf) => {
    const { slates } = jointMasses(plan)
    for (const seed of [1, 2, 3]) expect(score(slates, draws, formOf(plan, seed))).toBeLessThan(4)
  })

  test('item totals of two visits by candidates', () => {
    const { totals } = jointMasses(plan)
    for (const seed of [1, 2, 3]) {
      const random = new FastRandom(randomStream(seed, 'totals'))
      const draw = () => totalsKey(totalsSingly(plan, choiceWeights(plan), random))
      expect(score(totals, draws, draw)).toBeLessThan(4)
    }
  })
})

test('a wrong temperature would be noticed', () => {
  const { slates } = jointMasses(onePersona)
  const wrong = { ...onePersona, choiceTemperature: 1.65 }
  const random = new FastRandom(randomStream(1, 'wrong'))
  const draw = () => slatesKey(visitsByCount(wrong, choiceWeights(wrong), random))
  expect(score(slates, 30_000, draw)).toBeGreaterThan(5)
})

function score(masses: Map<string, number>, draws: number, draw: () => string): number {
  const observed = new Map<string, number>([...masses.keys()].map((key) => [key, 0]))
  for (let index = 0; index < draws; index++) {
    const key = draw()
    observed.set(key, (observed.get(key) ?? Number.NaN) + 1)
  }
  expect([...observed.keys()].filter((key) => !masses.has(key))).toEqual([])
  return chiSquareScore(
    [...observed.values()],
    [...masses.values()].map((mass) => mass * draws),
  )
}

/** One thing a visit can be: a slate by the bits of its items, and the clicked item or -1. */
interface Visit {
  readonly slate: number
  readonly clicked: number
  readonly mass: number
}

function jointMasses(plan: VisitPlan): { slates: Map<string, number>; totals: Map<string, number> } {
  const visits = possibleVisits(plan)
  const slates = new Map<string, number>()
  const totals = new Map<string, number>()
  for (const first of visits) {
    for (const second of visits) {
      const mass = first.mass * second.mass
      add(slates, pairKey(first, second), mass)
      add(totals, totalsKey(totalsOf([first, second], plan.poolSize)), mass)
    }
  }
  return { slates, totals }
}

function possibleVisits({ poolSize, slateSize, weights, relevances, ...choice }: VisitPlan): Visit[] {
  const slates = Array.from({ length: 2 ** poolSize }, (_, bits) => bits).filter((bits) => {
    return itemsOf(bits).length === slateSize
  })
  const weightSum = weights.reduce((sum, weight) => sum + weight, 0)
  return slates.flatMap((slate) => {
    const items = itemsOf(slate)
    const chances = new Array<number>(slateSize + 1).fill(0)
    for (const [persona, weight] of weights.entries()) {
      const view = items.map((item) => relevances[persona * poolSize + item]!)
      for (const [outcome, p] of clickProbabilities(view, choice).entries()) {
        chances[outcome]! += (p * weight) / weightSum / slates.length
      }
    }
    return chances.map((mass, outcome) => ({ slate, clicked: items[outcome] ?? -1, mass }))
  })
}

function itemsOf(bits: number): number[] {
  return Array.from({ length: 8 }, (_, item) => item).filter((item) => (bits >> item) & 1)
}

function pairKey(...pair: { slate: number; clicked: number }[]): string {
  return pair
    .map(({ slate, clicked }) => `${slate}:${clicked}`)
    .sort()
    .join(' ')
}

function slatesKey(counts: SlateCounts): string {
  const visits: { slate: number; clicked: number }[] = []
  for (let row = 0; row < counts.rows; row++) {
    const cells = Array.from({ length: counts.slateSize }, (_, position) => row * counts.slateSize + position)
    const slate = cells.reduce((bits, cell) => bits | (1 << counts.items[cell]!), 0)
    let left = counts.interactions[row]!
    for (const cell of cells) {
      for (let click = counts.clicks[cell]!; click > 0; click--, left--) {
        visits.push({ slate, clicked: counts.items[cell]! })
      }
    }
    for (; left > 0; left--) visits.push({ slate, clicked: -1 })
  }
  return pairKey(...visits)
}

function totalsOf(visits: readonly Visit[], poolSize: number): ItemTotals {
  const impressions = new Int32Array(poolSize)
  const clicks = new Int32Array(poolSize)
  const noClickImpressions = new Int32Array(poolSize)
  for (const { slate, clicked } of visits) {
    for (const item of itemsOf(slate)) {
      impressions[item]! += 1
      if (clicked === item) clicks[item]! += 1
      if (clicked < 0) noClickImpressions[item]! += 1
    }
  }
  const clickedVisits = visits.filter((visit) => visit.clicked >= 0).length
  return { impressions, clicks, noClickImpressions, interactions: visits.length, clicked: clickedVisits }
}

function totalsKey(totals: ItemTotals): string {
  return [totals.impressions, totals.clicks, totals.noClickImpressions, totals.clicked].join(' ')
}

function add(masses: Map<string, number>, key: string, mass: number): void {
  masses.set(key, (masses.get(key) ?? 0) + mass)
}
