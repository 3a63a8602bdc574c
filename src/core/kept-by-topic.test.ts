import { expect, test } from 'vitest'
import { keptByTopic } from './kept-by-topic.ts'

test('works each text out once a topic, and keeps topics apart', () => {
  const made: string[] = []
  const kept = keptByTopic((text, topic) => {
    made.push(`${topic}/${text}`)
    return { both: `${topic}/${text}` }
  })
  expect([kept('a', 'x').both, kept('a', 'y').both, kept('b', 'x').both]).toEqual(['x/a', 'y/a', 'x/b'])
  expect(kept('a', 'x')).toBe(kept('a', 'x'))
  expect(made).toEqual(['x/a', 'y/a', 'x/b'])
})

test('forgets the oldest text and topic, and still answers rightly', () => {
  let made = 0
  const kept = keptByTopic((text, topic) => {
    made++
    return { both: `${topic}/${text}` }
  })
  const texts = Array.from({ length: 5000 }, (_, index) => String(index))
  for (const text of texts) kept(text, 'x')
  expect(made).toBe(5000)
  expect(kept('4999', 'x').both).toBe('x/4999')
  expect(made).toBe(5000)
  expect(kept('0', 'x').both).toBe('x/0')
  expect(made).toBe(5001)
  for (const topic of texts.slice(0, 100)) kept('a', topic)
  expect(kept('4999', 'x').both).toBe('x/4999')
  expect(made).toBe(5102)
})
