import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { meanInterval } from '../../core/statistics/mean.ts'
import { NO_USAGE } from '../../core/usage.ts'
import { claimsLine, paperClaims, type Verdict } from './claims.ts'
import { estimateOf, weightedEstimate } from './estimate.ts'
import { CompleteRuns, experimentFigures, lastCtr, meanOf, overAudiences } from './figures.ts'
import { LENGTH_AUDIENCES, lengthLine } from './length.ts'
import type { ExperimentPlan } from './plan.ts'
import type { RunFigures } from './run-line.ts'
import { TABLE5_STRATEGIES } from './table5.ts'

const [audience] = LENGTH_AUDIENCES

/** Two domains of three and two topics; `one` meets `a` and `b`, `two` meets `c`. */
const plan = {
  experiment: 'table5',
  preset: 'test',
  strategies: TABLE5_STRATEGIES,
  seeds: [1, 2],
  domains: [
    { key: 'one', topics: ['x', 'y', 'z'], audiences: ['a', 'b'] },
    { key: 'two', topics: ['u', 'v'], audiences: ['c'] },
  ].map((domain) => ({
    ...domain,
    topics: domain.topics.map((topic) => ({ topic })),
    audiences: domain.audiences.map((name) => ({ ...audience, name })),
  })),
} as unknown as ExperimentPlan

function runs(ctrOf: (run: Omit<RunFigures, 'poolCtrs'>) => readonly [first: number, last: number]) {
  return plan.domains.flatMap(({ key: domain, topics, audiences }) =>
    topics.flatMap(({ topic }) =>
      audiences.flatMap(({ name }) =>
        plan.strategies.flatMap((strategy) =>
          plan.seeds.map((seed): RunFigures => {
            const run = {
              kind: 'finished' as const,
              ...{ domain, topic, audience: name, strategy, seed },
              averageRelevances: [3, 3],
              interactions: [1000, 1000],
              clicked: [0, 0],
              usage: NO_USAGE,
              refused: {},
              birthsMissed: 0,
            }
            const poolCtrs = [...ctrOf(run)]
            return { ...run, poolCtrs, clicked: poolCtrs.map((ctr) => Math.round(1000 * ctr)) }
          }),
        ),
      ),
    ),
  )
}

describe('estimates', () => {
  test('one group of any weight is the plain interval', () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 9 }), (list, weight) => {
        const { mean, interval } = weightedEstimate([{ values: list, weight }])
        const [low, high] = meanInterval(list)
        expect(mean).toBeCloseTo(estimateOf(list).mean, 10)
        expect(interval?.[0]).toBeCloseTo(low, 10)
        expect(interval?.[1]).toBeCloseTo(high, 10)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('of groups by hand: means weighted, spreads added', () => {
    // Means 2 and 10, standard errors 1 and 2, weights 3 to 1: 4 with sqrt(0.75^2 + 0.5^2) = 0.9014.
    const { mean, interval, topics } = weightedEstimate([
      { values: [1, 3], weight: 3 },
      { values: [8, 12], weight: 1 },
    ])
    // Degrees of freedom 0.8125^2 / (0.5625^2 + 0.25^2) = 1.74, down to 1: t is 12.706.
    expect(mean).toBe(4)
    expect(interval?.[1]).toBeCloseTo(4 + 12.7062 * 0.901388, 3)
    expect(topics).toBe(4)
  })

  test('a single topic gives no interval', () => {
    expect(estimateOf([0.5]).interval).toBeNull()
    expect(weightedEstimate([{ values: [1], weight: 1 }]).interval).toBeNull()
  })
})

