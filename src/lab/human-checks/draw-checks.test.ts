import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { randomStream } from '../../core/random.ts'
import type { Check, PairCheck, PoolCheck } from './check.ts'
import { type DrawOptions, drawChecks } from './draw-checks.ts'
import { drawEvenly } from './draw-evenly.ts'
import type { CheckedRun } from './finished-run.ts'

const OPTIONS: DrawOptions = {
  pairs: 60,
  comparisons: 6,
  differenceMin: 1,
  strategy: 'explore-exploit',
  seed: 1,
}

/** A run whose texts have relevance 1 to `texts`, the first pool the lowest. */
function madeUp(change: Partial<CheckedRun> & { size?: number } = {}): CheckedRun {
  const { size = 10, ...rest } = change
  const topic = rest.topic ?? 'Vacuums'
  const texts = Array.from({ length: size }, (_, index) => ({
    text: `Question ${index + 1} about ${topic}?`,
    relevance: Math.min(10, index + 1),
  }))
  const pool = (iteration: number, from: number) => ({
    iteration,
    poolCtr: iteration / 100,
    texts: texts.slice(from, from + 5).map(({ text }) => text),
  })
  return {
    task: 'shopping-question',
    topic,
    article: undefined,
    people: ['Price: Thrifty people.'],
    strategy: 'explore-exploit',
    seed: 1,
    writer: 'made-up',
    writerIsStandIn: false,
    scorer: 'embedding',
    texts,
    first: pool(0, 0),
    last: pool(15, size - 5),
    ...rest,
  }
}
const pairsOf = (checks: readonly Check[]) =>
  checks.filter((check): check is PairCheck => check.kind === 'question-pair')
const poolsOf = (checks: readonly Check[]) =>
  checks.filter((check): check is PoolCheck => check.kind === 'pool-comparison')
const cellOf = ({ topic, people }: Check) => `${topic}/${people}`
const counts = (names: readonly string[]) => {
  const result = new Map<string, number>()
  for (const name of names) result.set(name, (result.get(name) ?? 0) + 1)
  return [...result.values()].sort((one, other) => one - other)
}

describe('question pairs', () => {
  test('are of one topic, persona and scorer, of different relevance, and each only once', () => {
    const runs = ['Vacuums', 'Telescopes'].flatMap((topic) => [
      madeUp({ topic }),
      madeUp({ topic, people: ['Quality: Lasting things.'] }),
    ])
    const pairs = pairsOf(drawChecks(runs, { ...OPTIONS, differenceMin: 2 }))
    expect(pairs).toHaveLength(60)
    for (const { topic, left, right, higher } of pairs) {
      expect(left.text).toContain(topic)
      expect(right.text).toContain(topic)
      expect(Math.abs(left.relevance - right.relevance)).toBeGreaterThanOrEqual(2)
      expect(higher).toBe(left.relevance > right.relevance ? 'left' : 'right')
    }
    const what = pairs.map((pair) => `${cellOf(pair)} ${[pair.left.text, pair.right.text].sort().join(' ')}`)
    expect(new Set(what).size).toBe(60)
    expect(new Set(pairs.map(({ id }) => id)).size).toBe(60)
    // Evenly over four cells.
    expect(counts(pairs.map(cellOf))).toEqual([15, 15, 15, 15])
  })

  test('give all there are when more are asked for: 45 of ten texts, 36 two apart', () => {
    expect(pairsOf(drawChecks([madeUp()], { ...OPTIONS, pairs: 1000 }))).toHaveLength(45)
    expect(pairsOf(drawChecks([madeUp()], { ...OPTIONS, pairs: 1000, differenceMin: 2 }))).toHaveLength(36)
    // Texts of equal relevance are no pair, however small a difference is let through.
    const flat = madeUp({ size: 12 })
    expect(pairsOf(drawChecks([flat], { ...OPTIONS, pairs: 1000, differenceMin: 0 }))).toHaveLength(66 - 3)
  })

  test('take a topic with few pairs whole and fill up from the others', () => {
    const runs = [madeUp({ topic: 'Few', size: 5 }), madeUp({ topic: 'Many', size: 40 })]
    expect(counts(pairsOf(drawChecks(runs, OPTIONS)).map(cellOf))).toEqual([10, 50])
  })

  test('join the texts of all runs of a topic, and leave out audiences of several personas', () => {
    const one = madeUp({ texts: [{ text: 'One?', relevance: 2 }] })
    const other = madeUp({ strategy: 'full-ctr', texts: [{ text: 'Two?', relevance: 5 }] })
    const stranger = madeUp({ scorer: 'words', texts: [{ text: 'Three?', relevance: 9 }] })
    const mixed = madeUp({ people: ['A', 'B'] })
    const pairs = pairsOf(drawChecks([one, other, stranger, mixed], OPTIONS))
    expect(pairs.map(({ left, right }) => [left.text, right.text].sort())).toEqual([['One?', 'Two?']])
  })
})

