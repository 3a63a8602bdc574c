import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkLanguage } from './language.ts'

test.each([
  'Какой пылесос vacuum тише и дешевле?',
  '哪种 vacuum 比较安静？',
  'Is a vаcuum loud?', // Cyrillic a
  '#### %% vacuum 12 12 ???',
  '1 2 3 4 5 6 vacuum 7 8 9 10?',
  'Is a vacuum loooooud?',
  'Is a v̸̢̛̜͔u̵̢̧̟͇m̶̨̧̳̹ loud?',
  'Is a vacuum sdfghjkl loud?',
  'Bcd vacuum xkt wrt?',
  `Is a vacuum ${'la'.repeat(21)} loud?`,
  '¿Cuánto cuesta el vacuum para los perros?',
  'Wie laut ist der vacuum von Miele?',
])('refuses: %s', (text) => {
  expect(reasonOf(checkLanguage, text)).toBe('not-language')
})

test.each([
  ['Is a vacuum loud?', {}],
  ['Does HTML5 or RPG run on an LG TV?', {}],
  ['What did Евгений Замятин write about the vacuum before the war?', {}],
  ['How strong are the rhythms of Lengths?', {}],
  ['Какой пылесос тише?', { topic: 'Пылесосы' }],
  ['この炊飯器はいくらですか？', { topic: '炊飯器' }],
  ['Wie laut ist der Staubsauger von Miele?', { brief: 'Eine gute Frage ist kurz und nennt die Kategorie.' }],
])('passes: %s', (text, changes) => {
  expect(reasonOf(checkLanguage, text, changes)).toBeNull()
})
