import fc from 'fast-check'
import { expect, it } from 'vitest'
import { apart } from './apart.ts'

it('leaves labels where they belong when they are far enough from each other', () => {
  expect(apart([30, 10, 20], 5, [0, 40])).toEqual([30, 10, 20])
})

it('moves near ones apart and keeps them within the frame', () => {
  expect(apart([10, 10, 10], 4, [0, 40])).toEqual([10, 14, 18])
  expect(apart([40, 39], 4, [0, 40])).toEqual([40, 36])
})

it('keeps order and gap, and the frame as long as all fit', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 120 }), { maxLength: 8 }), (wanted) => {
      const places = apart(wanted, 10, [0, 100])
      const order = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!)
      for (const [rank, index] of order.slice(1).entries()) {
        expect(places[index]! - places[order[rank]!]!).toBeGreaterThanOrEqual(10)
      }
      for (const place of places) {
        expect(place).toBeGreaterThanOrEqual(0)
        expect(place).toBeLessThanOrEqual(100)
      }
    }),
    { seed: 1 },
  )
})
