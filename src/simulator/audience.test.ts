import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { foldOutcomes, NO_EVIDENCE, poolCtr } from '../core/evidence.ts'
import type { PoolState } from '../core/item-pool.ts'
import type { Population } from '../core/persona.ts'
import { randomStream } from '../core/random.ts'
import type { RelevanceQuery, RelevanceResult, RelevanceScorer } from '../ports/relevance-scorer.ts'
import { simulatedAudience } from './audience.ts'

const price = { key: 'price', name: 'Price', description: 'Wants it cheap.', examples: [] }
const quality = { key: 'quality', name: 'Quality', description: 'Wants it to last.', examples: [] }
const population: Population = {
  personas: [
    { persona: price, weight: 3 },
    { persona: quality, weight: 1 },
  ],
  choiceTemperature: 1.5,
  noClickScore: 11,
}
const visitSettings = { slateSize: 3, interactionsPerIteration: 5000 }

function stateOf(texts: readonly string[], iteration = 0): PoolState {
  const history = texts.map((text, index) => ({
    id: `i${index}`,
    text,
    mode: 'seed' as const,
    parents: [],
    bornAt: 0,
    writtenBy: 'test',
    promptVersion: 'test@1',
  }))
  const context = { key: 'shopping-question/kettles', task: 'shopping-question', topic: 'Kettles' }
  return { context, iteration, history, poolIds: history.map((item) => item.id), evidence: NO_EVIDENCE }
}

/** Relevance is the number in the text, for quality one more; a text with `?` is rejected. */
function numberScorer(
  result?: (query: RelevanceQuery) => RelevanceResult,
): RelevanceScorer & { asked: string[] } {
  const asked: string[] = []
  return {
    name: 'numbers',
    asked,
    async score(queries, signal) {
      signal?.throwIfAborted()
      return queries.map((query) => {
        asked.push(`${query.persona.key} ${query.text}`)
        if (result !== undefined) return result(query)
        if (query.text.includes('?')) return { kind: 'rejected' as const, reason: 'unreadable' }
        const relevance = Number(query.text) + (query.persona.key === 'quality' ? 1 : 0)
        return { kind: 'scored' as const, relevance }
      })
    },
    async close() {},
  }
}

