import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAnswer } from './parse.ts'
import type { Prompt } from './prompt.ts'

const chat = { rendering: 'chat', count: 2 } as unknown as Prompt
const completion = { rendering: 'completion' } as unknown as Prompt

test('a completion is one candidate, trimmed, with its log-probability', () => {
  expect(parseAnswer(completion, { text: ' Is it loud? ', meanLogProbability: -0.5 })).toEqual({
    kind: 'candidates',
    candidates: [{ text: 'Is it loud?', meanLogProbability: -0.5 }],
  })
})

test.each([
  ['{"items":["A?","B?"]}', ['A?', 'B?']],
  ['```json\n{"items":["A?"]}\n```', ['A?']],
  ['{"items":["A?","B?","C?"]}', ['A?', 'B?']],
  ['{"items":["A?",7,null]}', ['A?']],
])('reads %s', (text, texts) => {
  const parsed = parseAnswer(chat, { text })
  expect(parsed.kind === 'candidates' && parsed.candidates.map((candidate) => candidate.text)).toEqual(texts)
})

test.each([
  '',
  'Sure! Here they are',
  '{"items":["A?"',
  '[]',
  'null',
  '{"items":"A?"}',
  '{"items":[]}',
  '{"items":[1]}',
])('says what is wrong with %s', (text) => {
  expect(parseAnswer(chat, { text })).toMatchObject({
    kind: 'unreadable',
    detail: expect.stringMatching(/\w/),
  })
})

test('whatever a model says is parsed or unreadable, never an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
      expect(['candidates', 'unreadable']).toContain(parseAnswer(chat, { text }).kind)
    }),
    { seed: 5, numRuns: 500 },
  )
})
