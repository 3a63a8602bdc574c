import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { repeatedKey } from './json-repeats.ts'
import { parsedJson } from './json-text.ts'

test('any value as it is written has no key twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
      expect(repeatedKey(JSON.stringify(value, undefined, space))).toBeUndefined()
    }),
    { seed: 5 },
  )
})

test.each([
  ['{"a":1,"b":2,"a":3}', 'a', 13],
  ['{"a":{"x":1},"b":[{"y":1, "y" : 2}]}', 'y', 26],
  ['{"a":1,"\\u0061":2}', 'a', 7],
  ['[{"a":"}{\\"a\\":"},{"k":1,"k":2}]', 'k', 25],
])('%s has one', (text, key, offset) => {
  expect(repeatedKey(text)).toEqual({ key, offset })
})

test('the same key in other objects is none, nor a text that looks like one', () => {
  expect(repeatedKey('[{"a":1},{"a":2},{"b":{"a":"a:"},"c":["a","a"]}]')).toBeUndefined()
})

test('a file says where', () => {
  const text = '{\n  "key": "one",\n  "key": "two"\n}\n'
  expect(() => parsedJson(new TextEncoder().encode(text), 'mine.json')).toThrow(InputError)
  expect(() => parsedJson(new TextEncoder().encode(text), 'mine.json')).toThrow(
    'mine.json, line 3, column 3: "key": this field is there twice in one object; remove one of them',
  )
})

test('texts of ten million characters are read', () => {
  for (const part of ['x', '\\"', '\\\\', '[{']) {
    expect(repeatedKey(`{"a":"${part.repeat(2_500_000)}","b":1,"a":2}`)?.key).toBe('a')
  }
})
