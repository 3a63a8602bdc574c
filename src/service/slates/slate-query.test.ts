import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { slateQuerySchema } from '../contract/slates.ts'
import { Problem } from '../problem.ts'
import { slateQuery } from './slate-query.ts'

const value = fc.oneof(
  fc.string({ maxLength: 12, unit: 'grapheme' }),
  fc.integer({ min: -5, max: 130 }).map(String),
  fc.constantFrom(
    '',
    ' ',
    '+',
    '%',
    '3.0',
    '1e1',
    '0x5',
    '03',
    ' 3',
    '3 ',
    '-0',
    'null',
    'x'.repeat(200),
    'x'.repeat(201),
  ),
)
const name = fc.constantFrom('size', 'visitor', 'task', 'topic', 'other')

it('reads what the contract says, and refuses what it refuses', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, value), { selector: ([one]) => one, maxLength: 5 }),
      (pairs) => {
        const url = `http://x/v1/contexts/a/slate?${new URLSearchParams(pairs)}`
        const said = slateQuerySchema.safeParse(Object.fromEntries(pairs))
        let read: unknown
        try {
          read = slateQuery(url)
        } catch (error) {
          expect(error).toBeInstanceOf(Problem)
        }
        if (!said.success) expect(read).toBeUndefined()
        else
          expect(read).toEqual({
            size: undefined,
            visitor: undefined,
            task: undefined,
            topic: undefined,
            ...said.data,
          })
      },
    ),
    { seed: 11, numRuns: 2000 },
  )
})

it('needs no query, takes the first of two, and passes over a fragment', () => {
  const nothing = { size: undefined, visitor: undefined, task: undefined, topic: undefined }
  expect(slateQuery('/v1/contexts/a/slate')).toEqual(nothing)
  expect(slateQuery('/v1/contexts/a/slate?')).toEqual(nothing)
  expect(slateQuery('/slate?size=2&size=3&visitor=a%26b#?size=4')).toEqual({
    ...nothing,
    size: 2,
    visitor: 'a&b',
  })
})
