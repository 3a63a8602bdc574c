import fc from 'fast-check'
import { expect, test } from 'vitest'
import { jsonMistakeOffset } from './json-mistake.ts'

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test.each([
  ['{"a" 1}', 5],
  ['{"a": 1,}', 8],
  ['[1 2]', 3],
  ['[1, 2', 5],
  ['{"a": 01}', 7],
  ['key: value', 0],
  ['{"a": "b', 6],
  ['{} {}', 3],
  ['', 0],
  ["{'a': 1}", 1],
])('%s stops being JSON at %i', (text, offset) => {
  expect(jsonMistakeOffset(text)).toBe(offset)
})

test('finds a mistake exactly where the parser finds one', () => {
  const changed = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', ':', '[', '\\', '0', 'x', ' ', '\u0001'))
    .map(([json, place, added]) => {
      const at = place % (json.length + 1)
      return json.slice(0, at) + added + json.slice(at + (place % 2))
    })
  fc.assert(
    fc.property(changed, (text) => {
      expect(jsonMistakeOffset(text) === undefined).toBe(isJson(text))
    }),
    { seed: 7, numRuns: 2000 },
  )
})

test('texts of ten million characters are passed over, with and without escapes', () => {
  for (const part of ['x', '\\"']) {
    const text = `{"a":"${part.repeat(5_000_000)}" "b"}`
    expect(jsonMistakeOffset(text)).toBe(text.length - '"b"}'.length)
  }
})
