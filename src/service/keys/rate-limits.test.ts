import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  DEFAULT_RATE_LIMITS,
  KeyRateLimits,
  type RateLimitSettings,
  scaledRateLimits,
} from './rate-limits.ts'

const PUBLISHABLE = { id: 'fk_pub_aaaaaa', kind: 'publishable' } as const
const SECRET = { id: 'fk_sec_aaaaaa', kind: 'secret' } as const
const NETWORK = '192.0.2.0/24'

function limits(changes: Partial<RateLimitSettings> = {}) {
  return new KeyRateLimits({ ...DEFAULT_RATE_LIMITS, ...changes })
}

function slate(perSecond: number, burst: number) {
  return { ...DEFAULT_RATE_LIMITS.byKey, slate: { perSecond, burst } }
}

describe('limits', () => {
  test('a burst passes, the next waits as long as one use takes to come back', () => {
    const limited = limits({ byKey: slate(2, 3) })
    const take = (nowMs: number) => limited.take('slate', PUBLISHABLE, NETWORK, nowMs, 1)
    expect([take(0), take(0), take(0), take(0), take(0)]).toEqual([0, 0, 0, 500, 500])
    expect(take(499)).toBe(1)
    expect(take(500)).toBe(0)
    expect(take(500)).toBe(500)
  })

  test('what one key or use spends is not taken from another', () => {
    const limited = limits({ byKey: slate(1, 1) })
    expect(limited.take('slate', PUBLISHABLE, NETWORK, 0, 1)).toBe(0)
    expect(limited.take('slate', PUBLISHABLE, NETWORK, 0, 1)).toBeGreaterThan(0)
    expect(limited.take('slate', { ...PUBLISHABLE, id: 'fk_pub_bbbbbb' }, NETWORK, 0, 1)).toBe(0)
    expect(limited.take('events', PUBLISHABLE, NETWORK, 0, 1)).toBe(0)
  })

  test('one network cannot spend all that a publishable key may; a secret key stands for many visitors', () => {
    const limited = limits({ byNetwork: slate(1, 2) })
    const take = (network: string) => limited.take('slate', PUBLISHABLE, network, 0, 1)
    expect([take('a'), take('a'), take('a') > 0, take('b')]).toEqual([0, 0, true, 0])
    for (let use = 0; use < 10; use++) expect(limited.take('slate', SECRET, 'a', 0, 1)).toBe(0)
  })

  test('a refused use takes nothing', () => {
    const limited = limits({ byNetwork: slate(1, 1), byKey: slate(1, 3) })
    expect(limited.take('slate', PUBLISHABLE, 'a', 0, 1)).toBe(0)
    for (let use = 0; use < 5; use++) expect(limited.take('slate', PUBLISHABLE, 'a', 0, 1)).toBe(1000)
    expect([
      limited.take('slate', PUBLISHABLE, 'b', 0, 1),
      limited.take('slate', PUBLISHABLE, 'c', 0, 1),
    ]).toEqual([0, 0])
  })

  test('a use that costs more than the burst passes once, and is paid for', () => {
    const limited = limits({ byKey: slate(10, 10) })
    expect(limited.take('slate', PUBLISHABLE, NETWORK, 0, 100)).toBe(0)
    expect(limited.take('slate', PUBLISHABLE, NETWORK, 0, 1)).toBe(9100)
  })

  test('without a limit nothing waits', () => {
    const limited = limits({ byKey: slate(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY) })
    for (let use = 0; use < 1000; use++) expect(limited.take('slate', SECRET, NETWORK, 0, 1e6)).toBe(0)
  })

  test('a clock that goes back gives nothing', () => {
    const limited = limits({ byKey: slate(1, 1) })
    expect(limited.take('slate', PUBLISHABLE, NETWORK, 10_000, 1)).toBe(0)
    expect(limited.take('slate', PUBLISHABLE, NETWORK, 0, 1)).toBeGreaterThan(0)
  })

  test('failures of a network are limited apart', () => {
    const limited = limits({ failuresByNetwork: { perSecond: 1, burst: 2 } })
    expect([limited.takeFailure('a', 0), limited.takeFailure('a', 0), limited.takeFailure('b', 0)]).toEqual([
      0, 0, 0,
    ])
    expect(limited.takeFailure('a', 0)).toBe(1000)
    expect(limited.takeFailure('a', 1000)).toBe(0)
  })
})

test('in no stretch of time does more pass than burst and rate allow, whatever comes', () => {
  const arrivals = fc.array(
    fc.record({ afterMs: fc.integer({ min: 0, max: 400 }), cost: fc.integer({ min: 1, max: 5 }) }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(arrivals, (list) => {
      const limited = limits({ byKey: slate(10, 5) })
      const passed: { atMs: number; cost: number }[] = []
      let nowMs = 0
      for (const { afterMs, cost } of list) {
        nowMs += afterMs
        if (limited.take('slate', SECRET, NETWORK, nowMs, cost) === 0) passed.push({ atMs: nowMs, cost })
      }
      for (const [from, first] of passed.entries()) {
        let sum = 0
        for (const { atMs, cost } of passed.slice(from)) {
          sum += cost
          expect(sum).toBeLessThanOrEqual(5 + ((atMs - first.atMs) / 1000) * 10 + 1e-6)
        }
      }
    }),
    { seed: 7, numRuns: 200 },
  )
})

test('a flood of made-up networks forgets others, not the one that is over its limit now', () => {
  const limited = limits({ failuresByNetwork: { perSecond: 0.01, burst: 1 } })
  for (let network = 0; network < 50_000; network++) limited.takeFailure(`n${network}`, network)
  expect(limited.takeFailure('n49999', 50_000)).toBeGreaterThan(0)
})

test('limits can be scaled or taken away, but not those of failed attempts', () => {
  expect(scaledRateLimits(2).byKey.manage).toEqual({ perSecond: 100, burst: 400 })
  const off = new KeyRateLimits(scaledRateLimits(Number.POSITIVE_INFINITY))
  for (let use = 0; use < 1000; use++) expect(off.take('manage', SECRET, NETWORK, 0, 1)).toBe(0)
  for (let failure = 0; failure < 30; failure++) off.takeFailure(NETWORK, 0)
  expect(off.takeFailure(NETWORK, 0)).toBeGreaterThan(0)
})
