import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { armAt, armPieces, visitorPoint } from './arm-of-visitor.ts'

const visitors = Array.from({ length: 20_000 }, (_, number) =>
  createHash('sha256').update(`visitor ${number}`).digest().toString('base64url', 0, 16),
)
const arms = (shares: Readonly<Record<string, number>>) =>
  Object.entries(shares).map(([key, share]) => ({ key, share }))

const shares = fc
  .uniqueArray(
    fc.record({ key: fc.stringMatching(/^[a-z0-9-]{1,12}$/), weight: fc.integer({ min: 0, max: 100 }) }),
    { minLength: 1, maxLength: 6, selector: ({ key }) => key },
  )
  .filter((list) => list.some(({ weight }) => weight > 0))
  .map((list) => {
    const sum = list.reduce((total, { weight }) => total + weight, 0)
    return list.map(({ key, weight }) => ({ key, share: weight / sum }))
  })

/** Length of [0, 1) that has another arm under the second shares. */
function moved(before: Readonly<Record<string, number>>, after: Readonly<Record<string, number>>): number {
  const [one, two] = [armPieces(arms(before)), armPieces(arms(after))]
  const cuts = [...new Set([0, ...one.ends, ...two.ends])].sort((a, b) => a - b)
  let length = 0
  for (let index = 1; index < cuts.length; index++) {
    const point = ((cuts[index - 1] as number) + (cuts[index] as number)) / 2
    const names = [Object.keys(before)[armAt(one, point)], Object.keys(after)[armAt(two, point)]]
    if (names[0] !== names[1]) length += (cuts[index] as number) - (cuts[index - 1] as number)
  }
  return length
}

describe('armPieces', () => {
  it('gives each arm its share of [0, 1)', () => {
    fc.assert(
      fc.property(shares, (list) => {
        const { ends, armIndexes } = armPieces(list)
        const lengths = new Array<number>(list.length).fill(0)
        let from = 0
        for (const [piece, to] of ends.entries()) {
          expect(to).toBeGreaterThan(from)
          lengths[armIndexes[piece] as number] = (lengths[armIndexes[piece] as number] as number) + to - from
          from = to
        }
        expect(from).toBe(1)
        for (const [arm, { share }] of list.entries()) expect(lengths[arm]).toBeCloseTo(share, 9)
      }),
      { seed: 9, numRuns: 1000 },
    )
  })

  it('moves exactly those who have to move when shares go to or from the first arm', () => {
    expect(moved({ live: 0.95, holdout: 0.05 }, { live: 0.9, holdout: 0.1 })).toBeCloseTo(0.05)
    expect(moved({ live: 0.95, holdout: 0.05 }, { live: 1, holdout: 0 })).toBeCloseTo(0.05)
    expect(moved({ live: 0.95, holdout: 0.05 }, { live: 1 })).toBeCloseTo(0.05)
    // A further arm, added at the end, leaves the holdout as it is.
    expect(moved({ live: 0.95, holdout: 0.05 }, { live: 0.75, holdout: 0.05, b: 0.2 })).toBeCloseTo(0.2)
  })
})

describe('visitorPoint', () => {
  it('is spread evenly, and without relation between contexts', () => {
    const bins = new Array<number>(100).fill(0)
    let together = 0
    for (const visitor of visitors) {
      const [one, two] = [visitorPoint(visitor, 1), visitorPoint(visitor, 2)]
      const cell = Math.floor(one * 10) * 10 + Math.floor(two * 10)
      bins[cell] = (bins[cell] as number) + 1
      if (one < 0.05 && two < 0.05) together++
    }
    const expected = visitors.length / 100
    const statistic = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    expect(statistic).toBeLessThan(99 + 5 * Math.sqrt(2 * 99))
    // One in 400 is in the holdout of both: 50 of 20,000.
    expect(together).toBeGreaterThan(20)
    expect(together).toBeLessThan(85)
  })

  it('stays as it is: to change it would move every visitor', () => {
    expect(visitorPoint('AAAAAAAAAAAAAAAAAAAAAA', 1)).toMatchInlineSnapshot(`0.04262345817803492`)
    expect(armPieces(arms({ live: 0.95, holdout: 0.05 })).ends).toMatchInlineSnapshot(`
      [
        0.27544554269091137,
        0.32544554269091136,
        1,
      ]
    `)
  })
})
