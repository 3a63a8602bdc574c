import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkCharacters, checkEmpty, checkWordLimits } from './size.ts'
import { wordCount } from './word-count.ts'

test.each([
  ['Is this vacuum loud?', 4],
  ["Don't energy-efficient vacuums cost 3.5 times more?", 7],
  ['AT&T or T-Mobile', 3],
  ['rain—snow/hail', 3],
  ['what-is-the-price-of-a-vacuum', 7],
  ['哪种吸尘器比较安静？', 5],
  ['?! ...', 0],
  ['', 0],
])('wordCount: %s', (text, expected) => {
  expect(wordCount(text)).toBe(expected)
})

const words = (count: number) => Array.from({ length: count }, (_, index) => `word${index}`).join(' ')

test('word limits are those of the task, ends included', () => {
  expect(reasonOf(checkWordLimits, words(3))).toBe('too-short')
  expect(reasonOf(checkWordLimits, words(4))).toBeNull()
  expect(reasonOf(checkWordLimits, words(15))).toBeNull()
  expect(reasonOf(checkWordLimits, words(16))).toBe('too-long')
  expect(reasonOf(checkWordLimits, words(7), { constraints: { wordsMax: 6 } })).toBe('too-long')
})

test('far too many characters are refused by their number', () => {
  expect(reasonOf(checkCharacters, 'a'.repeat(376))).toBe('too-long')
  expect(reasonOf(checkCharacters, 'a'.repeat(375))).toBeNull()
})

test.each(['', '   ', '?!', '\u200b', '🎧'])('nothing to read: %j', (text) => {
  expect(reasonOf(checkEmpty, text)).toBe('empty')
})