describe('figures', () => {
  test('seeds of a topic are one observation, topics of a domain are paired', () => {
    const topicHeight: Record<string, number> = { x: 0.1, y: 0.2, z: 0.6, u: 0.1, v: 0.3 }
    const all = runs(({ topic, seed, strategy }) => {
      const height = (topicHeight[topic] as number) + (seed === 1 ? 0.02 : -0.02)
      return [0.1, height + (strategy === 'explore-exploit' ? 0.05 : 0)]
    })
    const { audiences } = experimentFigures(new CompleteRuns(plan, all), 'explore-exploit', [], 0)
    expect(audiences.map(({ audience: name }) => name)).toEqual(['a', 'b', 'c'])
    const [a] = audiences
    const fullCtr = a?.strategies.find(({ strategy }) => strategy === 'full-ctr')
    expect(fullCtr?.last.mean).toBeCloseTo(0.3)
    expect(fullCtr?.last.topics).toBe(3)
    const pair = a?.pairs.find(({ other }) => other === 'full-ctr')
    // Topics differ by much, the strategies by the same in each: the paired interval has no width.
    expect(pair?.difference.mean).toBeCloseTo(0.05)
    expect(pair?.difference.interval?.[0]).toBeCloseTo(0.05)
    expect(pair?.wins).toBe(3)
    // Pooled counts: 2,100 of 6,000 against 1,800 of 6,000.
    expect(pair?.z).toBeCloseTo(0.05 / Math.sqrt(0.325 * 0.675 * (2 / 6000)), 6)
  })

  test('a case that one strategy has not finished is left out for all', () => {
    const all = runs(() => [0.1, 0.2]).filter(
      ({ topic, strategy, audience: name, seed }) =>
        !(topic === 'x' && strategy === 'no-drop' && name === 'a' && seed === 2),
    )
    const complete = new CompleteRuns(plan, all)
    expect(complete.leftOut).toBe(4)
    expect(complete.topics('one', 'a', 'full-ctr')[0]?.runs.map(({ seed }) => seed)).toEqual([1])
  })

  test('over audiences each counts the same, whatever its domain', () => {
    const height: Record<string, number> = { a: 0.1, b: 0.2, c: 0.6 }
    const complete = new CompleteRuns(
      plan,
      runs(({ audience: name }) => [0, height[name] as number]),
    )
    const audiences = [
      { domain: 'one', audience: 'a' },
      { domain: 'one', audience: 'b' },
      { domain: 'two', audience: 'c' },
    ]
    const estimate = overAudiences(complete, audiences, (runsOf) => meanOf(runsOf('no-drop'), lastCtr))
    expect(estimate?.mean).toBeCloseTo(0.3)
    expect(estimate?.topics).toBe(5)
  })
})

describe('claims', () => {
  const wobble: Record<string, number> = { x: 0.005, y: -0.005, z: 0, u: 0.003, v: -0.003 }
  const last: Record<string, number> = {
    'no-drop': 0.1,
    'random-ctr': 0.1,
    'partial-ctr': 0.15,
    'full-ctr': 0.2,
    'explore-exploit': 0.28,
  }
  const verdicts = (change: Record<string, number>, personas = 1) => {
    const all = runs(({ topic, strategy }) => {
      const height = { ...last, ...change }[strategy] as number
      return [0.1, height + (wobble[topic] as number) * (strategy === 'full-ctr' ? 2 : 1)]
    })
    const complete = new CompleteRuns(plan, all)
    const { audiences } = experimentFigures(complete, 'explore-exploit', [], 0)
    const claims = paperClaims(
      complete,
      audiences.map((one) => ({ ...one, personas })),
    )
    return Object.fromEntries(claims.map(({ key, verdict }) => [key, verdict])) as Record<string, Verdict>
  }

  test('hold where the whole interval says so', () => {
    expect(verdicts({})).toEqual({
      'explore-exploit-above-full-ctr': 'holds',
      'full-ctr-above-partial-ctr': 'holds',
      'partial-ctr-above-random-ctr': 'holds',
      'random-ctr-flat': 'holds',
      'no-drop-flat': 'holds',
      'relevance-rise': 'does-not-hold',
      'single-rise': 'holds',
      'three-rise': 'not-tested',
    })
    expect(verdicts({}, 3)['three-rise']).toBe('holds')
  })

  test('do not hold, or are not clear, where it says that', () => {
    const reversed = verdicts({ 'full-ctr': 0.3, 'random-ctr': 0.16, 'explore-exploit': 0.21 })
    expect(reversed['explore-exploit-above-full-ctr']).toBe('does-not-hold')
    expect(reversed['random-ctr-flat']).toBe('does-not-hold')
    expect(reversed['single-rise']).toBe('not-clear')
    expect(verdicts({ 'explore-exploit': 0.2 })['explore-exploit-above-full-ctr']).toBe('not-clear')
  })

  test('are told in one line', () => {
    const claim = { measured: null, unit: 'ctr' } as const
    const line = claimsLine(
      [
        { ...claim, key: '1', text: 'up', verdict: 'holds' },
        { ...claim, key: '2', text: 'down', verdict: 'does-not-hold' },
        { ...claim, key: '3', text: 'flat', verdict: 'holds' },
      ],
      'w',
      's',
    )
    expect(line).toBe("The paper's claims with writer w and scorer s: holds: up; flat. does not hold: down.")
  })
})

test('the length test says for each measure whether the reference is fastest and highest', () => {
  const estimate = (low: number, high: number) => ({
    mean: (low + high) / 2,
    interval: [low, high] as const,
    topics: 3,
  })
  const line = lengthLine(
    [
      { measure: 'words', other: 'random-ctr', last: estimate(1, 2), average: estimate(1, 2) },
      { measure: 'words', other: 'partial-ctr', last: estimate(1, 2), average: estimate(-1, 2) },
      { measure: 'characters', other: 'random-ctr', last: estimate(-2, -1), average: estimate(1, 2) },
    ],
    'w',
  )
  expect(line).toContain('words: fastest not clear, highest yes; characters: fastest yes, highest no.')
})
