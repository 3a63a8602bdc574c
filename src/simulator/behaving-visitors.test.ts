import { describe, expect, test } from 'vitest'
import type { AudienceBehaviour } from '../core/persona.ts'
import { type Random, randomStream } from '../core/random.ts'
import { type BehavingPlan, behavingVisits } from './behaving-visits.ts'
import type { SlateCounts } from './slate-counts.ts'

// Visitors who come back: what they remember, against formulas and a slow form that share no code with them.

const RELEVANCES = [
  [9, 4, 6.5, 8],
  [2, 9.5, 3, 7],
]
const SHARES = [0.7, 0.3]
const POOL = 4
const SLATE = 2
const T = 1.5
const RS = 9
const SLOTS = [1, 0.4]
const BOTS = { share: 0.2, clickProbability: 0.6 }

function planOf(behaviour: AudienceBehaviour, change: Partial<BehavingPlan> = {}): BehavingPlan {
  return {
    relevances: Float64Array.from(RELEVANCES.flat()),
    poolSize: POOL,
    slateSize: SLATE,
    interactions: 1000,
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

const weightOf = (relevance: number) => Math.exp((relevance - RS) / T)

function draw(plan: BehavingPlan, seed: number): SlateCounts {
  return behavingVisits(plan, randomStream(seed)).get(0)!
}

describe('wear-out', () => {
  /** Clicks on the only item in visits from..to of V visitors: seen s times with the binomial chance of s. */
  function expectedClicks(
    weight: number,
    factor: number,
    visitors: number,
    from: number,
    to: number,
  ): number {
    let chances = [1]
    let clicks = 0
    for (let visit = 0; visit < to; visit++) {
      if (visit >= from) {
        for (const [seen, chance] of chances.entries()) {
          const worn = weight * factor ** seen
          clicks += (chance * worn) / (1 + worn)
        }
      }
      const next = new Array<number>(chances.length + 1).fill(0)
      for (const [seen, chance] of chances.entries()) {
        next[seen]! += chance * (1 - 1 / visitors)
        next[seen + 1]! += chance / visitors
      }
      chances = next
    }
    return clicks
  }

  test('one item: clicks meet the formula, also in the next iteration, and a new item starts fresh', () => {
    const behaviour = { visitors: 25, wearOut: 0.8 }
    const visits = 200
    const runs = 400
    const sums = [0, 0, 0]
    for (let run = 0; run < runs; run++) {
      const plan = planOf(behaviour, {
        relevances: Float64Array.of(RS + 1),
        shares: Float64Array.of(1),
        poolSize: 1,
        slateSize: 1,
        interactions: visits,
        itemIds: ['a'],
      })
      for (const [iteration, itemIds] of [['a'], ['a'], ['b']].entries()) {
        sums[iteration]! += draw({ ...plan, itemIds }, 10 * run + iteration).clicks[0]!
      }
    }
    const weight = weightOf(RS + 1)
    const first = expectedClicks(weight, 0.8, 25, 0, visits)
    const second = expectedClicks(weight, 0.8, 25, visits, 2 * visits)
    expect(second / first).toBeLessThan(0.5)
    for (const [iteration, expected] of [first, second, first].entries()) {
      // The clicks of a run vary no more than independent ones of the same mean chance.
      const chance = expected / visits
      const error = Math.sqrt(runs * visits * chance * (1 - chance))
      expect(Math.abs(sums[iteration]! - runs * expected) / error).toBeLessThan(4)
    }
  })

  test('more views than fit in memory are refused', () => {
    const itemIds = Array.from({ length: 60 }, (_, place) => `i${place}`)
    const plan = planOf({ visitors: 1_000_000, wearOut: 0.9 }, { itemIds, poolSize: 60 })
    expect(() => behavingVisits(plan, randomStream(1))).toThrow(
      'behaviour.visitors: 1000000: what each has seen of 60 items would not fit in memory; give at most 833333',
    )
  })
})

describe('tastes of visitors who come back', () => {
  /** log(clicks / no clicks) of one visitor and one item is log v + taste / T. */
  function measuredTaste(seed: number, itemKey: number, stream: number): number {
    const plan = planOf(
      { visitors: 1, tasteDeviation: 1.2 },
      {
        relevances: Float64Array.of(RS),
        shares: Float64Array.of(1),
        poolSize: 1,
        slateSize: 1,
        people: { seed, offset: 0, seen: new Map() },
        itemIds: ['a'],
        itemKeys: Int32Array.of(itemKey),
      },
    )
    const clicks = draw({ ...plan, interactions: 4_000 }, stream).clicks[0]!
    return T * Math.log(clicks / (4_000 - clicks))
  }

  test('stay, differ between people and items, and have the stated spread', () => {
    const people = Array.from({ length: 300 }, (_, seed) => seed)
    const tastes = people.map((seed) => measuredTaste(seed, 5, 1))
    const again = people.map((seed) => measuredTaste(seed, 5, 2))
    const others = people.map((seed) => measuredTaste(seed, 6, 3))
    expect(correlation(tastes, again)).toBeGreaterThan(0.99)
    expect(Math.abs(correlation(tastes, others))).toBeLessThan(4 / Math.sqrt(300))
    const mean = tastes.reduce((sum, taste) => sum + taste, 0) / 300
    const variance = tastes.reduce((sum, taste) => sum + (taste - mean) ** 2, 0) / 299
    expect(Math.abs(mean) / (1.2 / Math.sqrt(300))).toBeLessThan(4)
    expect(Math.abs(variance / 1.44 - 1)).toBeLessThan(4 * Math.sqrt(2 / 300))
  })
})

test('all at once: clicks by item and place meet a slow reference', () => {
  const behaviour = { slotEffects: SLOTS, tasteDeviation: 1, visitors: 30, wearOut: 0.9, bots: BOTS }
  const rounds = 150
  const visits = 900
  const fast: number[][] = []
  const slow: number[][] = []
  for (let round = 0; round < rounds; round++) {
    const people = { seed: randomStream(round, 'people').next32(), offset: round / rounds, seen: new Map() }
    fast.push(clicksByCell(draw(planOf(behaviour, { people, interactions: visits }), round)))
    slow.push(slowVisits(visits, round / rounds, randomStream(round, 'slow')))
  }
  for (let cell = 0; cell < POOL * SLATE; cell++) {
    expect(
      Math.abs(
        differenceScore(
          fast.map((row) => row[cell]!),
          slow.map((row) => row[cell]!),
        ),
      ),
    ).toBeLessThan(4)
  }

  function slowVisits(count: number, offset: number, random: Random): number[] {
    const cells = new Array<number>(POOL * SLATE).fill(0)
    const normal = () => {
      let sum = -6
      for (let term = 0; term < 12; term++) sum += random.uniform()
      return sum
    }
    const tastes = Array.from({ length: 30 }, () => Array.from({ length: POOL }, normal))
    const seen = Array.from({ length: 30 }, () => new Array<number>(POOL).fill(0))
    for (let visit = 0; visit < count; visit++) {
      const first = random.integer(POOL)
      const slate = [first, (first + 1 + random.integer(POOL - 1)) % POOL]
      let chances = [0.3, 0.3, 0.4]
      if (random.uniform() >= 0.2) {
        const visitor = random.integer(30)
        const persona = (visitor + offset) / 30 < SHARES[0]! ? 0 : 1
        const weights = slate.map((item) => {
          const relevance = RELEVANCES[persona]![item]! + tastes[visitor]![item]!
          return weightOf(relevance) * 0.9 ** seen[visitor]![item]!++
        })
        const strengths = weights.map((weight, slot) => weight * SLOTS[slot]!)
        chances = strengths.map((strength) => strength / (1 + strengths[0]! + strengths[1]!))
      }
      const point = random.uniform()
      if (point < chances[0]!) cells[slate[0]! * SLATE]!++
      else if (point < chances[0]! + chances[1]!) cells[slate[1]! * SLATE + 1]!++
    }
    return cells
  }
})

function clicksByCell(counts: SlateCounts): number[] {
  const cells = new Array<number>(POOL * SLATE).fill(0)
  for (let cell = 0; cell < counts.rows * SLATE; cell++) {
    cells[counts.items[cell]! * SLATE + (cell % SLATE)]! += counts.clicks[cell]!
  }
  return cells
}

function differenceScore(one: readonly number[], other: readonly number[]): number {
  const moments = [one, other].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
    return { mean, error: variance / values.length }
  })
  return (moments[0]!.mean - moments[1]!.mean) / Math.sqrt(moments[0]!.error + moments[1]!.error)
}

function correlation(one: readonly number[], other: readonly number[]): number {
  const centred = [one, other].map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return values.map((value) => value - mean)
  })
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, at) => sum + x * b[at]!, 0)
  const [a, b] = centred as [number[], number[]]
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
