import { expect, test } from 'vitest'
import { encoderConformance } from '../../testing/encoder-conformance.ts'
import { wordEncoder } from '../../testing/word-encoder.ts'
import { memoryKeptAnswers } from '../kept-answers/memory.ts'
import { keptEncoder } from './kept.ts'

encoderConformance('kept', () => keptEncoder(wordEncoder(), memoryKeptAnswers()))
encoderConformance('words', () => wordEncoder())

test('a text is asked for once, by whomever', async () => {
  const store = memoryKeptAnswers()
  const inner = wordEncoder()
  const expected = await wordEncoder().embed(['a', 'b', 'c'])
  expect(await keptEncoder(inner, store).embed(['a', 'b', 'a'])).toEqual([
    expected[0],
    expected[1],
    expected[0],
  ])
  expect(await keptEncoder(inner, store).embed(['c', 'b'])).toEqual([expected[2], expected[1]])
  expect(inner.asked).toEqual(['a', 'b', 'c'])
})

test('another fingerprint is another model', async () => {
  const store = memoryKeptAnswers()
  const inner = wordEncoder()
  await keptEncoder(inner, store).embed(['a'])
  await keptEncoder(inner, store, { fingerprint: 'x' }).embed(['a'])
  expect(inner.asked).toEqual(['a', 'a'])
})

test('what is kept but has another length is asked for again', async () => {
  const store = memoryKeptAnswers()
  const broken = { ...store, get: () => new Uint8Array(3) }
  const inner = wordEncoder()
  expect(await keptEncoder(inner, broken).embed(['a'])).toEqual(await wordEncoder().embed(['a']))
})
