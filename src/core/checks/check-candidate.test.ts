import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkInput, type InputChanges } from '../../../test/check-fixture.ts'
import type { RefusalReason } from './check.ts'
import { CHECKS, checkCandidate } from './check-candidate.ts'
import { wordCount } from './word-count.ts'

const reason = (text: string, changes: InputChanges = {}): RefusalReason | null =>
  checkCandidate({ text }, checkInput(changes))?.reason ?? null

const settings = { seed: 20, numRuns: 1500 }
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string())
const word = fc.constantFrom(
  ...'is a the vacuum vacuums loud best where price < {{ ** \n \u202e \u200b ? ! coffee https://x.y 12 é Ж 吸 than'.split(
    ' ',
  ),
)
/** Texts made of what the checks look for, so that rules meet each other. */
const nearText = fc.array(word, { maxLength: 24 }).map((words) => words.join(' '))

describe('checkCandidate', () => {
  test('a natural question passes', () => {
    expect(reason('Is a vacuum loud at night?')).toBeNull()
    expect(reason('Is a vacuum loud at night?', { earlier: ['How much does a vacuum cost?'] })).toBeNull()
  })

  test.each<[RefusalReason, string]>([
    ['empty', '?'],
    ['multi-line', 'Is a vacuum\nloud at night?'],
    ['control-characters', 'Is a vac\u200buum loud at night?'],
    ['markup', 'Is a **vacuum** loud at night?'],
    ['too-long', `Is a vacuum loud ${'at night or '.repeat(6)} day?`],
    ['too-long', 'Is a vacuum loud? '.repeat(6000)],
    ['too-short', 'Vacuum?'],
    ['ending', 'A vacuum is loud at night.'],
    ['banned-word', 'What is the best vacuum?'],
    ['not-language', 'Is a vacuum qwrtpsdfg loud?'],
    ['off-topic', 'Is a telescope loud at night?'],
    ['repeats-itself', 'Is a vacuum cleaner better than a vacuum cleaner?'],
    ['few-shot-leak', 'Can a vacuum make coffee?'],
    ['duplicate', 'how much does the vacuum cost?'],
    ['near-duplicate', 'What is the price of a vacuum?'],
  ])('%s: %s', (expected, text) => {
    expect(reason(text, { earlier: ['How much does a vacuum cost?'] })).toBe(expected)
  })

  test('not-fluent', () => {
    const candidate = { text: 'Is a vacuum loud at night?', meanLogProbability: -3 }
    expect(checkCandidate(candidate, checkInput())?.reason).toBe('not-fluent')
  })

  test('the size is judged before anything else reads the text', () => {
    expect(CHECKS[0]?.reason).toBe('too-long')
    for (const text of ['<'.repeat(1e5), 'a '.repeat(5e4), '['.repeat(1e5), '\u0301'.repeat(1e5)]) {
      expect(reason(text)).toBe('too-long')
    }
  })
})

test('what was said of a text holds for its task and context only, and never for other earlier texts', () => {
  const text = 'Is a vacuum loud at night?'
  const input = checkInput()
  const strict = checkInput({ constraints: { bannedWords: ['loud'] } }).task
  const said = () => [
    checkCandidate({ text }, input)?.reason,
    checkCandidate({ text }, { ...input, task: strict })?.reason,
    checkCandidate({ text }, { ...input, context: checkInput({ topic: 'Telescopes' }).context })?.reason,
    checkCandidate({ text }, { ...input, earlier: [{ id: 'i0', text }] })?.reason,
    checkCandidate({ text, meanLogProbability: -9 }, input)?.reason,
  ]
  const first = said()
  expect(first).toEqual([undefined, 'banned-word', 'off-topic', 'duplicate', 'not-fluent'])
  expect(said()).toEqual(first)
})

describe('whatever the texts hold', () => {
  test('nothing throws, and what is refused says why', () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, anyText, (text, topic, earlier, shotTopic) => {
        const shots = [{ topic: shotTopic, items: [earlier] }]
        const refusal = checkCandidate(
          { text },
          checkInput({ topic, article: earlier, earlier: [earlier], shots, brief: shotTopic }),
        )
        if (refusal !== null) expect(refusal.detail).not.toBe('')
        for (const { check } of CHECKS) check({ text }, checkInput({ topic, shots, earlier: [earlier] }))
      }),
      settings,
    )
  })

  test('what passes is one clean line within the word limit', () => {
    const texts = fc.oneof(
      anyText,
      nearText,
      nearText.map((text) => `Is a vacuum ${text}?`),
    )
    let passed = 0
    fc.assert(
      fc.property(texts, (text) => {
        if (reason(text, { constraints: { wordsMin: 1 } }) !== null) return
        passed++
        expect(wordCount(text)).toBeLessThanOrEqual(15)
        expect(text).not.toMatch(
          /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u,
        )
        expect(text).not.toMatch(/<[a-z/!]|\*\*|`|[{}]|:\/\//i)
        expect(text.toLowerCase()).not.toMatch(/\b(?:best|where|coffee)\b/)
        expect(text.toLowerCase()).toContain('vacuum')
      }),
      { ...settings, numRuns: 4000 },
    )
    // The property says nothing when nothing passes.
    expect(passed).toBeGreaterThan(5)
  })

  test('case and punctuation do not make a refused text pass', () => {
    const refused = fc.constantFrom(
      'What is the best vacuum?',
      'Can a vacuum make coffee?',
      'How much does a vacuum cost?',
      'What is the price of a vacuum?',
      'Is a vacuum cleaner better than a vacuum cleaner?',
      'Is a telescope loud at night?',
    )
    const signs = fc.array(fc.constantFrom('!', '?', '.', ',', '"', '…', '-', "'", '(', ')', ' '), {
      maxLength: 5,
    })
    const places = fc.array(fc.nat(60), { maxLength: 5 })
    const capitals = fc.array(fc.boolean(), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(refused, capitals, signs, places, (text, upper, added, at) => {
        let changed = [...text]
          .map((letter, index) => (upper[index] ? letter.toUpperCase() : letter))
          .join('')
        // Signs go between words, where they do not change which words there are.
        const words = changed.split(' ')
        added.forEach((sign, index) => {
          const place = (at[index] ?? 0) % words.length
          words[place] += sign === "'" ? ' ' : sign
        })
        changed = words.join(' ')
        expect(reason(`${changed}?`, { earlier: ['How much does a vacuum cost?'] }), changed).not.toBeNull()
        expect(reason(changed, { earlier: ['How much does a vacuum cost?'] }), changed).not.toBeNull()
      }),
      settings,
    )
  })

  test('patterns stay linear: no check hangs on the longest text that is read', () => {
    const nasty = [
      '<',
      '*a',
      '_',
      '&a',
      '[',
      '(',
      'a@',
      'a.',
      '-a',
      '"',
      "a'",
      'how much do a ',
      'e\u0301',
      '\u200d',
      'ab ',
    ]
    const task = { constraints: { wordsMax: 1000, wordsMin: 0 } }
    for (const piece of nasty) {
      const text = piece.repeat(Math.floor(20_000 / piece.length))
      for (const { check } of CHECKS)
        check({ text }, checkInput({ ...task, earlier: [`${text}x`], topic: text }))
    }
  }, 5000)
})
