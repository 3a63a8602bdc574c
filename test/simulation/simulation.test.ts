import { describe, expect, test } from 'vitest'
import { CANARIES } from './canaries.ts'
import { simulate } from './simulate.ts'
import { BrokenLaw } from './world.ts'

/** Seeds that broke a law once. */
const REGRESSIONS: readonly number[] = [49, 82, 226, 371, 1434]
const SEEDS = 1000

test(`no law is broken by ${SEEDS} seeds`, { timeout: 300_000 }, async () => {
  const sums = { iterations: 0, killed: 0 }
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { iterations, killed } = await simulate(seed)
    sums.iterations += iterations
    sums.killed += killed
  }
  // The weather is bad enough to mean something.
  expect(sums.iterations).toBeGreaterThan(2 * SEEDS)
  expect(sums.killed).toBeGreaterThan(SEEDS / 2)
})

test.each(REGRESSIONS)('nor by seed %i, which once did', async (seed) => {
  await simulate(seed)
})

test('the same seed gives the same run', async () => {
  expect(await simulate(5)).toEqual(await simulate(5))
})

describe.each(Object.entries(CANARIES))('a store that %s', (_, { law, breakStore, config }) => {
  test('is caught', async () => {
    let caught: unknown
    // A store that breaks one law may break another first.
    for (let seed = 1; seed <= 500 && !law.test(String((caught as Error)?.message)); seed++) {
      caught = await simulate(seed, config === undefined ? { breakStore } : { breakStore, config }).then(
        () => undefined,
        (error) => error,
      )
    }
    expect(caught).toBeInstanceOf(BrokenLaw)
    expect((caught as Error).message).toMatch(law)
    expect((caught as Error).message).toMatch(/npm run simulate -- --seed \d+/)
  })
})
