import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkEnding } from './ending.ts'

const question = { constraints: { ending: 'question' } } as const
const statement = { constraints: { ending: 'statement' } } as const
const any = { constraints: { ending: 'any' } } as const

test.each([
  ['Is a vacuum loud?', question],
  ['Is it “loud?”', question],
  ['吸尘器吵吗？', question],
  ['هل المكنسة صاخبة؟', question],
  ['A loud vacuum wakes a town', statement],
  ['A loud vacuum.', statement],
  ['Who is Banksy?', any],
  ['The film everyone talks about', any],
])('passes: %s', (text, changes) => {
  expect(reasonOf(checkEnding, text, changes)).toBeNull()
})

test.each([
  ['Is a vacuum loud', question],
  ['Is a vacuum loud.', question],
  ['Is a vacuum loud? Yes', question],
  ['Is a vacuum loud??', question],
  ['Is a vacuum loud?!', question],
  ['Is a vacuum loud?', statement],
  ['A vacuum that wakes the', any],
  ['A vacuum, a dog and', statement],
  ['A vacuum,', any],
  ['Vacuums:', any],
])('refuses: %s', (text, changes) => {
  expect(reasonOf(checkEnding, text, changes)).toBe('ending')
})
