import { expect, test } from 'vitest'
import { neutralText } from './neutral-text.ts'

test.each([
  ['Is a rice cooker durable?', 'Rice Cookers', 'Is it durable?'],
  ['What do vacuum cleaners cost?', 'Vacuums', 'What do it cost?'],
  ['Does the cookware set rust?', 'Cookware Sets', 'Does it rust?'],
  ['Are racks, shelves and drawers sturdy?', 'Racks, Shelves & Drawers', 'Are it sturdy?'],
  ["What is Banksy's real name?", 'Banksy', "What is it's real name?"],
  ['Who was involved?', 'Stoicism', 'Who was involved?'],
  ['', 'Drills', ''],
])('%s about %s', (text, topic, expected) => {
  expect(neutralText(text, topic, 'it')).toBe(expected)
})

test('mentions apart are replaced each', () => {
  expect(neutralText('Is a drill better than a hand drill?', 'Drills', 'it')).toBe(
    'Is it better than a hand it?',
  )
})
