import { describe, expect, test } from 'vitest'
import { statisticsText } from './statistics-text.ts'
import type { ServedStatistics } from './visit-service.ts'

type Arm = ServedStatistics['arms'][number]

const arm = (change: Partial<Arm>): Arm => ({
  arm: 'live',
  isServed: true,
  visitors: 900,
  slates: 1000,
  clicked: 120,
  ctr: 0.12,
  ctrInterval: [0.1, 0.14],
  clickingVisitors: 100,
  items: [],
  slotEffects: [],
  iterations: [],
  leftOut: {},
  carriedLead: null,
  ...change,
})

const item = (change: Partial<Arm['items'][number]>): Arm['items'][number] => ({
  id: 'i1',
  text: 'Is a vacuum loud?',
  isLive: true,
  impressions: 600,
  clicks: 60,
  ctr: 0.1,
  utility: 0.125,
  utilityInterval: [0.09, 0.16],
  visitors: 50,
  networks: 40,
  ...change,
})

const HOLDOUT = arm({ arm: 'holdout', slates: 50, visitors: 48, clicked: 3, ctr: 0.06, ctrInterval: null })

const statistics = (change: Partial<ServedStatistics> = {}): ServedStatistics => ({
  at: '2026-11-25T12:00:00.000Z',
  arms: [arm({}), HOLDOUT],
  comparisons: [],
  sampleRatio: null,
  spend: { calls: 12, tokens: 3456, costUsd: 0.25, unpriced: 0 },
  open: { impressions: 0, clicks: 0 },
  ...change,
})

const text = (change?: Partial<ServedStatistics>) => statisticsText('vacuums', statistics(change))

describe('statistics for people', () => {
  test('say how many visits and visitors are behind a CTR, and why there is no interval', () => {
    expect(text()).toContain(
      'live: 12.0 % of 1,000 visits clicked (900 visitors; 95 % at all looks: 10.0 % to 14.0 %)',
    )
    expect(text()).toContain(
      'holdout: 6.0 % of 50 visits clicked (48 visitors; no interval yet: too few visitors clicked)',
    )
    expect(text({ arms: [arm({ slates: 0, ctr: null, ctrInterval: null })] })).toContain(
      'live: no visits counted yet',
    )
    expect(text({ arms: [arm({ arm: 'old', isServed: false })] })).toContain('old (not served any more): ')
  })

  test('say what a lift waits for', () => {
    const waiting = { arm: 'live', against: 'holdout', isHoldout: true, lift: null, extraClicks: null }
    const waitsFor = [{ arm: 'holdout', clickingVisitors: 19.9, needed: 20 }]
    expect(text({ comparisons: [{ ...waiting, waitsFor }] })).toContain(
      'Lift over holdout: not enough data yet; it takes 20 visitors who clicked in each arm: holdout has 19 of 20\n',
    )
    expect(text({ comparisons: [{ ...waiting, waitsFor: [] }] })).toContain(
      'Lift over holdout: not enough data yet\n',
    )
  })

  test('give a lift with both intervals, and what a click more cost', () => {
    const comparison = {
      arm: 'live',
      against: 'holdout',
      isHoldout: true,
      waitsFor: [],
      lift: {
        absolute: { estimate: 0.06, interval: [-0.01, 0.13] as [number, number] },
        relative: { estimate: 1, interval: [-0.2, 4] as [number, number] },
      },
    }
    const extraClicks = { count: 60, costUsd: 0.0041, costUsdInterval: [0.0019, null] as [number, null] }
    const told = text({ comparisons: [{ ...comparison, extraClicks }] })
    expect(told).toContain(
      'Lift over holdout: +6.0 points over all visits so far (95 % at all looks: -1.0 to +13.0), +100.0 % of its CTR (-20.0 % to 400.0 %)',
    )
    expect(told).toContain(
      'Clicks beyond what the holdout would have had: 60, at $0.0041 each ($0.0019 to no end)',
    )
    expect(
      text({
        comparisons: [{ ...comparison, extraClicks: { count: 60, costUsd: null, costUsdInterval: null } }],
      }),
    ).toContain('had: 60; no cost of one can be told')
    const free = { count: 60, costUsd: 0, costUsdInterval: [0, null] as [number, null] }
    expect(text({ comparisons: [{ ...comparison, extraClicks: free }] })).toContain(
      'had: 60, written at no cost',
    )
    expect(text({ spend: { calls: 2, tokens: 10, costUsd: 0, unpriced: 2 } })).toContain(
      'Writing so far: 2 calls, 10 tokens, $0.0000, and 2 calls of unknown price',
    )
  })

  test('raise the alarms', () => {
    const sampleRatio = {
      isMismatch: true,
      arms: [
        { arm: 'live', share: 0.95, visitors: 800 },
        { arm: 'holdout', share: 0.05, visitors: 200 },
      ],
    }
    const carriedLead = { leader: 'i4', follower: 'i2', networks: 1, clicksShare: 0.62 }
    const told = text({ sampleRatio, arms: [arm({ carriedLead, leftOut: { bot: 3 } })] })
    expect(told).toContain(
      'ALARM: visitors do not come to the arms as configured, so trust no lift: live 80.0 % (configured 95.0 %), holdout 20.0 % (configured 5.0 %)',
    )
    expect(told).toContain(
      'LOOK: in live, i4 leads i2 by the clicks of 1 network alone (62.0 % of its clicks)',
    )
    expect(told).toContain('Left out of the counts: 3 visits, bot')
    expect(text({ sampleRatio: { ...sampleRatio, isMismatch: false } })).not.toContain('ALARM')
  })

  test('put the best item first, and nothing in place of what is not known', () => {
    const unseen = item({
      id: 'i9',
      clicks: 0,
      impressions: 0,
      ctr: null,
      utility: null,
      utilityInterval: null,
    })
    const items = [
      unseen,
      item({}),
      item({ id: 'i2', utility: 0.3, utilityInterval: [0.2, 0.4], isLive: false }),
    ]
    const rows = text({ arms: [arm({ items })], open: { impressions: 4, clicks: 1 } }).split('\n')
    const order = rows.flatMap((row) => /│ (i\d)/.exec(row)?.[1] ?? [])
    expect(order).toEqual(['i2', 'i1', 'i9'])
    expect(rows.find((row) => row.includes('│ i2'))).toContain('i2 (left)')
    expect(rows.find((row) => row.includes('│ i1'))).toMatch(
      /0\.125 │ 0\.090 to 0\.160 │ +60 │ +600 │ 10\.0 % │ 50 in 40 networks/,
    )
    expect(rows.find((row) => row.includes('│ i9'))).toContain('not yet')
    expect(rows[0]).toBe('vacuums at 2026-11-25T12:00:00.000Z; 5 events wait for the end of their slates')
  })

  test('name places by number, and say where clicks are too few', () => {
    const slotEffects = [
      { slot: 0, effect: 1, clicks: 90, isEstimated: false },
      { slot: 1, effect: 0.6, interval: [0.4, 0.9] as [number, number], clicks: 50, isEstimated: true },
      { slot: 2, effect: 1, clicks: 7, isEstimated: false },
    ]
    expect(text({ arms: [arm({ slotEffects })] })).toContain(
      'Weight of a place against the first: place 2 0.60 (0.40 to 0.90, 50 clicks); place 3 not enough clicks yet (7)',
    )
  })

  test('show what texts hold, and never let them steer the terminal', () => {
    const told = text({ arms: [arm({ items: [item({ text: `\u001b[31mred${'x'.repeat(80)}` })] })] })
    expect(told).not.toContain('\u001b')
    expect(told).toContain('…')
  })
})
