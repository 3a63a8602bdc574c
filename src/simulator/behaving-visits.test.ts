import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import type { AudienceBehaviour } from '../core/persona.ts'
import { randomStream } from '../core/random.ts'
import { type BehavingPlan, behavingVisits } from './behaving-visits.ts'
import { chiSquareScore } from './chi-square.ts'
import type { SlateCounts } from './slate-counts.ts'

// What may come of a visit is enumerated here from the formulas alone: nothing is shared with the code under test.

const RELEVANCES = [
  [9, 4, 6.5, 8],
  [2, 9.5, 3, 7],
]
const SHARES = [0.7, 0.3]
const POOL = 4
const SLATE = 2
const T = 1.5
const RS = 9

function planOf(behaviour: AudienceBehaviour, change: Partial<BehavingPlan> = {}): BehavingPlan {
  return {
    relevances: Float64Array.from(RELEVANCES.flat()),
    poolSize: POOL,
    slateSize: SLATE,
    interactions: 60_000,
    choiceTemperature: T,
    noClickScore: RS,
    behaviour,
    shares: Float64Array.from(SHARES),
    people: { seed: 7, offset: 0.4, seen: new Map() },
    itemIds: ['i0', 'i1', 'i2', 'i3'],
    itemKeys: Int32Array.of(11, -12, 13, 14),
    botTargets: Uint8Array.of(1, 1, 1, 1),
    ...change,
  }
}

/** Chance of each outcome of an ordered slate, the last for none: P(k) = v l_k / (1 + sum v l). */
function logit(weights: readonly number[], slots = [1, 1]): number[] {
  const strengths = weights.map((weight, slot) => weight * slots[slot]!)
  const total = 1 + strengths.reduce((sum, one) => sum + one, 0)
  return [...strengths, 1].map((one) => one / total)
}

const weightOf = (relevance: number) => Math.exp((relevance - RS) / T)

/** Masses by `first second outcome`, where `chances` gives those of one persona's visit to an ordered slate. */
function masses(chances: (persona: number, slate: readonly number[]) => readonly number[], shares = SHARES) {
  const found = new Map<string, number>()
  for (let first = 0; first < POOL; first++) {
    for (let second = 0; second < POOL; second++) {
      if (first === second) continue
      const all = shares.map((_, persona) => chances(persona, [first, second]))
      for (const outcome of [0, 1, 2]) {
        const mass = shares.reduce((sum, share, persona) => sum + share * all[persona]![outcome]!, 0)
        found.set(`${first} ${second} ${outcome}`, mass / (POOL * (POOL - 1)))
      }
    }
  }
  return found
}

function plain(persona: number, slate: readonly number[], slots = [1, 1]): number[] {
  return logit(
    slate.map((item) => weightOf(RELEVANCES[persona]![item]!)),
    slots,
  )
}

function observed(counts: SlateCounts): Map<string, number> {
  const found = new Map<string, number>()
  const add = (key: string, count: number) => found.set(key, (found.get(key) ?? 0) + count)
  for (let row = 0; row < counts.rows; row++) {
    const [first, second] = [counts.items[row * SLATE]!, counts.items[row * SLATE + 1]!]
    const clicks = [counts.clicks[row * SLATE]!, counts.clicks[row * SLATE + 1]!]
    for (const [position, count] of clicks.entries()) add(`${first} ${second} ${position}`, count)
    add(`${first} ${second} 2`, counts.interactions[row]! - clicks[0]! - clicks[1]!)
  }
  return found
}

function score(counts: SlateCounts, expected: Map<string, number>): number {
  const seen = observed(counts)
  const visits = [...seen.values()].reduce((sum, count) => sum + count, 0)
  expect([...seen.keys()].filter((key) => !expected.has(key))).toEqual([])
  return chiSquareScore(
    [...expected.keys()].map((key) => seen.get(key) ?? 0),
    [...expected.values()].map((mass) => mass * visits),
  )
}

function draw(plan: BehavingPlan, seed: number): SlateCounts {
  return behavingVisits(plan, randomStream(seed)).get(0)!
}

const SLOTS = [1, 0.4]
const BOTS = { share: 0.2, clickProbability: 0.6 }
const withBots = (people: readonly number[], bot: readonly number[]) =>
  people.map((chance, outcome) => 0.8 * chance + 0.2 * bot[outcome]!)

/** One persona's chances with tastes, by brute force over both normals. */
function tasted(persona: number, slate: readonly number[], deviation: number): number[] {
  const step = 0.1
  const sums = [0, 0, 0]
  for (let a = -7; a <= 7; a += step) {
    for (let b = -7; b <= 7; b += step) {
      const density = (step * step * Math.exp(-(a * a + b * b) / 2)) / (2 * Math.PI)
      const noise = [a, b]
      const chances = logit(
        slate.map((item, slot) => weightOf(RELEVANCES[persona]![item]! + deviation * noise[slot]!)),
      )
      for (const [outcome, chance] of chances.entries()) sums[outcome]! += density * chance
    }
  }
  return sums
}

