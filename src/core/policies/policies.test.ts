import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomStream } from '../random.ts'
import { UtilitySampler } from '../statistics/sample-utility.ts'
import { drawThompson } from './thompson.ts'
import { drawUniform, uniformPropensity } from './uniform.ts'

const sizes = fc
  .integer({ min: 1, max: 120 })
  .chain((poolSize) =>
    fc.record({ poolSize: fc.constant(poolSize), size: fc.integer({ min: 1, max: poolSize }) }),
  )

function sampler(poolSize: number, clicks: (place: number) => number): UtilitySampler {
  return new UtilitySampler(
    Array.from({ length: poolSize }, (_, place) => ({ kind: 'beta', a: 1 + clicks(place), b: 100 })),
  )
}

describe('both policies', () => {
  it('show different items of the pool', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), ({ poolSize, size }, seed) => {
        const random = randomStream(seed, 'policy')
        const into: number[] = []
        const draws = sampler(poolSize, () => 0)
        for (const draw of [
          () => drawUniform(poolSize, size, random, into),
          () => drawThompson(draws, size, random, into, new Float64Array(poolSize)),
        ]) {
          draw()
          const shown = into.slice(0, size)
          expect(new Set(shown).size).toBe(size)
          expect(shown.every((place) => Number.isInteger(place) && place >= 0 && place < poolSize)).toBe(true)
        }
      }),
      { seed: 3 },
    )
  })
})

describe('drawUniform', () => {
  it.each([
    [4, 2],
    [4, 4],
    [20, 1],
    [5, 3],
  ])('of %d items gives every ordered slate of %d with its propensity', (poolSize, size) => {
    const random = randomStream(1, 'uniform', poolSize, size)
    const draws = 60_000
    const counts = new Map<string, number>()
    const into: number[] = []
    for (let draw = 0; draw < draws; draw++) {
      drawUniform(poolSize, size, random, into)
      const slate = into.slice(0, size).join()
      counts.set(slate, (counts.get(slate) ?? 0) + 1)
    }
    const propensity = uniformPropensity(poolSize, size)
    expect(counts.size).toBe(Math.round(1 / propensity))
    // Pearson's statistic against its mean plus five standard deviations.
    const expected = draws * propensity
    const freedom = counts.size - 1
    let statistic = 0
    for (const count of counts.values()) statistic += (count - expected) ** 2 / expected
    expect(statistic).toBeLessThan(freedom + 5 * Math.sqrt(2 * freedom))
  })
})

describe('drawThompson', () => {
  it('shows what is believed better more often, at every position alike', () => {
    const random = randomStream(1, 'thompson')
    const utilities = sampler(6, (place) => 4 * place)
    const shown = new Array<number>(6).fill(0)
    const first = new Array<number>(6).fill(0)
    const into: number[] = []
    const scratch = new Float64Array(6)
    const draws = 20_000
    for (let draw = 0; draw < draws; draw++) {
      drawThompson(utilities, 2, random, into, scratch)
      for (const place of into.slice(0, 2)) shown[place] = (shown[place] as number) + 1
      first[into[0] as number] = (first[into[0] as number] as number) + 1
    }
    expect([...shown].sort((a, b) => a - b)).toEqual(shown)
    for (let place = 2; place < 6; place++) {
      const times = shown[place] as number
      // Half of the times at the first position, within five standard deviations.
      expect(Math.abs((first[place] as number) - times / 2)).toBeLessThan(2.5 * Math.sqrt(times))
    }
  })

  it('shows an item with the probability that it is among the best', () => {
    const random = randomStream(2, 'thompson')
    const utilities = sampler(3, (place) => place)
    const scratch = new Float64Array(3)
    const draws = 40_000
    let wins = 0
    let truth = 0
    const into: number[] = []
    for (let draw = 0; draw < draws; draw++) {
      drawThompson(utilities, 1, random, into, scratch)
      if (into[0] === 2) wins++
      utilities.draw(scratch, random)
      if ((scratch[2] as number) > Math.max(scratch[0] as number, scratch[1] as number)) truth++
    }
    expect(Math.abs(wins - truth) / draws).toBeLessThan(0.018)
  })
})
