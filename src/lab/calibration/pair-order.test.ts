import { expect, test } from 'vitest'
import { groupedByTopic, orderEstimates, orderFigures, type ScoredText } from './pair-order.ts'

const text = (persona: string | null, a: number, b: number, topic = 't'): ScoredText => ({
  topic,
  persona,
  scores: { a, b },
})

test('counts pairs of a text that suits and one that does not, for each persona', () => {
  // Persona a: 5 > 1, 5 > 2. Persona b: 3 < 4, 3 > 0.
  expect(orderFigures([text('a', 5, 4), text('b', 1, 3), text(null, 2, 0)])).toEqual({
    pairOrder: 3 / 4,
    pairs: 4,
    rightPersonaFirst: 1,
  })
})

test('a tie counts half', () => {
  expect(orderFigures([text('a', 1, 0), text(null, 1, 0)]).pairOrder).toBe(0.5)
})

test('the right persona must not be beaten', () => {
  expect(orderFigures([text('a', 1, 2), text('b', 0, 3)]).rightPersonaFirst).toBe(0.5)
})

test('intervals hold the value, are repeatable, and are one point where topics agree', () => {
  const mixed = Array.from({ length: 12 }, (_, index) => [
    text('a', index % 3, 0, `t${index}`),
    text('b', 1, 2, `t${index}`),
  ]).flat()
  const { pairOrder } = orderEstimates(mixed, 1)
  expect(pairOrder.low).toBeLessThan(pairOrder.value)
  expect(pairOrder.high).toBeGreaterThan(pairOrder.value)
  expect(orderEstimates(mixed, 1).pairOrder).toEqual(pairOrder)
  const clear = ['x', 'y'].flatMap((topic) => [text('a', 1, 0, topic), text('b', 0, 1, topic)])
  expect(orderEstimates(clear, 1).pairOrder).toEqual({ value: 1, low: 1, high: 1 })
})

test('groups by topic', () => {
  const [one, two, three] = [text('a', 0, 0, 'x'), text('b', 0, 0, 'y'), text('b', 0, 0, 'x')]
  expect(groupedByTopic([one, two, three])).toEqual([[one, three], [two]])
})
