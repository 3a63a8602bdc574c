import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkFewShotLeak } from './few-shot-leak.ts'

test.each([
  'How many cups does a coffee maker brew at once?',
  'how many cups does the coffee makers brew, at once',
  'Can a vacuum pick up coffee?',
  'Do these make noise?',
  'Is a vacuum quieter than a coffee-maker?',
])('refuses: %s', (text) => {
  expect(reasonOf(checkFewShotLeak, text)).toBe('few-shot-leak')
})

test.each([
  ['How much does a vacuum cost?', {}],
  ['Who is the maker of this vacuum?', {}],
  ['How many cups does a tea maker brew at once?', { topic: 'Tea makers' }],
  ['Is a coffee grinder loud?', { topic: 'Coffee Grinders' }],
  ['Is a coffee maker loud?', { topic: 'Coffee Makers' }],
  ['Why did the vacuum smell of coffee?', { article: 'He spilled his coffee over the vacuum.' }],
])('passes: %s', (text, changes) => {
  expect(reasonOf(checkFewShotLeak, text, changes)).toBeNull()
})

test('topics with pattern characters or nothing in them break nothing', () => {
  const shots = ['(a|b)*', '', '\\', '[', '🎧'].map((topic) => ({ topic, items: ['', '((('] }))
  expect(reasonOf(checkFewShotLeak, 'Is a vacuum loud?', { shots })).toBeNull()
})
