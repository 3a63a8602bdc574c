import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkBannedWords } from './banned-words.ts'

test.each([
  'What is the best vacuum?',
  'What is the BEST vacuum?',
  'What is the Bést vacuum?',
  "Where's my vacuum?",
  'What is the ｂｅｓｔ vacuum?',
  'What is the be\u200bst vacuum?',
  'What is the b\u00adest vacuum?',
  'What is the bеst vacuum?', // Cyrillic e
  'What is the ЬEST or βest vacuum?', // Greek beta
  'What is the b e s t vacuum?',
  'What is the b.e.s.t. vacuum?',
  'What is the b3st vacuum?',
  'What is the be$t vacuum?',
  'What is the 𝐛𝐞𝐬𝐭 vacuum?',
  'What is the be*st vacuum?',
  'What is the bes!t vacuum?',
  'What is the best-selling vacuum?',
  'What is the_best_vacuum?'.replaceAll('_', ' "'),
])('refuses: %s', (text) => {
  expect(reasonOf(checkBannedWords, text)).toBe('banned-word')
})

test.each([
  'Does a vacuum suit an asbestos roof?',
  'Can a vacuum be bested by a broom?',
  'Is a vacuum useful elsewhere, or nowhere?',
  'Is a b e d vacuum loud?',
])('passes: %s', (text) => {
  expect(reasonOf(checkBannedWords, text)).toBeNull()
})

test('several words are banned as a run', () => {
  const constraints = { bannedWords: ['click here'] }
  expect(reasonOf(checkBannedWords, 'Click  HERE for a vacuum', { constraints })).toBe('banned-word')
  expect(reasonOf(checkBannedWords, 'Click the vacuum here', { constraints })).toBeNull()
})

test('the name of the topic may hold one, the rest of the text may not', () => {
  const topic = 'Best Buy'
  expect(reasonOf(checkBannedWords, 'Is Best Buy cheap?', { topic })).toBeNull()
  expect(reasonOf(checkBannedWords, 'Is Best Buy the best shop?', { topic })).toBe('banned-word')
})
