import { describe, expect, test } from 'vitest'
import type { SourcePattern } from '../../core/statistics/carried-lead.ts'
import type { ItemSpread } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import { audit, DAY_MS, event, firstPool, freshContext, freshDay, type Shared, slate } from './fixture.ts'

export function spreadConformance(shared: Shared): void {
  describe('visitors behind the clicks', () => {
    test('how clicks lie over visitors and networks', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      const issuedAtMs = freshDay(shared, 2)
      const visit = (visitor: string, day: number, itemIds: string[], clicked?: number, network = 'n') => {
        const on = slate(shared, { contextId: id, issuedAtMs: issuedAtMs + day * DAY_MS, visitor, itemIds })
        return clicked === undefined
          ? [event(shared, on, 'impression', -1, { network })]
          : [event(shared, on, 'click', clicked, { network })]
      }
      await store.ingest([
        // Two of the day's three slates without a click showed i0, one showed i1, all i2.
        ...visit('a', 0, ['i0', 'i2']),
        ...visit('a', 0, ['i0', 'i2']),
        ...visit('b', 0, ['i1', 'i2']),
        ...visit('b', 0, ['i0', 'i2'], 0),
        ...visit('b', 0, ['i0', 'i2'], 0, 'm'),
        ...visit('c', 0, ['i0', 'i1'], 1, 'm'),
        // The next day: i0 alone.
        ...visit('b', 1, ['i0']),
      ])
      await store.countClosed(issuedAtMs + 2 * DAY_MS)
      // No-click slates: a 2, b 1 on the first day, b 1 on the second.
      const share = 2 / 3
      const expected = [2 * share, share + 1]
      const [i0] = rounded(await store.clickSpread(id, 'live', ['i0'], 100))
      expect(i0).toEqual(
        rounded([
          {
            itemId: 'i0',
            clicks: 2,
            clicksSquared: 4,
            expected: 3,
            expectedSquared: expected[0]! ** 2 + expected[1]! ** 2,
            clicksTimesExpected: 2 * expected[1]!,
            shareSquared: 3 * share ** 2 + 1,
          },
        ])[0],
      )
      expect(await store.clickSpread(id, 'live', ['i1', 'i2'], 1)).toMatchObject([
        { itemId: 'i1', clicks: 0 },
        { itemId: 'i2', expected: 2 },
      ])
      expect(await store.clickSpread(id, 'live', [], 100)).toEqual([])
      expect(await store.clickPatterns(id, 'live', ['i1', 'i0'])).toEqual([
        { clicks: [0, 1], sources: 1 },
        { clicks: [1, 1], sources: 1 },
      ])
      expect(await store.clickPatterns(id, 'live', ['i0'])).toEqual([{ clicks: [1], sources: 2 }])
      expect(await store.clickPatterns(id, 'live', ['i9'])).toEqual([])
      expect(await store.clickPatterns(id, 'live', [])).toEqual([])
      // Of the first day only sums are kept; b is still known from the second.
      await store.dropEventsBefore(issuedAtMs + DAY_MS, audit())
      expect(await store.clickSpread(id, 'live', ['i0', 'i1'], 100)).toEqual([
        {
          itemId: 'i0',
          clicks: 0,
          clicksSquared: 0,
          expected: 1,
          expectedSquared: 1,
          clicksTimesExpected: 0,
          shareSquared: 1,
        },
      ])
      expect(await store.clickPatterns(id, 'live', ['i0', 'i1'])).toEqual([])
      await store.dropEventsBefore(issuedAtMs + 2 * DAY_MS, audit())
      expect(await store.clickSpread(id, 'live', ['i0'], 100)).toEqual([])
    })
  })
}

const ITEM_IDS = Array.from({ length: 12 }, (_, item) => `i${item}`)

/** What is told of visitors and networks by name. */
export async function readNamed(store: Store, contextId: number, arm: string): Promise<unknown[]> {
  const read: (SourcePattern[] | ItemSpread[])[] = []
  for (const itemIds of [['i0', 'i3'], ITEM_IDS])
    read.push(await store.clickPatterns(contextId, arm, itemIds))
  for (const visitorsMax of [2, 99]) {
    read.push(rounded(await store.clickSpread(contextId, arm, ITEM_IDS, visitorsMax)))
  }
  return read
}

/** Sums of fractions are added up in different orders. */
function rounded(spreads: readonly ItemSpread[]): ItemSpread[] {
  return spreads.map((spread) => {
    const names = Object.keys(spread).filter((name) => name !== 'itemId') as Exclude<
      keyof ItemSpread,
      'itemId'
    >[]
    return {
      ...spread,
      ...Object.fromEntries(names.map((name) => [name, Number(spread[name].toFixed(9))])),
    }
  })
}
