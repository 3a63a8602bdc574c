import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { describeValue, ForageError, InputError } from './errors.ts'

describe('describeValue', () => {
  test.each<[unknown, string]>([
    [undefined, 'nothing given'],
    [null, 'null'],
    ['', '""'],
    ['a "b"', '"a \\"b\\""'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
    [-0.5, '-0.5'],
    [10n, '10'],
    [true, 'true'],
    [[1, 'a'], '[1,"a"]'],
    [{ a: { b: 1 } }, '{"a":{"b":1}}'],
    [Symbol('s'), 'Symbol(s)'],
    ['\u2028\u061c', '"  "'],
    [`${'x'.repeat(75)}😀${'x'.repeat(10)}`, `"${'x'.repeat(75)}... (89 characters)`],
    ['line\nend\u001b[31m', '"line\\nend\\u001b[31m"'],
    ['\u009b31m\u202eright\u2066', '" 31m right "'],
    ['x'.repeat(78), `"${'x'.repeat(78)}"`],
    ['x'.repeat(79), `"${'x'.repeat(76)}... (81 characters)`],
  ])('%o', (value, wanted) => {
    expect(describeValue(value)).toBe(wanted)
  })

  test('a value that cannot be written as JSON', () => {
    const circle: Record<string, unknown> = {}
    circle.self = circle
    expect(describeValue(circle)).toBe('[object Object]')
    expect(describeValue(() => 1)).toBe('() => 1')
    expect(describeValue([Object.assign(Object.create(null), { big: 1n })])).toBe('a value of type object')
  })

  test('whatever the value: never throws, at most 110 characters, nothing that steers a terminal', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true, withMap: true }), (value) => {
        const text = describeValue(value)
        expect(text.length).toBeLessThanOrEqual(110)
        expect(text).not.toMatch(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u)
      }),
      { seed: 5, numRuns: 500 },
    )
  })
})

describe('InputError', () => {
  test('names field, value and what to do, and is a ForageError of its code', () => {
    const cause = new Error('why')
    const error = new InputError('--pool-size', -1, 'give a whole number', { cause })
    expect(error).toBeInstanceOf(ForageError)
    expect(error).toMatchObject({
      message: '--pool-size: -1: give a whole number',
      field: '--pool-size',
      code: 'bad-input',
      name: 'InputError',
      isRetryable: false,
      cause,
    })
  })
})

describe('ForageError', () => {
  test('is not retryable unless said so, and has a cause only when given one', () => {
    const plain = new ForageError('writer-timeout', 'too slow')
    expect(plain).toMatchObject({ code: 'writer-timeout', message: 'too slow', isRetryable: false })
    expect('cause' in plain).toBe(false)
    expect(new ForageError('x', 'y', { isRetryable: true }).isRetryable).toBe(true)
  })
})
