import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sameSubject, subjectWords } from './subject.ts'

describe('subjectWords', () => {
  test.each([
    ['How noisy is a kettle?', 'Kettles', ['noisy']],
    ['Which kettles have washable filters?', 'Kettle', ['washabl', 'filter']],
    ['What is it?', 'Kettles', []],
    ['Is the handle handled by handling?', 'Kettles', ['handl']],
    ['Do batteries cost more than a battery?', 'Kettles', ['battery', 'cost']],
    ['', 'Kettles', []],
  ])('%j about %s', (text, topic, wanted) => {
    expect([...subjectWords(text, topic)].sort()).toEqual([...wanted].sort())
  })
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
