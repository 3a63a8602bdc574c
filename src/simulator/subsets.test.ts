import { expect, test } from 'vitest'
import { randomStream } from '../core/random.ts'
import { chiSquareScore } from './chi-square.ts'
import { FastRandom } from './fast-random.ts'
import { firstSubset, nextSubset, subsetCount } from './subsets.ts'
import { takeOne, UniformChoice } from './uniform-choice.ts'

test.each([
  [5, 3, 10],
  [50, 3, 19_600],
  [7, 7, 1],
  [7, 0, 1],
  [1, 1, 1],
  [102, 100, 5151],
  [60, 30, Number.POSITIVE_INFINITY],
])('%i choose %i is %d', (total, size, expected) => {
  expect(subsetCount(total, size)).toBe(expected)
})

test.each([
  [5, 3],
  [6, 1],
  [4, 4],
  [9, 5],
])('lists every subset of %i items by %i once, in order', (total, size) => {
  const subset = new Uint16Array(size)
  firstSubset(subset)
  const seen: string[] = []
  do {
    expect([...subset]).toEqual([...new Set(subset)].sort((a, b) => a - b))
    expect(subset[size - 1]).toBeLessThan(total)
    seen.push(subset.join())
  } while (nextSubset(subset, total))
  expect(new Set(seen).size).toBe(subsetCount(total, size))
  expect(seen).toEqual([...seen].sort())
})

test('a repeated partial shuffle draws every ordered slate alike', () => {
  const random = new FastRandom(randomStream(5, 'shuffle'))
  const uniform = new UniformChoice(5)
  const order = Uint16Array.from([0, 1, 2, 3, 4])
  const counts = new Map<string, number>()
  const draws = 60_000
  for (let draw = 0; draw < draws; draw++) {
    const key = [0, 1, 2].map((position) => takeOne(order, position, uniform, random)).join()
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  expect(counts.size).toBe(60)
  expect(chiSquareScore([...counts.values()], new Array<number>(60).fill(draws / 60))).toBeLessThan(4)
})
