import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameSubject, sharedSubject, subjectWords } from './subject.ts'

describe('subjectWords', () => {
  test.each([
    ['How noisy is a kettle?', 'Kettles', ['noisi']],
    ['Which kettles have washable filters?', 'Kettle', ['washabl', 'filter']],
    ['What is it?', 'Kettles', []],
    ['Is the handle handled by handling?', 'Kettles', ['handl']],
    ['Do batteries cost more than a battery?', 'Kettles', ['batteri', 'cost']],
    ['', 'Kettles', []],
  ])('%j about %s', (text, topic, wanted) => {
    expect([...subjectWords(text, topic)].sort()).toEqual([...wanted].sort())
  })
})

test.each([
  ['glass', 'glasses'],
  ['speed', 'speeds'],
  ['string', 'strings'],
  ['price', 'prices', 'priced'],
  ['battery', 'batteries'],
  ['clean', 'cleaning', 'cleaned'],
  ['bake', 'baking', 'baked'],
  ['feed', 'feeding'],
  ['lens', 'lenses'],
  ['recycle', 'recycled', 'recycling'],
])('the forms of a word are one subject: %s', (...forms) => {
  const stems = forms.map((form) => [...subjectWords(form, 'Kettles')])
  expect(new Set(stems.flat()).size).toBe(1)
})

test('sharedSubject is the shared part of all subject words', () => {
  expect(sharedSubject('steel lid', 'steel cord', 'Kettles')).toBeCloseTo(1 / 3)
  expect(sharedSubject('steel lid', 'lids of steel', 'Kettles')).toBe(1)
  expect(sharedSubject('What is it?', 'What is it?', 'Kettles')).toBe(0)
})

describe('sameSubject', () => {
  test.each([
    ['Is a kettle noisy?', 'Which kettle is noisy at night?', true],
    ['How often should filters be cleaned?', 'Is the filter easy to clean?', true],
    ['How much does it cost to run?', 'Who makes steel kettles?', false],
    ['Is a kettle good?', 'Which kettle is better?', false],
    ['What is it?', 'What is it?', false],
  ])('%s / %s: %s', (a, b, wanted) => {
    expect(sameSubject(a, b, 'Kettles')).toBe(wanted)
  })

  test('does not depend on the order, and a text with a subject shares it with itself', () => {
    fc.assert(
      fc.property(fc.lorem({ maxCount: 8 }), fc.lorem({ maxCount: 8 }), (a, b) => {
        expect(sameSubject(a, b, 'Kettles')).toBe(sameSubject(b, a, 'Kettles'))
        expect(sameSubject(a, a, 'Kettles')).toBe(subjectWords(a, 'Kettles').size > 0)
      }),
      { seed: 6, numRuns: 200 },
    )
  })
})
