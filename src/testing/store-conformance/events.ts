import { describe, expect, test } from 'vitest'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import { event, freshContext, freshDay, type Shared, slate, WINDOW_MS } from './fixture.ts'

export function eventsConformance(shared: Shared): void {
  describe('events', () => {
    test('an event is taken once: by its place on the slate, and by its id', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const issuedAtMs = freshDay(shared)
      const one = slate(shared, { contextId: id, issuedAtMs })
      const other = slate(shared, { contextId: id, issuedAtMs })
      const seen = event(shared, one, 'impression')
      const click = event(shared, one, 'click', 1)
      expect(await store.ingest([])).toEqual([])
      expect(await store.ingest([click, seen])).toEqual(['accepted', 'accepted'])
      expect(
        await store.ingest([
          seen,
          { ...seen, eventId: 'new id, same place' },
          { ...seen, position: 2 },
          { ...click, kind: 'impression' },
          event(shared, one, 'click', 0),
          { ...seen, slate: other },
        ]),
      ).toEqual(['duplicate', 'duplicate', 'duplicate', 'duplicate', 'accepted', 'accepted'])
      expect(await store.openCounts(id)).toEqual({ impressions: 2, clicks: 2 })
    })

    test('within one call the first one stays', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const on = slate(shared, { contextId: id, issuedAtMs: freshDay(shared) })
      const a = event(shared, on, 'impression', 0)
      const b = event(shared, on, 'impression', 1)
      const plain = event(shared, slate(shared, { contextId: id, issuedAtMs: on.issuedAtMs }), 'click', 0)
      expect(await store.ingest([a, a, plain, plain])).toEqual([
        'accepted',
        'duplicate',
        'accepted',
        'duplicate',
      ])
      // The first of these is none, so its id is free for the one after it.
      const first: LiveEvent = { ...a, eventId: 'x' }
      const second: LiveEvent = { ...b, eventId: 'x' }
      const third: LiveEvent = { ...b, eventId: 'y' }
      const alone = event(shared, slate(shared, { contextId: id, issuedAtMs: on.issuedAtMs }), 'click', 2)
      expect(await store.ingest([first, alone, second, third, { ...third, position: 2 }])).toEqual([
        'duplicate',
        'accepted',
        'accepted',
        'duplicate',
        'accepted',
      ])
      expect(await store.openCounts(id)).toEqual({ impressions: 3, clicks: 2 })
    })

    test('many calls at once: each key is accepted by exactly one', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const issuedAtMs = freshDay(shared, 3)
      const events = Array.from({ length: 60 }, (_, number) =>
        event(
          shared,
          slate(shared, { contextId: id, issuedAtMs: issuedAtMs + (number % 3) * 86_400_000 }),
          'click',
          number % 3,
        ),
      )
      const calls = Array.from({ length: 12 }, (_, call) =>
        store.ingest(
          call % 2 === 0 ? events.slice(call, call + 40) : events.slice(call, call + 40).reverse(),
        ),
      )
      const outcomes = (await Promise.all(calls)).flat()
      expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(51)
      expect(await store.openCounts(id)).toEqual({ impressions: 0, clicks: 51 })
    })

    test('a sealed slate takes no more, and what was taken before is counted', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const issuedAtMs = freshDay(shared)
      const early = slate(shared, { contextId: id, issuedAtMs })
      const late = slate(shared, { contextId: id, issuedAtMs: issuedAtMs + 1 })
      // What other tests left open is counted first.
      await store.countClosed(issuedAtMs)
      await store.ingest([event(shared, early, 'impression'), event(shared, late, 'impression')])
      expect(await store.countClosed(issuedAtMs + WINDOW_MS - 1)).toEqual({ visits: 0 })
      expect(await store.countClosed(issuedAtMs + WINDOW_MS)).toEqual({ visits: 1 })
      const click = event(shared, early, 'click', 0)
      expect(await store.ingest([click, click, event(shared, late, 'click', 0)])).toEqual([
        'expired',
        'expired',
        'accepted',
      ])
      expect(await store.countClosed(0)).toEqual({ visits: 0 })
      expect(await store.openCounts(id)).toEqual({ impressions: 1, clicks: 1 })
      expect(await store.countClosed(issuedAtMs + WINDOW_MS + 1)).toEqual({ visits: 1 })
      expect(await store.openCounts(id)).toEqual({ impressions: 0, clicks: 0 })
    })

    test('counting while events come: accepted is counted, expired is not', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const issuedAtMs = freshDay(shared)
      await store.countClosed(issuedAtMs)
      const slates = Array.from({ length: 200 }, (_, number) =>
        slate(shared, {
          contextId: id,
          issuedAtMs: issuedAtMs + Math.floor(number / 20),
          visitor: `v${number}`,
        }),
      )
      const ingests: Promise<string[]>[] = []
      const counts: Promise<{ visits: number }>[] = []
      for (let part = 0; part < 20; part++) {
        const own = slates.filter((_, number) => number % 20 === part)
        ingests.push(store.ingest(own.map((on) => event(shared, on, 'click', 0))))
        if (part % 4 === 3) counts.push(store.countClosed(issuedAtMs + WINDOW_MS + (part - 3) / 4))
      }
      const accepted = (await Promise.all(ingests)).flat().filter((one) => one === 'accepted').length
      counts.push(store.countClosed(issuedAtMs + 2 * WINDOW_MS))
      const visits = (await Promise.all(counts)).reduce((sum, one) => sum + one.visits, 0)
      expect(visits).toBe(accepted)
      expect((await store.tallies(id, 'live')).slates).toEqual([
        { version: 1, isUniform: true, slates: accepted, clicked: accepted },
      ])
    })

    test('raw events come back whole, page by page', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const issuedAtMs = freshDay(shared, 2)
      const one = slate(shared, {
        contextId: id,
        issuedAtMs,
        slateId: `Az_-/ '"\\ {},${shared.taken}`,
        policy: 'thompson',
        isUniform: false,
        propensity: null,
        arm: 'holdout',
        visitor: 'v,{}\'"\\ NULL',
      })
      const two = slate(shared, {
        contextId: id,
        issuedAtMs: issuedAtMs + 86_400_000,
        propensity: 0.1 + 0.2,
        itemIds: ['i10'],
      })
      const events = [
        event(shared, one, 'impression', 2, { mark: 'too-fast', eventId: 'NULL', network: '' }),
        event(shared, one, 'click', 2, { mark: 'unlikely-time', eventId: `"',{}\\` }),
        event(shared, one, 'impression', -1, { mark: 'bot' }),
        event(shared, two, 'click', 0),
      ]
      await store.ingest(events)
      const found: LiveEvent[] = []
      let cursor: string | null = null
      do {
        const page: { events: LiveEvent[]; next: string | null } = await store.events({
          contextId: id,
          cursor,
          limit: 1,
        })
        found.push(...page.events)
        cursor = page.next
      } while (cursor !== null)
      const byId = (a: LiveEvent, b: LiveEvent) => (a.eventId < b.eventId ? -1 : 1)
      expect([...found].sort(byId)).toEqual([...events].sort(byId))
      expect((await store.events({ contextId: id, cursor: null, limit: 100 })).events).toEqual(found)
      await store.countClosed(issuedAtMs + 2 * 86_400_000)
    })
  })
}
