import { describe, expect, test } from 'vitest'
import { type Evidence, foldOutcomes, NO_EVIDENCE, poolCtr, type SlateOutcome } from '../core/evidence.ts'
import type { PoolState } from '../core/item-pool.ts'
import type { AudienceBehaviour, Population } from '../core/persona.ts'
import { randomStream } from '../core/random.ts'
import type { RelevanceScorer } from '../ports/relevance-scorer.ts'
import { type SimulatedAudience, simulatedAudience } from './audience.ts'

const SETTINGS = { slateSize: 3, interactionsPerIteration: 4000 }
const TEXTS = ['9', '8', '7', '6', '5']

/** Relevance is the number in the text; for the other persona, 11 less that. */
const scorer: RelevanceScorer = {
  name: 'numbers',
  score: async (queries) =>
    queries.map(({ text, persona }) => ({
      kind: 'scored' as const,
      relevance: persona.key === 'one' ? Number(text) : 11 - Number(text),
    })),
  close: async () => {},
}

function audienceWith(behaviour?: AudienceBehaviour): SimulatedAudience {
  const population: Population = {
    personas: ['one', 'other'].map((key) => ({
      persona: { key, name: key, description: key, examples: [] },
      weight: key === 'one' ? 3 : 1,
    })),
    choiceTemperature: 1.5,
    noClickScore: 9,
    ...(behaviour === undefined ? {} : { behaviour }),
  }
  return simulatedAudience({ population, scorer })
}

function stateOf(iteration: number, texts = TEXTS, topic = 'Kettles'): PoolState {
  const history = texts.map((text, index) => ({
    id: `i${index}`,
    text,
    mode: 'seed' as const,
    parents: [],
    bornAt: 0,
    writtenBy: 'test',
    promptVersion: 'test@1',
  }))
  const context = { key: `shopping-question/${topic}`, task: 'shopping-question', topic }
  return { context, iteration, history, poolIds: history.map(({ id }) => id), evidence: NO_EVIDENCE }
}

/** A run's visits, iteration by iteration. */
async function runOf(audience: SimulatedAudience, iterations: number, seed = 1, topic = 'Kettles') {
  const outcomes: (readonly SlateOutcome[])[] = []
  for (let iteration = 0; iteration < iterations; iteration++) {
    const random = randomStream(seed, 'audience', iteration)
    outcomes.push((await audience.visit(stateOf(iteration, TEXTS, topic), SETTINGS, random)).outcomes)
  }
  return outcomes
}

const all: AudienceBehaviour = {
  slotEffects: [1, 0.7, 0.5],
  tasteDeviation: 1,
  visitors: 300,
  wearOut: 0.9,
  drift: { weights: { other: 1 }, iterations: 3 },
  lateClicks: 0.3,
  bots: { share: 0.1, clickProbability: 0.4, target: '7' },
}

