import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkControlCharacters, checkOneLine } from './characters.ts'

test.each(['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'])('line end %j', (end) => {
  expect(reasonOf(checkOneLine, `Is a vacuum${end}loud?`)).toBe('multi-line')
  expect(reasonOf(checkOneLine, `Is a vacuum loud?${end}`)).toBe('multi-line')
})

test.each([
  ['null', '\0'],
  ['tab', '\t'],
  ['escape', '\x1b'],
  ['right-to-left override', '\u202e'],
  ['isolate', '\u2066'],
  ['left-to-right mark', '\u200e'],
  ['zero-width space', '\u200b'],
  ['zero-width joiner between Latin letters', '\u200d'],
  ['zero-width no-break space', '\ufeff'],
  ['soft hyphen', '\u00ad'],
  ['word joiner', '\u2060'],
  ['tag letter', '\u{e0041}'],
  ['variation selector 17', '\u{e0100}'],
  ['private use', '\ue000'],
  ['unassigned', '\u0378'],
  ['half of a pair', '\ud800'],
  ['Hangul filler', '\u3164'],
  ['replacement character', '\ufffd'],
  ['em space', '\u2003'],
])('%s', (_, character) => {
  expect(reasonOf(checkControlCharacters, `Is a vac${character}uum loud?`)).toBe('control-characters')
})

test.each([
  'Is a café’s vacuum – really – “loud”?',
  'Est-ce un aspirateur bruyant\u00a0?',
  'آیا این جارو برقی را می\u200cخرید؟',
  'Is this 👩\u200d🔬 vacuum ❤\ufe0f loud?',
])('passes: %s', (text) => {
  expect(reasonOf(checkControlCharacters, text)).toBeNull()
})
