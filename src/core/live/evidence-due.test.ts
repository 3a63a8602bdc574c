import { describe, expect, test } from 'vitest'
import { poolState, settingsWith } from '../../../test/pool-states.ts'
import { randomStream, shuffled } from '../random.ts'
import { lookAtEvidence, uniformClicks } from './evidence-due.ts'
import type { PoolVersion } from './live-item.ts'
import type { ArmKnowledge } from './live-pool-state.ts'
import type { ItemTally } from './tallies.ts'
import { NO_VISITORS } from './tallies.ts'

const version = (number: number, ...itemIds: string[]): PoolVersion => ({
  version: number,
  iteration: number - 1,
  itemIds,
  cause: 'iteration',
  by: 'optimizer',
  createdAtMs: 0,
})
const tally = (number: number, itemId: string, clicks: number, isUniform = true): ItemTally => ({
  version: number,
  itemId,
  position: 0,
  isUniform,
  impressions: 100,
  clicks,
  noClickImpressions: 100 - clicks,
})
const known = (
  versions: readonly PoolVersion[],
  items: readonly ItemTally[],
): Pick<ArmKnowledge, 'versions' | 'tallies'> => ({
  versions,
  tallies: { items, slates: [], visitors: NO_VISITORS, leftOut: {} },
})
const NOTHING = { leaving: [], requests: [] }

test('only uniform slates of pools that held both count', () => {
  const versions = [version(1, 'i0', 'i1'), version(2, 'i0', 'i2'), version(3, 'i0', 'i1', 'i2')]
  const items = [
    tally(1, 'i0', 5),
    tally(1, 'i1', 2),
    tally(2, 'i0', 50),
    tally(3, 'i0', 7),
    tally(3, 'i1', 1),
    tally(3, 'i0', 90, false),
  ]
  expect(uniformClicks(known(versions, items), 'i0', 'i1')).toEqual({ wins: 12, trials: 15 })
})

describe('due', () => {
  const look = (clicks: readonly number[], change: { pinned?: string; born?: string } = {}) => {
    const state = poolState(
      clicks.map((one): { life: [number, number] } => ({ life: [one, 100] })),
      1,
    )
    const pool = {
      ...state,
      history: state.history.map((item) => (item.id === change.born ? { ...item, bornAt: 1 } : item)),
      ...(change.pinned === undefined ? {} : { pinnedIds: new Set([change.pinned]) }),
    }
    const counts = known(
      [version(1, ...state.poolIds)],
      clicks.map((one, index) => tally(1, `i${index}`, one)),
    )
    const leaving = ['i1', 'i2']
    return lookAtEvidence(counts, pool, { ...NOTHING, leaving }, settingsWith(), 0.05).isDue
  }

  test('as soon as the worst is told from the best, and not before', () => {
    expect(look([30, 2, 20])).toBe(true)
    expect(look([12, 6, 9])).toBe(false)
    expect(look([0, 0, 0])).toBe(false)
  })

  test('a pinned item is not the one to be told', () => {
    expect(look([30, 2, 28], { pinned: 'i1' })).toBe(false)
  })

  test('the newest may not leave with the worst while little is known of them', () => {
    expect(look([30, 2, 25], { born: 'i2' })).toBe(false)
    expect(look([30, 2, 3], { born: 'i2' })).toBe(true)
  })
})

test('where all are equally good it is due at any of many looks in at most alpha of the cases', () => {
  const alpha = 0.2
  const runs = 400
  let alarms = 0
  const ids = ['i0', 'i1', 'i2', 'i3', 'i4']
  const random = randomStream(3, 'evidence-due')
  for (let run = 0; run < runs; run++) {
    const clicks = new Map(ids.map((id) => [id, 0]))
    for (let visit = 1; visit <= 400; visit++) {
      if (random.uniform() < 0.6) {
        const slate = shuffled(ids, random).slice(0, 3)
        // The first place draws the most clicks, in whatever order.
        const clicked = slate[random.uniform() < 0.6 ? 0 : 1 + random.integer(2)] as string
        clicks.set(clicked, (clicks.get(clicked) ?? 0) + 1)
      }
      if (visit % 20 !== 0) continue
      const pool = poolState(
        ids.map((id): { life: [number, number] } => ({ life: [clicks.get(id) ?? 0, 1000] })),
        0,
      )
      const counts = known(
        [version(1, ...ids)],
        ids.map((id) => tally(1, id, clicks.get(id) ?? 0)),
      )
      if (lookAtEvidence(counts, pool, NOTHING, settingsWith(), alpha).isDue) {
        alarms++
        break
      }
    }
  }
  expect(alarms / runs).toBeLessThanOrEqual(alpha)
})