describe('a behaving audience', () => {
  test('with everything off gives the very outcomes of one without', async () => {
    const off = { slotEffects: [1, 1, 1], tasteDeviation: 0, visitors: 50, wearOut: 1, lateClicks: 0 }
    expect(await runOf(audienceWith(off), 3)).toEqual(await runOf(audienceWith(), 3))
  })

  test('gives the same for the same seed, also when the audience begins anew', async () => {
    const audience = audienceWith(all)
    const first = await runOf(audience, 4)
    expect(await runOf(audience, 4)).toEqual(first)
    expect(await runOf(audienceWith(all), 4)).toEqual(first)
    expect(await runOf(audienceWith(all), 4, 2)).not.toEqual(first)
  })

  test('keeps what it remembers of one context from another', async () => {
    const audience = audienceWith(all)
    const apart = await runOf(audienceWith(all), 2)
    await audience.visit(stateOf(0), SETTINGS, randomStream(1, 'audience', 0))
    await audience.visit(stateOf(0, TEXTS, 'Vases'), SETTINGS, randomStream(9, 'audience', 0))
    const { outcomes } = await audience.visit(stateOf(1), SETTINGS, randomStream(1, 'audience', 1))
    expect(outcomes).toEqual(apart[1])
  })

  test('shows slates in random order, and puts visits to the same one together', async () => {
    const [outcomes] = await runOf(audienceWith({ slotEffects: [1, 0.7, 0.5] }), 1)
    const orders = outcomes!.map(({ itemIds }) => itemIds.join(' '))
    expect(new Set(orders).size).toBe(60)
    expect(orders).toHaveLength(60)
  })

  test('meets its truth, at each step of a drift', async () => {
    const audience = audienceWith({ drift: { weights: { other: 1 }, iterations: 2 } })
    const settings = { slateSize: 3, interactionsPerIteration: 200_000 }
    const ctrs: number[] = []
    for (let iteration = 0; iteration < 4; iteration++) {
      const state = stateOf(iteration, ['9', '8', '7'])
      const visits = await audience.visit(state, settings, randomStream(1, iteration))
      const truth = await audience.expected(state, 3)
      const evidence = foldOutcomes(NO_EVIDENCE, visits.outcomes)
      const error = Math.sqrt((truth.poolCtr * (1 - truth.poolCtr)) / 200_000)
      expect(Math.abs(poolCtr(evidence, iteration)! - truth.poolCtr) / error).toBeLessThan(4)
      ctrs.push(truth.poolCtr)
      const mix = [0.75, 0.375, 0, 0][iteration]!
      expect(visits.relevances!.get('i0')).toBeCloseTo(mix * 9 + (1 - mix) * 2, 12)
    }
    expect(ctrs[0]! - ctrs[1]!).toBeCloseTo(ctrs[1]! - ctrs[2]!, 12)
    expect(ctrs[3]).toBe(ctrs[2])
  })

  test('without late clicks, what is reported is all that there will be', async () => {
    const { lateClicks: _, ...punctual } = all
    for (const [iteration, outcomes] of (await runOf(audienceWith(punctual), 3)).entries()) {
      expect(foldOutcomes(NO_EVIDENCE, outcomes).iterations).toEqual(
        new Map([[iteration, { interactions: 4000, clicked: expect.any(Number) }]]),
      )
    }
  })

  test('refuses a wrong behaviour at once, and a slate of another size when it comes', async () => {
    expect(() => audienceWith({ lateClicks: 2 })).toThrow('behaviour.lateClicks: 2')
    const audience = audienceWith({ slotEffects: [1, 0.5] })
    const message = 'the slate has 3 places; give 3 numbers'
    await expect(audience.visit(stateOf(0), SETTINGS, randomStream(1))).rejects.toThrow(message)
    await expect(audience.expected(stateOf(0), 3)).rejects.toThrow(message)
  })
})

describe('late clicks', () => {
  const audience = () => audienceWith({ lateClicks: 0.5 })

  test('come with the iteration that they belong to, until all have come', async () => {
    const told = await runOf(audience(), 40)
    let evidence: Evidence = NO_EVIDENCE
    const early: number[] = []
    for (const [iteration, outcomes] of told.entries()) {
      evidence = foldOutcomes(evidence, outcomes)
      early.push(evidence.iterations.get(iteration)!.interactions)
    }
    const first = evidence.iterations.get(0)!
    expect(first.interactions).toBe(4000)
    const truth = (await audience().expected(stateOf(0), 3)).poolCtr
    const score = (count: number, tries: number, chance: number) =>
      Math.abs(count - tries * chance) / Math.sqrt(tries * chance * (1 - chance))
    expect(score(first.clicked, 4000, truth)).toBeLessThan(4)
    // At first, half of the clicked visits are missing.
    for (const interactions of early) {
      expect(score(4000 - interactions, 4000, truth / 2)).toBeLessThan(4)
    }
  })

  test('count for an item that has left, over its life only', async () => {
    const one = audience()
    const before = await one.visit(stateOf(0), SETTINGS, randomStream(1))
    const state = { ...stateOf(1), poolIds: ['i1', 'i2', 'i3', 'i4'] }
    const after = await one.visit(state, SETTINGS, randomStream(2))
    const late = after.outcomes.filter(({ iteration }) => iteration === 0)
    expect(late.some(({ itemIds }) => itemIds.includes('i0'))).toBe(true)
    const known = foldOutcomes(NO_EVIDENCE, before.outcomes).items.get('i0')!
    const evidence = foldOutcomes(foldOutcomes(NO_EVIDENCE, before.outcomes), after.outcomes)
    const item = evidence.items.get('i0')!
    expect(item.life.clicks).toBeGreaterThan(known.life.clicks)
    expect(item.lastIteration).toBe(0)
    expect(evidence.items.get('i1')!.last.impressions).toBeLessThan(
      evidence.items.get('i1')!.life.impressions,
    )
  })

  test('come also when there is nothing left to show', async () => {
    const one = audience()
    await one.visit(stateOf(0), SETTINGS, randomStream(1))
    const { outcomes } = await one.visit({ ...stateOf(1), poolIds: [] }, SETTINGS, randomStream(2))
    expect(outcomes.filter(({ iteration }) => iteration === 0).length).toBeGreaterThan(0)
    expect(foldOutcomes(NO_EVIDENCE, outcomes).iterations.get(1)).toEqual({ interactions: 4000, clicked: 0 })
  })
})
