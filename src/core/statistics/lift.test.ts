import { describe, expect, test } from 'vitest'
import { sequenceScore } from './asymptotic-sequence.ts'
import { extraClickCost } from './extra-click-cost.ts'
import { lift } from './lift.ts'
import { clusteredRate, hasEnoughVisitors, visitorSums } from './visitor-sums.ts'

/** `visitors` who each saw two slates; every `every`th clicked one. */
const arm = (visitors: number, every: number) =>
  visitorSums(
    Array.from({ length: visitors }, (_, visitor) => ({ slates: 2, clicked: visitor % every === 0 ? 1 : 0 })),
  )

test('sums, and the clustered rate by hand', () => {
  const sums = visitorSums([
    { slates: 1, clicked: 0 },
    { slates: 3, clicked: 2 },
    { slates: 2, clicked: 1 },
  ])
  expect(sums).toEqual({
    visitors: 3,
    slates: 6,
    clicked: 3,
    slatesSquared: 14,
    clickedSquared: 5,
    slatesTimesClicked: 8,
  })
  const { rate, standardError } = clusteredRate(sums)
  expect(rate).toBe(0.5)
  // Residuals -0.5, 0.5, 0: squares sum to 0.5, times 3/2, over 36.
  expect(standardError).toBeCloseTo(Math.sqrt((0.5 * 1.5) / 36), 12)
})

test('one slate each: the binomial standard error', () => {
  const sums = visitorSums(
    Array.from({ length: 400 }, (_, visitor) => ({ slates: 1, clicked: visitor < 80 ? 1 : 0 })),
  )
  const { standardError, designEffect } = clusteredRate(sums)
  expect(standardError).toBeCloseTo(Math.sqrt((0.2 * 0.8) / 399), 12)
  expect(designEffect).toBeCloseTo(400 / 399, 12)
})

test('one heavy clicker is not many', () => {
  const light = { slates: 2, clicked: 0 }
  const heavy = { slates: 500, clicked: 250 }
  expect(hasEnoughVisitors(visitorSums([...Array.from({ length: 500 }, () => light), heavy]), 20)).toBe(false)
  expect(hasEnoughVisitors(arm(500, 10), 20)).toBe(true)
})

describe('lift', () => {
  test('absolute and relative, with the interval of the sequence', () => {
    const [live, holdout] = [arm(4000, 5), arm(2000, 10)]
    const found = lift(live, holdout)
    expect(found?.absolute.estimate).toBeCloseTo(0.05, 12)
    expect(found?.relative.estimate).toBeCloseTo(1, 12)
    const error = Math.hypot(clusteredRate(live).standardError, clusteredRate(holdout).standardError)
    const reach = sequenceScore(12_000) * error
    expect(found?.absolute.interval[0]).toBeCloseTo(0.05 - reach, 12)
    expect(found?.absolute.interval[1]).toBeCloseTo(0.05 + reach, 12)
    const [low, high] = found?.relative.interval ?? [0, 0]
    expect((1 + low) * (1 + high)).toBeCloseTo(4, 10)
  })

  test('none before there are visitors enough', () => {
    expect(lift(arm(4000, 5), arm(50, 10))).toBeNull()
    expect(lift(visitorSums([]), visitorSums([]))).toBeNull()
  })

  test('refuses sums that no visitors can have', () => {
    const sums = arm(4000, 5)
    expect(() => lift({ ...sums, clicked: 9000 }, sums)).toThrow('clicked: at most 8000 slates, got 9000')
    expect(() => lift({ ...sums, slatesSquared: 10 }, sums)).toThrow('slatesSquared: at least')
    expect(() => lift({ ...sums, clickedSquared: 1 }, sums)).toThrow('clickedSquared: from')
    expect(() => lift({ ...sums, slates: Number.NaN }, sums)).toThrow('slates: must be')
    expect(() => lift(sums, sums, { level: 1 })).toThrow('level: must be')
  })
})

describe('cost of an extra click', () => {
  test('spend over lift times slates, with the ends of the interval', () => {
    expect(extraClickCost(10, 1000, { estimate: 0.05, interval: [0.02, 0.1] })).toEqual({
      extraClicks: 50,
      costUsd: 0.2,
      costUsdInterval: [0.1, 0.5],
    })
  })

  test('no upper end while the lift may be nothing, none at all when it is no gain', () => {
    const unsure = extraClickCost(10, 1000, { estimate: 0.05, interval: [-0.02, 0.1] })
    expect(unsure.costUsdInterval).toEqual([0.1, Number.POSITIVE_INFINITY])
    const worse = extraClickCost(10, 1000, { estimate: -0.05, interval: [-0.1, -0.01] })
    expect(worse).toEqual({ extraClicks: -50, costUsd: null, costUsdInterval: null })
    expect(extraClickCost(0, 0, { estimate: 0.1, interval: [0, 0.2] }).costUsd).toBeNull()
  })

  test('refuses what cannot be', () => {
    const figure = { estimate: 0.1, interval: [0, 0.2] as const }
    expect(() => extraClickCost(-1, 10, figure)).toThrow('spendUsd: must be')
    expect(() => extraClickCost(1, 10, { ...figure, estimate: 0.3 })).toThrow('lift: 0.3 must lie')
  })
})