describe('simulated audience', () => {
  test('visits meet the closed form, and relevance is the mean by weight', async () => {
    const audience = simulatedAudience({ population, scorer: numberScorer() })
    const state = stateOf(['9', '7', '5', '3', '8'], 4)
    const { outcomes, relevances } = await audience.visit(
      state,
      { slateSize: 3, interactionsPerIteration: 1_000_000 },
      randomStream(1),
    )
    const evidence = foldOutcomes(NO_EVIDENCE, outcomes)
    const expected = await audience.expected(state, 3)
    expect(outcomes).toHaveLength(10)
    expect(Math.abs(poolCtr(evidence, 4)! - expected.poolCtr)).toBeLessThan(0.002)
    expect(evidence.iterations.get(4)?.interactions).toBe(1_000_000)
    for (const [item, id] of state.poolIds.entries()) {
      const { clicks, impressions } = evidence.items.get(id)!.life
      expect(Math.abs(clicks / impressions - expected.itemCtrs[item]!)).toBeLessThan(0.003)
    }
    expect([...relevances!]).toEqual([
      ['i0', 9.25],
      ['i1', 7.25],
      ['i2', 5.25],
      ['i3', 3.25],
      ['i4', 8.25],
    ])
    expect(audience.name).toBe('price+quality')
  })

  test('asks for each text and persona once, also when it comes back or stands twice', async () => {
    const scorer = numberScorer()
    const audience = simulatedAudience({ name: 'both', population, scorer })
    await audience.visit(stateOf(['1', '2', '2']), visitSettings, randomStream(1))
    await audience.visit(stateOf(['2', '3', '1'], 1), visitSettings, randomStream(2))
    expect(scorer.asked).toEqual(['price 1', 'price 2', 'quality 1', 'quality 2', 'price 3', 'quality 3'])
    expect(audience.name).toBe('both')
  })

  test('the same pool, scores and seed give the same outcomes', async () => {
    const visit = () => {
      const audience = simulatedAudience({ population, scorer: numberScorer() })
      return audience.visit(stateOf(['4', '5', '6', '7']), visitSettings, randomStream(3))
    }
    expect(await visit()).toEqual(await visit())
  })

  test('only live items are shown', async () => {
    const audience = simulatedAudience({ population, scorer: numberScorer() })
    const state = { ...stateOf(['4', '5', '6', '7']), poolIds: ['i1', 'i2', 'i3'] }
    const { outcomes } = await audience.visit(state, visitSettings, randomStream(1))
    expect(outcomes.map((outcome) => outcome.itemIds)).toEqual([['i1', 'i2', 'i3']])
  })

  test('a pool smaller than a slate is shown whole; an empty one gets visits without a click', async () => {
    const audience = simulatedAudience({ population, scorer: numberScorer() })
    const small = await audience.visit(stateOf(['4', '5']), visitSettings, randomStream(1))
    expect(small.outcomes.map((outcome) => outcome.itemIds)).toEqual([['i0', 'i1']])
    const empty = await audience.visit(stateOf([]), visitSettings, randomStream(1))
    expect(poolCtr(foldOutcomes(NO_EVIDENCE, empty.outcomes), 0)).toBe(0)
  })

  test('a rejected text counts as 1 and is told once', async () => {
    const told: string[] = []
    const audience = simulatedAudience({
      population,
      scorer: numberScorer(),
      onRejected: ({ text, persona, reason }) => told.push(`${persona.key}: ${text}: ${reason}`),
    })
    const first = await audience.visit(stateOf(['5', '?']), visitSettings, randomStream(1))
    await audience.visit(stateOf(['5', '?'], 1), visitSettings, randomStream(1))
    expect(first.relevances?.get('i1')).toBe(1)
    expect(told).toEqual(['price: ?: unreadable', 'quality: ?: unreadable'])
  })

  test('a scorer that breaks its contract is named', async () => {
    const far = numberScorer(() => ({ kind: 'scored', relevance: 11 }))
    const silent = { ...numberScorer(), score: async () => [] }
    for (const [scorer, message] of [
      [far, 'scorer numbers: relevance 11 for "4"; it must be from 1 to 10'],
      [silent, 'scorer numbers: 2 texts gave 0 results; it must give one each'],
    ] as const) {
      const audience = simulatedAudience({ population, scorer })
      await expect(audience.visit(stateOf(['4']), visitSettings, randomStream(1))).rejects.toThrow(message)
    }
  })

  test('an abort reaches the scorer', async () => {
    const audience = simulatedAudience({ population, scorer: numberScorer() })
    const signal = AbortSignal.abort(new Error('stopped'))
    await expect(audience.visit(stateOf(['4']), visitSettings, randomStream(1), signal)).rejects.toThrow(
      'stopped',
    )
  })

  test.each<[string, Partial<Population>, string]>([
    ['no persona', { personas: [] }, 'personas: []: give at least one persona'],
    ['weight 0', { personas: [{ persona: price, weight: 0 }] }, 'weight of price: 0: give a number above 0'],
    [
      'a persona twice',
      { personas: [population.personas[0]!, population.personas[0]!] },
      'personas: "price": give each persona once',
    ],
    ['T = 0', { choiceTemperature: 0 }, 'choiceTemperature: 0: give a number above 0'],
    ['no RS', { noClickScore: Number.NaN }, 'noClickScore: NaN: give a number'],
  ])('refuses a population with %s', (_, wrong, message) => {
    const make = () => simulatedAudience({ population: { ...population, ...wrong }, scorer: numberScorer() })
    expect(make).toThrow(InputError)
    expect(make).toThrow(message)
  })
})
