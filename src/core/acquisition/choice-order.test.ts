import { describe, expect, test } from 'vitest'
import { inChoiceOrder } from './choice-order.ts'
import { sameSubject, sharedSubject, subjectWords } from './subject.ts'

const followed = { itemId: 'i1', text: 'How much does a vacuum cost to repair?', ctr: 0.1 }
const candidates = [
  { text: 'Do vacuums have a cord?', meanLogProbability: -0.4 },
  { text: 'Is it expensive to repair a vacuum?', meanLogProbability: -1.1 },
  { text: 'How loud is a vacuum?', meanLogProbability: -0.7 },
]
const order = (request: Parameters<typeof inChoiceOrder>[1], earlier: string[] = []) =>
  inChoiceOrder(candidates, request, earlier, 'Vacuums').map(({ text }) =>
    candidates.findIndex((c) => c.text === text),
  )

test('fluent: the likeliest text first', () => {
  expect(order({ shown: [], parents: [] })).toEqual([0, 2, 1])
})

test('alike: what shares the subject of the followed item first', () => {
  expect(order({ shown: [followed], parents: ['i1'], choose: 'alike' })).toEqual([1, 0, 2])
})

test('alike without an item to follow falls back on fluency', () => {
  expect(order({ shown: [], parents: [], choose: 'alike' })).toEqual([0, 2, 1])
})

test('novel: what earlier items do not cover first, covered ones last', () => {
  expect(order({ shown: [], parents: [], choose: 'novel' }, ['Does the vacuum cord roll up?'])).toEqual([
    2, 1, 0,
  ])
})

test('candidates without log-probabilities keep the order of the model', () => {
  const plain = candidates.map(({ text }) => ({ text }))
  expect(inChoiceOrder(plain, { shown: [], parents: [] }, [], 'Vacuums')).toEqual(plain)
})

describe('subjects', () => {
  test('are what is left without frame and topic', () => {
    expect([...subjectWords('How much does a vacuum cleaner weigh?', 'Vacuum Cleaners')]).toEqual(['weigh'])
    expect(subjectWords('How do vacuums work?', 'Vacuums')).toEqual(new Set(['work']))
  })
  test('are shared by words, whatever their form', () => {
    expect(sameSubject('Are vacuums repaired for free?', 'Who repairs a vacuum?', 'Vacuums')).toBe(true)
    expect(sameSubject('Is a vacuum loud?', 'Who repairs a vacuum?', 'Vacuums')).toBe(false)
    expect(sharedSubject('Is it?', 'Is it?', 'Vacuums')).toBe(0)
  })
})
