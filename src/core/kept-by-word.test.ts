import { expect, test } from 'vitest'
import { keptByWord } from './kept-by-word.ts'

test('works a word out once, and again only when thousands of others came in between', () => {
  let made = 0
  const lengthOf = keptByWord((word) => {
    made++
    return { length: word.length }
  })
  expect(lengthOf('vacuum')).toBe(lengthOf('vacuum'))
  expect(made).toBe(1)
  for (let other = 0; other < 10_000; other++) lengthOf(`word${other}`)
  expect(lengthOf('vacuum')).toEqual({ length: 6 })
  expect(made).toBe(10_002)
})

test('does not keep what is too long to be a word', () => {
  let made = 0
  const lengthOf = keptByWord((word) => `${word.length} ${++made}`)
  const long = 'x'.repeat(100_000)
  expect([lengthOf(long), lengthOf(long)]).toEqual(['100000 1', '100000 2'])
})
