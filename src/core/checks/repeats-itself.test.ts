import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkRepeatsItself } from './repeats-itself.ts'

test.each([
  'Is a vacuum cleaner better than a vacuum cleaner?',
  'Are vacuums better than a vacuum?',
  'How does a vacuum cleaner work with a vacuum cleaner?'.replace(' with', ' when'),
  'Is the the vacuum loud?',
  'Is a vacuum vacuum loud?',
  'Which vacuum vacuums what a vacuum can?',
  'What is a good vacuum what is a good one?',
  'Is it the one of the many of the few of the or the?',
  'How many vacuum cleaners does a vacuum cleaner have?',
  'Can an electric vacuum cleaner replace vacuums?',
  'What is the difference between a vacuum and a vacuum cleaner?',
])('refuses: %s', (text) => {
  expect(reasonOf(checkRepeatsItself, text)).toBe('repeats-itself')
})

test.each([
  'Is a cordless vacuum better than a corded vacuum?',
  'Is a vacuum with a bag better than a vacuum without a bag?',
  'Is a vacuum better than no vacuum?',
  'Is it better to rent a drill than to buy a drill?',
  'What is a telescope and how does a telescope work?',
  'Did he know that that was wrong?',
  'How did Duran Duran choose their name?',
  'Is one vacuum better than two vacuums?',
  'Do I need an upright vacuum or a canister vacuum?',
  'What is the difference between a wet vacuum and a vacuum?',
])('passes: %s', (text) => {
  expect(reasonOf(checkRepeatsItself, text)).toBeNull()
})
