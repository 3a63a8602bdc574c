import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derivedSeed, type Random, randomStream, shuffled } from './random.ts'

/** Pearson's chi-square of counts against equal expectations. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** What chi-square passes once in about a million: Wilson and Hilferty's approximation at z = 4.75. */
function chiSquareLimit(degrees: number): number {
  const part = 2 / (9 * degrees)
  return degrees * (1 - part + 4.75 * Math.sqrt(part)) ** 3
}

function counted(draws: number, cells: number, draw: () => number): number[] {
  const counts = new Array<number>(cells).fill(0)
  for (let index = 0; index < draws; index++) counts[draw()]! += 1
  return counts
}

const first = (random: Random, count = 5) => Array.from({ length: count }, () => random.next32())

describe('randomStream', () => {
  test('the same seed and names give the same sequence, frozen across releases', () => {
    expect(first(randomStream(1, 'audience', 3))).toEqual(first(randomStream(1, 'audience', 3)))
    expect(first(randomStream(1, 'audience', 3), 3)).toMatchInlineSnapshot(`
      [
        -1807027891,
        -358997100,
        210393277,
      ]
    `)
  })

  test('another seed, name, order, kind or split of names gives another sequence', () => {
    const lists: (readonly (string | number)[])[] = [
      [1, 'a'],
      [2, 'a'],
      [-1, 'a'],
      [1, 'b'],
      [1],
      [1, 'a', 'b'],
      [1, 'b', 'a'],
      [1, 'a,b'],
      [1, 'ab'],
      [1, 'a', 1],
      [1, 'a', '1'],
      [1, 'a', 1, ''],
      [1, 1, 'a'],
      [11, 'a'],
    ]
    const sequences = lists.map(([seed, ...names]) => first(randomStream(seed as number, ...names)).join())
    expect(new Set(sequences).size).toBe(lists.length)
  })

  test('drawing from one stream does not move another', () => {
    const alone = first(randomStream(7, 'writer'))
    const other = randomStream(7, 'audience')
    const stream = randomStream(7, 'writer')
    const mixed = alone.map(() => {
      other.uniform()
      return stream.next32()
    })
    expect(mixed).toEqual(alone)
  })

  test('streams whose names differ a little are unrelated', () => {
    // Pairs of draws from neighbouring streams fill a 16 by 16 grid evenly.
    for (const neighbours of [
      (index: number) => [randomStream(1, 'x', index), randomStream(1, 'x', index + 1)] as const,
      (index: number) => [randomStream(index, 'x'), randomStream(index + 1, 'x')] as const,
    ]) {
      let index = 0
      const counts = counted(30_000, 256, () => {
        const [one, two] = neighbours(index++)
        return one.integer(16) * 16 + two.integer(16)
      })
      expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(255))
    }
  })

  test('the first draws over seeds and names are uniform', () => {
    let seed = 0
    const counts = counted(50_000, 100, () => Math.floor(randomStream(seed++, 'first').uniform() * 100))
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(99))
  })
})

describe('uniform', () => {
  test('stays in [0, 1) and fills it evenly', () => {
    const random = randomStream(5, 'uniform')
    let smallest = 1
    let largest = 0
    const counts = counted(100_000, 200, () => {
      const value = random.uniform()
      smallest = Math.min(smallest, value)
      largest = Math.max(largest, value)
      return Math.floor(value * 200)
    })
    expect(smallest).toBeGreaterThanOrEqual(0)
    expect(largest).toBeLessThan(1)
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(199))
  })

  test('uses all of its 53 bits', () => {
    const random = randomStream(6, 'bits')
    const ones = new Array<number>(53).fill(0)
    for (let draw = 0; draw < 4000; draw++) {
      let bits = BigInt(random.uniform() * 2 ** 53)
      for (let bit = 0; bit < 53; bit++, bits >>= 1n) if (bits & 1n) ones[bit]! += 1
    }
    // Five standard deviations of a fair coin thrown 4000 times.
    for (const count of ones) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(1000))
  })
})

describe('integer', () => {
  test.each([2, 3, 7, 10, 100])('below %i is unbiased', (bound) => {
    const random = randomStream(8, 'integer', bound)
    const counts = counted(50_000, bound, () => random.integer(bound))
    expect(counts).toHaveLength(bound)
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(bound - 1))
  })

  test('has no modulo bias where it would be largest', () => {
    // With a plain modulo, values below 2^30 would come twice as often as the others.
    const bound = 3 * 2 ** 30
    const random = randomStream(9, 'integer')
    const counts = counted(30_000, 3, () => Math.floor(random.integer(bound) / 2 ** 30))
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(2))
  })

  test('takes its smallest and largest bound', () => {
    const random = randomStream(10, 'integer')
    expect(Array.from({ length: 20 }, () => random.integer(1))).toEqual(new Array(20).fill(0))
    const large = Array.from({ length: 100 }, () => random.integer(2 ** 32))
    expect(large.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true)
    expect(Math.max(...large)).toBeGreaterThan(2 ** 31)
  })

  test.each([0, -1, 1.5, Number.NaN, 2 ** 32 + 1, Number.POSITIVE_INFINITY])(
    'refuses a bound of %d',
    (bound) => {
      expect(() => randomStream(1).integer(bound)).toThrow(RangeError)
      expect(() => randomStream(1).integer(bound)).toThrow(`got ${bound}`)
    },
  )
})

describe('derivedSeed', () => {
  test('is a whole number in [0, 2^31), its own for each list of names', () => {
    const seeds = Array.from({ length: 2000 }, (_, index) => derivedSeed(1, 'sample', index))
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 31)).toBe(true)
    expect(new Set(seeds).size).toBeGreaterThan(1995)
    expect(derivedSeed(1, 'sample', 0)).toBe(seeds[0])
    expect(Math.max(...seeds)).toBeGreaterThan(2 ** 30)
  })
})

describe('shuffled', () => {
  test('is a permutation, and leaves its input as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items]
        const result = shuffled(items, randomStream(seed, 'shuffle'))
        expect([...result].sort()).toEqual([...items].sort())
        expect(items).toEqual(before)
      }),
      { seed: 4, numRuns: 200 },
    )
  })

  test('all orders are equally likely', () => {
    const random = randomStream(11, 'shuffle')
    const places = new Map<string, number>()
    const counts = counted(48_000, 24, () => {
      const order = shuffled(['a', 'b', 'c', 'd'], random).join('')
      if (!places.has(order)) places.set(order, places.size)
      return places.get(order) as number
    })
    expect(places.size).toBe(24)
    expect(chiSquare(counts)).toBeLessThan(chiSquareLimit(23))
  })
})
