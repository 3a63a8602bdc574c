import { expect, test } from 'vitest'
import { checkInput } from '../../../test/check-fixture.ts'
import { checkFluency } from './fluency.ts'

const known = (...values: readonly number[]) => ({
  ...checkInput(),
  earlier: values.map((meanLogProbability, index) => ({ id: `i${index}`, text: 'x', meanLogProbability })),
})
const reason = (meanLogProbability: number, input = checkInput()) =>
  checkFluency({ text: 'x', meanLogProbability }, input)?.reason ?? null

test('below the floor', () => {
  expect(reason(-2.3)).toBe('not-fluent')
  expect(reason(-2.1)).toBeNull()
  expect(reason(Number.NaN)).toBe('not-fluent')
})

test('far below the earlier texts, once three are known', () => {
  expect(reason(-1.9, known(-0.8, -0.9, -1.0))).toBe('not-fluent')
  expect(reason(-1.2, known(-0.8, -0.9, -1.0))).toBeNull()
  expect(reason(-1.9, known(-0.8, -0.9))).toBeNull()
  expect(reason(-1.9, known(-0.8, -1.6, -1.9))).toBeNull()
})

test('equal earlier texts do not refuse everything else', () => {
  expect(reason(-1.2, known(-0.9, -0.9, -0.9))).toBeNull()
})

test('a writer without log-probabilities is not judged by them', () => {
  expect(checkFluency({ text: 'x' }, known(-0.1, -0.1, -0.1))).toBeNull()
})
