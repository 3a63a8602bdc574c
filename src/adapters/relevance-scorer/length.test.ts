import { expect, test } from 'vitest'
import { relevanceScorerConformance } from '../../testing/relevance-scorer-conformance.ts'
import { characterCountScorer, wordCountScorer } from './length.ts'

relevanceScorerConformance('words', wordCountScorer)
relevanceScorerConformance('characters', characterCountScorer)

const persona = { key: 'p', name: 'P', description: 'Anybody.', examples: [] }
const context = { key: 'c', task: 'shopping-question', topic: 'Drills' }
const relevance = async (scorer: ReturnType<typeof wordCountScorer>, text: string) => {
  const [result] = await scorer.score([{ text, persona, context }])
  return result?.kind === 'scored' ? result.relevance : Number.NaN
}

test.each([
  [0, 1],
  [4, 1],
  [5, 1 + 9 / 11],
  [15, 10],
  [40, 10],
])('%i words give %f', async (words, expected) => {
  expect(await relevance(wordCountScorer(), ` ${Array(words).fill('word').join('  ')} `)).toBeCloseTo(
    expected,
    12,
  )
})

test.each([
  [0, 1],
  [20, 1],
  [31, 2.8],
  [75, 10],
  [200, 10],
])('%i characters give %f', async (characters, expected) => {
  expect(await relevance(characterCountScorer(), '🙂'.repeat(characters))).toBeCloseTo(expected, 12)
})
