import { expect, test } from 'vitest'
import type { RelevanceQuery, RelevanceResult, RelevanceScorer } from '../../ports/relevance-scorer.ts'
import { relevanceScorerConformance } from '../../testing/relevance-scorer-conformance.ts'
import { memoryKeptAnswers } from '../kept-answers/memory.ts'
import { keptScorer } from './kept.ts'
import { wordCountScorer } from './length.ts'

relevanceScorerConformance('kept', () => keptScorer(wordCountScorer(), memoryKeptAnswers()))

const persona = { key: 'p', name: 'P', description: 'D', examples: ['e'] }
const context = { key: 'c', task: 't', topic: 'Drills' }
const query: RelevanceQuery = { text: 'a', persona, context }

function countingScorer(answer: RelevanceResult = { kind: 'scored', relevance: 3.25 }) {
  const asked: RelevanceQuery[] = []
  const scorer: RelevanceScorer = {
    name: 'counting',
    async score(queries) {
      asked.push(...queries)
      return queries.map(() => answer)
    },
    async close() {},
  }
  return { scorer, asked }
}

test('a question is asked once, by whomever', async () => {
  const store = memoryKeptAnswers()
  const { scorer, asked } = countingScorer()
  const three = { kind: 'scored', relevance: 3.25 }
  expect(await keptScorer(scorer, store).score([query, query])).toEqual([three, three])
  expect(await keptScorer(scorer, store).score([query])).toEqual([three])
  expect(asked).toHaveLength(1)
})

test.each<[string, RelevanceQuery]>([
  ['text', { ...query, text: 'b' }],
  ['description', { ...query, persona: { ...persona, description: 'E' } }],
  ['examples', { ...query, persona: { ...persona, examples: [] } }],
  ['topic', { ...query, context: { ...context, topic: 'Saws' } }],
  ['article', { ...query, context: { ...context, article: '' } }],
])('another %s is another question', async (_, other) => {
  const { scorer, asked } = countingScorer()
  const kept = keptScorer(scorer, memoryKeptAnswers())
  await kept.score([query])
  await kept.score([other])
  expect(asked).toHaveLength(2)
})

test('another version asks again; another name of the persona does not', async () => {
  const store = memoryKeptAnswers()
  const { scorer, asked } = countingScorer()
  await keptScorer({ ...scorer, version: '1' }, store).score([query])
  await keptScorer({ ...scorer, version: '2' }, store).score([query])
  expect(asked).toHaveLength(2)
  await keptScorer({ ...scorer, version: '2' }, store).score([
    { ...query, persona: { ...persona, name: 'Q' } },
  ])
  expect(asked).toHaveLength(2)
})

test('rejections and what cannot be read are asked again', async () => {
  const rejecting = countingScorer({ kind: 'rejected', reason: 'no' })
  const kept = keptScorer(rejecting.scorer, memoryKeptAnswers())
  await kept.score([query])
  await kept.score([query])
  expect(rejecting.asked).toHaveLength(2)
  const { scorer, asked } = countingScorer()
  const broken = { ...memoryKeptAnswers(), get: () => Buffer.from('?') }
  expect(await keptScorer(scorer, broken).score([query])).toEqual([{ kind: 'scored', relevance: 3.25 }])
  expect(asked).toHaveLength(1)
})