const cases: [string, BehavingPlan, Map<string, number>][] = [
  ['nothing', planOf({}), masses(plain)],
  ['a number of visitors alone', planOf({ visitors: 1000 }), masses(plain)],
  ['slot effects', planOf({ slotEffects: SLOTS }), masses((persona, slate) => plain(persona, slate, SLOTS))],
  [
    'another mix of personas, with one that is gone',
    planOf({}, { shares: Float64Array.of(0, 1) }),
    masses(plain, [0, 1]),
  ],
  [
    'bots',
    planOf({ bots: BOTS }),
    masses((persona, slate) => withBots(plain(persona, slate), [0.3, 0.3, 0.4])),
  ],
  [
    'bots that click two of the items',
    planOf({ bots: BOTS }, { botTargets: Uint8Array.of(0, 1, 1, 0) }),
    masses((persona, slate) => {
      const isTarget = slate.map((item) => item === 1 || item === 2)
      const count = isTarget.filter(Boolean).length
      const each = isTarget.map((is) => (is ? 0.6 / count : 0))
      return withBots(plain(persona, slate), [...each, 1 - each[0]! - each[1]!])
    }),
  ],
  ['tastes', planOf({ tasteDeviation: 2 }), masses((persona, slate) => tasted(persona, slate, 2))],
]

describe('slates, places and clicks of', () => {
  test.each(cases)('%s', (_, plan, expected) => {
    for (const seed of [1, 2, 3]) expect(score(draw(plan, seed), expected)).toBeLessThan(4)
  })

  test('a wrong slot effect, a wrong share of bots and a wrong taste would be noticed', () => {
    const slots = masses((persona, slate) => plain(persona, slate, SLOTS))
    expect(score(draw(planOf({ slotEffects: [1, 0.45] }), 1), slots)).toBeGreaterThan(4)
    const bots = cases.find(([name]) => name === 'bots')![2]
    expect(score(draw(planOf({ bots: { ...BOTS, share: 0.12 } }), 1), bots)).toBeGreaterThan(4)
    const tastes = cases.find(([name]) => name === 'tastes')![2]
    expect(score(draw(planOf({ tasteDeviation: 1.7 }), 1), tastes)).toBeGreaterThan(4)
  })
})

test('late clicks: each waits another iteration with the stated chance, and none is lost or made', () => {
  const rows = behavingVisits(planOf({ lateClicks: 0.4 }), randomStream(4))
  const clicks = [...rows].map(
    ([delay, counts]) => [delay, counts.clicks.reduce((a, b) => a + b, 0)] as const,
  )
  const all = clicks.reduce((sum, [, count]) => sum + count, 0)
  const delays = Array.from({ length: 60 }, (_, delay) => delay)
  const byDelay = new Map(clicks)
  expect(
    chiSquareScore(
      delays.map((delay) => byDelay.get(delay) ?? 0),
      delays.map((delay) => all * 0.6 * 0.4 ** delay),
    ),
  ).toBeLessThan(4)
  for (const [delay, counts] of rows) {
    if (delay === 0) continue
    // Only clicked visits are late, so each interaction of these rows has its click.
    expect(counts.interactions.reduce((a, b) => a + b, 0)).toBe(byDelay.get(delay))
  }
  const together = new Map<string, number>()
  for (const [, counts] of rows) {
    for (const [key, count] of observed(counts)) together.set(key, (together.get(key) ?? 0) + count)
  }
  const expected = masses(plain)
  expect([...together.values()].reduce((a, b) => a + b, 0)).toBe(60_000)
  expect(
    chiSquareScore(
      [...expected.keys()].map((key) => together.get(key)!),
      [...expected.values()].map((mass) => mass * 60_000),
    ),
  ).toBeLessThan(4)
})

test('choices stay right where weights would overflow', () => {
  const plan = planOf({ slotEffects: [1, 0.5] }, { choiceTemperature: 1e-308, interactions: 2000 })
  for (const [key, count] of observed(draw(plan, 1))) {
    const [first, second, outcome] = key.split(' ').map(Number)
    // Only item 1 of the second persona beats doing nothing, and item 0 of the first is level with it.
    if (outcome! < 2 && count > 0) expect([0, 1]).toContain([first!, second!][outcome!])
  }
})

test('more outcomes than fit in memory are refused', () => {
  const plan = planOf({ slotEffects: [1, 1, 1] }, { poolSize: 500, slateSize: 3, interactions: 3_000_000 })
  expect(() => behavingVisits(plan, randomStream(1))).toThrow(InputError)
})
