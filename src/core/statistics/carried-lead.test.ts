import { describe, expect, test } from 'vitest'
import { carriedLead, type SourcePattern } from './carried-lead.ts'

const pattern = (clicks: number[], sources: number): SourcePattern => ({ clicks, sources })

/** 400 homes with one click each, three in five of them on the first item. */
const HOMES = [pattern([1, 0], 240), pattern([0, 1], 160)]

/** C of all patterns, with as many no-click impressions for each. */
const itemsOf = (patterns: readonly SourcePattern[], noClickImpressions = 5000) =>
  [0, 1].map((item) => ({
    clicks: patterns.reduce((sum, { clicks, sources }) => sum + (clicks[item] ?? 0) * sources, 0),
    noClickImpressions,
  }))

const of = (patterns: readonly SourcePattern[]) => carriedLead(itemsOf(patterns), patterns)

describe('a lead that few sources carry', () => {
  test('is none where homes lead, nor where an office leans as they do', () => {
    expect(of(HOMES)).toBeNull()
    expect(of([...HOMES, pattern([180, 120], 1)])).toBeNull()
  })

  test('is told with how many carry it: one network with 300 clicks on the worse', () => {
    const found = of([...HOMES, pattern([0, 300], 1)])
    expect(found).toMatchObject({ leader: 1, follower: 0, carriers: 1 })
    expect(found?.byClicks).toBeGreaterThan(0.99)
    expect(found?.bySources).toBeLessThan(0.01)
    expect(found?.carriersShare).toBeCloseTo(300 / 460, 10)
  })

  test('is told of several: those with most clicks first, and only as many as it takes', () => {
    // 160 + 20 x 30 against 240: without 17 of the 20 it still leads.
    const found = of([...HOMES, pattern([0, 30], 20)])
    expect(found).toMatchObject({ leader: 1, carriers: 18 })
    expect(found?.carriersShare).toBeCloseTo((18 * 30) / 760, 10)
  })

  test('is not seen where those who flood are as many as those who do not', () => {
    expect(of([...HOMES, pattern([0, 2], 400)])).toBeNull()
  })

  test('is the one that votes contradict most', () => {
    const patterns = [pattern([1, 0, 0], 240), pattern([0, 1, 0], 160), pattern([0, 0, 500], 1)]
    const items = [240, 160, 500].map((clicks) => ({ clicks, noClickImpressions: 5000 }))
    expect(carriedLead(items, patterns)).toMatchObject({ leader: 2, follower: 0 })
  })

  test('one source alone contradicts nobody; nothing clicked leads nowhere', () => {
    expect(of([pattern([300, 100], 1)])).toBeNull()
    expect(carriedLead([], [])).toBeNull()
    expect(carriedLead(itemsOf([]), [])).toBeNull()
    expect(carriedLead(itemsOf([], 0), [])).toBeNull()
    expect(of([pattern([3, 4], 1)])).toBeNull()
    // Clicks of days whose events are gone have no source any more.
    expect(carriedLead(itemsOf(HOMES), [])).toBeNull()
  })

  test('refuses what cannot be', () => {
    expect(() => carriedLead(itemsOf(HOMES), [pattern([1], 1)])).toThrow('clicks: one an item, so 2, got 1')
    expect(() => carriedLead(itemsOf(HOMES), [pattern([1, -1], 1)])).toThrow('clicks: must be')
    expect(() => carriedLead(itemsOf(HOMES), [pattern([1, 1], 0.5)])).toThrow('sources: must be')
    expect(() => carriedLead(itemsOf(HOMES), HOMES, { level: 1 })).toThrow('level: must be')
  })
})
