import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RelevanceQuery, RelevanceScorer } from '../ports/relevance-scorer.ts'

const PERSONA = { key: 'price', name: 'Price', description: 'People who look at the price.', examples: [] }
const CONTEXT = { key: 'c', task: 'shopping-question', topic: 'Rice Cookers' }
const QUERIES: readonly RelevanceQuery[] = [
  'Is a rice cooker cheap to run?',
  'Which rice cooker brand do people trust after many years of daily use at home?',
  'Is a rice cooker made of steel?',
].map((text) => ({ text, persona: PERSONA, context: CONTEXT }))

/** What every relevance scorer must keep to. Call it at the top level of a test file. */
export function relevanceScorerConformance(
  name: string,
  create: () => RelevanceScorer | Promise<RelevanceScorer>,
): void {
  describe(`${name} as a relevance scorer`, () => {
    let scorer: RelevanceScorer
    beforeAll(async () => {
      scorer = await create()
    })
    afterAll(() => scorer.close())

    test('gives one relevance in [1, 10] for each query', async () => {
      const results = await scorer.score(QUERIES)
      expect(results).toHaveLength(QUERIES.length)
      for (const result of results) {
        expect(result.kind).toBe('scored')
        if (result.kind !== 'scored') continue
        expect(result.relevance).toBeGreaterThanOrEqual(1)
        expect(result.relevance).toBeLessThanOrEqual(10)
      }
    })

    test('keeps the order: each result is that of its query alone', async () => {
      const together = await scorer.score(QUERIES)
      const reversed = await scorer.score([...QUERIES].reverse())
      expect(reversed.reverse()).toEqual(together)
      for (const [index, query] of QUERIES.entries()) {
        expect(await scorer.score([query])).toEqual([together[index]])
      }
      expect(new Set(together.map((result) => JSON.stringify(result))).size).toBeGreaterThan(1)
    })

    test('answers the same when asked twice, also within a batch', async () => {
      const [first, second] = QUERIES as [RelevanceQuery, RelevanceQuery]
      const [one, two, again] = await scorer.score([first, second, first])
      expect(again).toEqual(one)
      expect(await scorer.score([first, second])).toEqual([one, two])
    })

    test('answers an empty batch with nothing', async () => {
      expect(await scorer.score([])).toEqual([])
    })

    test('stays in range whatever the text and the persona', async () => {
      const odd = ['', '\u0000', '漢字', '\ud800', 'word '.repeat(3000)]
      const persona = { key: 'p', name: '', description: '?', examples: ['', 'x'] }
      for (const result of await scorer.score(odd.map((text) => ({ text, persona, context: CONTEXT })))) {
        if (result.kind === 'scored') {
          expect(result.relevance).toBeGreaterThanOrEqual(1)
          expect(result.relevance).toBeLessThanOrEqual(10)
        }
      }
    })

    test('stops when aborted before it begins', async () => {
      const reason = new Error('enough')
      await expect(scorer.score(QUERIES, AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })
}