describe('pool comparisons', () => {
  test('hold whole pools of the strategy, once each, and name the side of the last', () => {
    const runs = [1, 2, 3].flatMap((seed) => [
      madeUp({ topic: `Topic ${seed}`, seed }),
      madeUp({ topic: `Topic ${seed}`, seed }),
      madeUp({ topic: `Topic ${seed}`, seed, strategy: 'no-drop' }),
    ])
    const pools = poolsOf(drawChecks(runs, OPTIONS))
    expect(pools.map(({ topic }) => topic).sort()).toEqual(['Topic 1', 'Topic 2', 'Topic 3'])
    for (const { topic, left, right, last } of pools) {
      const run = runs.find((one) => one.topic === topic)!
      const [first, later] = last === 'left' ? [right, left] : [left, right]
      expect([...first.texts].sort()).toEqual([...run.first.texts].sort())
      expect([...later.texts].sort()).toEqual([...run.last.texts].sort())
      expect([first.iteration, later.iteration]).toEqual([0, 15])
    }
  })

  test('a run that changed nothing gives none', () => {
    const same = madeUp()
    expect(poolsOf(drawChecks([{ ...same, last: { ...same.first, iteration: 15 } }], OPTIONS))).toEqual([])
  })
})

describe('blindness', () => {
  test('side, place and order in the pool tell nothing of the truth', () => {
    const runs = Array.from({ length: 400 }, (_, index) => madeUp({ topic: `Topic ${index}` }))
    const checks = drawChecks(runs, { ...OPTIONS, pairs: 400, comparisons: 400 })
    const within = (count: number, expected: number) =>
      expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected / 2))
    within(pairsOf(checks).filter(({ higher }) => higher === 'left').length, 200)
    const pools = poolsOf(checks)
    within(pools.filter(({ last }) => last === 'left').length, 200)
    // The oldest item of the first pool stands first in a fifth of the lists.
    const firstPools = pools.map(({ left, right, last }) => (last === 'left' ? right : left))
    const oldest = firstPools.filter(({ texts }) => texts[0]?.startsWith('Question 1 ')).length
    expect(Math.abs(oldest - 80)).toBeLessThan(4 * 8)
  })

  test('rows follow no pattern of topics', () => {
    const runs = [madeUp({ topic: 'Vacuums', size: 40 }), madeUp({ topic: 'Telescopes', size: 40 })]
    const pairs = pairsOf(drawChecks(runs, { ...OPTIONS, pairs: 400 }))
    // As drawn, topics take turns; by lot a row has the topic of the one before it half of the time.
    const repeats = pairs.filter(({ topic }, index) => topic === pairs[index - 1]?.topic).length
    expect(Math.abs(repeats - 200)).toBeLessThan(4 * 10)
  })

  test('the same seed draws the same, another seed another', () => {
    const runs = [madeUp(), madeUp({ topic: 'Telescopes' })]
    expect(drawChecks(runs, OPTIONS)).toEqual(drawChecks(runs, OPTIONS))
    expect(drawChecks(runs, { ...OPTIONS, seed: 2 })).not.toEqual(drawChecks(runs, OPTIONS))
  })
})

describe('drawEvenly', () => {
  test('draws without replacement, no stratum two above another that still has some', () => {
    const cases = fc.record({
      sizes: fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 8 }),
      count: fc.integer({ min: 0, max: 100 }),
      seed: fc.integer({ min: 0, max: 1000 }),
    })
    fc.assert(
      fc.property(cases, ({ sizes, count, seed }) => {
        const strata = sizes.map((size, stratum) => ({
          size,
          at: (index: number) => [stratum, index] as const,
        }))
        const drawn = drawEvenly(strata, count, randomStream(seed))
        expect(drawn).toHaveLength(
          Math.min(
            count,
            sizes.reduce((sum, size) => sum + size, 0),
          ),
        )
        expect(new Set(drawn.map(String)).size).toBe(drawn.length)
        const taken = sizes.map((_, stratum) => drawn.filter(([one]) => one === stratum).length)
        const most = Math.max(0, ...taken)
        for (const [stratum, size] of sizes.entries()) {
          for (const [one, index] of drawn) if (one === stratum) expect(index).toBeLessThan(size)
          if (taken[stratum]! < size) expect(taken[stratum]).toBeGreaterThanOrEqual(most - 1)
        }
      }),
      { seed: 20261125, numRuns: 200 },
    )
  })

  test('each of a stratum is as likely, even of four thousand million', () => {
    const size = 2 ** 32
    const drawn = drawEvenly([{ size, at: (index) => index }], 4000, randomStream(7))
    const lower = drawn.filter((index) => index < size / 2).length
    expect(Math.abs(lower - 2000)).toBeLessThan(4 * Math.sqrt(1000))
    const small = Array.from({ length: 3000 }, (_, seed) =>
      drawEvenly([{ size: 3, at: (index) => index }], 1, randomStream(seed)),
    ).flat()
    for (const value of [0, 1, 2]) {
      expect(Math.abs(small.filter((one) => one === value).length - 1000)).toBeLessThan(4 * Math.sqrt(667))
    }
  })
})
