import { expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { visitorSums } from '../../core/statistics/visitor-sums.ts'
import { comparisons } from './comparison-statistics.ts'

const [LIVE, HOLDOUT] = DEFAULT_CONTEXT_CONFIG.arms

/** Visitors with two slates; every `every`th clicked one. */
const arm = (visitors: number, every: number) =>
  visitorSums(
    Array.from({ length: visitors }, (_, visitor) => ({ slates: 2, clicked: visitor % every === 0 ? 1 : 0 })),
  )

const compared = (live: number, holdout: number, unpriced: number) =>
  comparisons(
    [
      { config: LIVE!, visitors: arm(live, 5) },
      { config: HOLDOUT!, visitors: arm(holdout, 10) },
    ],
    { costUsd: 4, unpriced },
  )[0]

test('a lift that cannot be told yet says which arm it waits for', () => {
  expect(compared(4000, 150, 0)).toMatchObject({
    lift: null,
    extraClicks: null,
    waitsFor: [{ arm: 'holdout', clickingVisitors: 15, needed: 20 }],
  })
})

test('a click more has its cost, and none where calls have no price, since it would be too low', () => {
  expect(compared(4000, 2000, 0)).toMatchObject({
    waitsFor: [],
    extraClicks: { count: expect.closeTo(400, 6), costUsd: expect.closeTo(0.01, 9) },
  })
  expect(compared(4000, 2000, 1)?.extraClicks).toEqual({
    count: expect.closeTo(400, 6),
    costUsd: null,
    costUsdInterval: null,
  })
})
