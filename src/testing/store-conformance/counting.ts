import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../adapters/store/memory.ts'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { EventMark, LiveEvent, SlateClaims } from '../../core/live/slate-claims.ts'
import type { Store } from '../../ports/store/store.ts'
import {
  audit,
  DAY_MS,
  event,
  firstPool,
  freshContext,
  freshDay,
  type Shared,
  slate,
  uniqueName,
  WINDOW_MS,
} from './fixture.ts'
import { readNamed } from './spread.ts'

export function countingConformance(shared: Shared): void {
  describe('counting', () => {
    test('what was seen, clicked and not clicked', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      const issuedAtMs = freshDay(shared)
      const on = (change: Partial<SlateClaims> = {}) =>
        slate(shared, { contextId: id, issuedAtMs, ...change })
      const whole = on()
      const parts = on({ itemIds: ['i2', 'i0', 'i1'], isUniform: false, policy: 'thompson' })
      const lost = on({ visitor: 'visitor-2' })
      const twice = on({ visitor: 'visitor-2' })
      const marked = on()
      await store.ingest([
        event(shared, whole, 'impression'),
        event(shared, parts, 'impression', 0),
        event(shared, parts, 'impression', 2),
        event(shared, lost, 'click', 1),
        event(shared, twice, 'impression'),
        event(shared, twice, 'click', 0),
        event(shared, twice, 'click', 2, { network: 'network-2' }),
        event(shared, marked, 'impression', -1, { mark: 'unlikely-time' }),
        event(shared, marked, 'click', 0, { mark: 'too-fast' }),
      ])
      expect(await store.countClosed(issuedAtMs + WINDOW_MS)).toEqual({ visits: 5 })
      const tally = (
        itemId: string,
        position: number,
        isUniform: boolean,
        counts: [number, number, number],
      ) => {
        const [impressions, clicks, noClickImpressions] = counts
        return { version: 1, itemId, position, isUniform, impressions, clicks, noClickImpressions }
      }
      expect(await store.tallies(id, 'live')).toEqual({
        items: [
          tally('i0', 0, true, [3, 1, 1]),
          tally('i1', 1, true, [3, 1, 1]),
          tally('i1', 2, false, [1, 0, 1]),
          tally('i2', 0, false, [1, 0, 1]),
          tally('i2', 2, true, [3, 1, 1]),
        ],
        slates: [
          { version: 1, isUniform: false, slates: 1, clicked: 0 },
          { version: 1, isUniform: true, slates: 3, clicked: 2 },
        ],
        visitors: {
          visitors: 2,
          slates: 4,
          clicked: 2,
          slatesSquared: 8,
          clickedSquared: 4,
          slatesTimesClicked: 4,
        },
        leftOut: { 'too-fast': 1 },
      })
      const source = { visitors: 1, networks: 1, clicks: 1, clicksOfBusiestNetwork: 1 }
      expect(await store.clickSources(id, 'live')).toEqual(
        ['i0', 'i1', 'i2'].map((itemId) => ({ itemId, ...source })),
      )
      expect(
        await store.itemTotals([
          { contextId: id, arm: 'live' },
          { contextId: id, arm: 'none' },
        ]),
      ).toEqual([
        {
          contextId: id,
          arm: 'live',
          totals: [
            { itemId: 'i0', impressions: 3, clicks: 1, noClickImpressions: 1 },
            { itemId: 'i1', impressions: 4, clicks: 1, noClickImpressions: 2 },
            { itemId: 'i2', impressions: 4, clicks: 1, noClickImpressions: 2 },
          ],
        },
      ])
      expect((await store.arms(id))[0]?.interactionsSince).toBe(4)
    })

    test('nothing counted is nothing', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const none = {
        visitors: 0,
        slates: 0,
        clicked: 0,
        slatesSquared: 0,
        clickedSquared: 0,
        slatesTimesClicked: 0,
      }
      expect(await store.tallies(id, 'live')).toEqual({ items: [], slates: [], visitors: none, leftOut: {} })
      expect(await store.clickSources(id, 'live')).toEqual([])
      expect(await store.itemTotals([{ contextId: id, arm: 'live' }])).toEqual([
        { contextId: id, arm: 'live', totals: [] },
      ])
    })

    test('a backlog is counted whole, and in the order of closing', async () => {
      const { store } = shared
      const caps = { ...DEFAULT_CONTEXT_CONFIG.caps, slatesPerVisitor: 30 }
      const { id } = await freshContext(shared, { caps })
      const issuedAtMs = freshDay(shared)
      const slates = Array.from({ length: 2500 }, (_, number) =>
        slate(shared, {
          contextId: id,
          issuedAtMs: issuedAtMs + ((number * 7919) % 2500),
          visitor: `v${number % 50}`,
        }),
      )
      await store.ingest(slates.map((on) => event(shared, on, 'impression')))
      expect(await store.countClosed(issuedAtMs + 10_000)).toEqual({ visits: 2500 })
      const { slates: counted, visitors, leftOut } = await store.tallies(id, 'live')
      expect(counted).toEqual([{ version: 1, isUniform: true, slates: 1500, clicked: 0 }])
      expect(visitors).toMatchObject({ visitors: 50, slates: 1500, slatesSquared: 50 * 30 * 30 })
      expect(leftOut).toEqual({ 'visitor-cap': 1000 })
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
    })

    test('dropping old days keeps every count, and what came before is forgotten', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const dayMs = freshDay(shared, 3)
      const visit = (day: number, visitor: string) =>
        event(
          shared,
          slate(shared, { contextId: id, issuedAtMs: dayMs + day * DAY_MS, visitor }),
          'click',
          0,
          { network: `of-${visitor}` },
        )
      await store.ingest([
        visit(0, 'a'),
        visit(0, 'b'),
        visit(0, 'b'),
        visit(1, 'b'),
        visit(1, 'c'),
        visit(2, 'c'),
      ])
      await store.countClosed(dayMs + DAY_MS + WINDOW_MS)
      const before = [await store.tallies(id, 'live'), await store.clickSources(id, 'live')]
      expect(before[0]).toMatchObject({ visitors: { visitors: 3, slates: 5, slatesSquared: 1 + 9 + 1 } })
      // Days of the tests before may go too.
      expect((await store.dropEventsBefore(dayMs + DAY_MS - 1, audit())).events).toBeGreaterThanOrEqual(0)
      expect(await store.dropEventsBefore(dayMs + DAY_MS, audit())).toEqual({ days: 1, events: 3 })
      expect([await store.tallies(id, 'live'), await store.clickSources(id, 'live')]).toEqual(before)
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
      expect(await store.dropEventsBefore(dayMs + 3 * DAY_MS, audit())).toEqual({ days: 1, events: 2 })
      expect([await store.tallies(id, 'live'), await store.clickSources(id, 'live')]).toEqual(before)
      expect((await store.events({ contextId: id, cursor: null, limit: 9 })).events).toHaveLength(1)
      await store.countClosed(dayMs + 3 * DAY_MS)
      expect((await store.tallies(id, 'live')).slates).toEqual([
        { version: 1, isUniform: true, slates: 6, clicked: 6 },
      ])
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
      expect(await store.ingest([visit(0, 'a')])).toEqual(['expired'])
    })

    test('a visitor is taken out of events and counts; others pass the caps that it filled', async () => {
      const { store } = shared
      const caps = { ...DEFAULT_CONTEXT_CONFIG.caps, clickedSlatesPerNetwork: 2 }
      const { id } = await freshContext(shared, { caps })
      const issuedAtMs = freshDay(shared)
      const visit = (visitor: string, number: number) =>
        event(shared, slate(shared, { contextId: id, issuedAtMs: issuedAtMs + number, visitor }), 'click', 1)
      const gone = uniqueName(shared, 'visitor')
      await store.ingest([visit(gone, 0), visit(gone, 1), visit('stays', 2), visit(gone, 5000)])
      await store.countClosed(issuedAtMs + 4000)
      expect(await store.tallies(id, 'live')).toMatchObject({
        slates: [{ slates: 2 }],
        visitors: { visitors: 1 },
        leftOut: { 'network-cap': 1 },
      })
      expect(await store.deleteVisitor(gone, audit())).toEqual({ events: 3 })
      expect(await store.tallies(id, 'live')).toMatchObject({
        slates: [{ slates: 1, clicked: 1 }],
        visitors: { visitors: 1, slates: 1 },
        leftOut: {},
      })
      expect(await store.clickSources(id, 'live')).toMatchObject([{ itemId: 'i1', visitors: 1, clicks: 1 }])
      expect((await store.events({ contextId: id, cursor: null, limit: 9 })).events).toHaveLength(1)
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
      expect(await store.deleteVisitor(gone, audit())).toEqual({ events: 0 })
      await store.countClosed(issuedAtMs + 10_000)
    })

    test('any delivery counts as the rules of visits and caps say', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, (delivery) => sameAsModel(shared, delivery)),
        {
          seed: 20_261_125,
          numRuns: 25,
        },
      )
    })
  })
}

interface DrawnEvent {
  readonly slate: number
  readonly kind: LiveEvent['kind']
  readonly position: number
  readonly eventId: string
  readonly network: string
  readonly mark: EventMark
}

interface DrawnSlate {
  readonly arm: string
  readonly version: number
  readonly size: number
  readonly isUniform: boolean
  readonly visitor: string
  readonly day: number
  readonly offsetMs: number
}

type Step =
  | { readonly do: 'ingest'; readonly events: readonly DrawnEvent[] }
  | { readonly do: 'count'; readonly day: number; readonly offsetMs: number }
  | { readonly do: 'delete'; readonly visitor: string }

const visitors = fc.constantFrom('v1', 'v2', 'v3')

const deliveries = fc.record({
  slates: fc.array(
    fc.record<DrawnSlate>({
      arm: fc.constantFrom('live', 'holdout'),
      version: fc.integer({ min: 1, max: 2 }),
      size: fc.integer({ min: 1, max: 4 }),
      isUniform: fc.boolean(),
      visitor: visitors,
      day: fc.integer({ min: 0, max: 1 }),
      offsetMs: fc.integer({ min: 0, max: 20 }),
    }),
    { minLength: 1, maxLength: 25 },
  ),
  steps: fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant('ingest' as const),
          events: fc.array(
            fc.record<DrawnEvent>({
              slate: fc.nat({ max: 24 }),
              kind: fc.constantFrom('impression', 'click'),
              position: fc.integer({ min: -1, max: 3 }),
              eventId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'),
              network: fc.constantFrom('n1', 'n2'),
              mark: fc.oneof(
                { weight: 12, arbitrary: fc.constant<EventMark>('none') },
                { weight: 1, arbitrary: fc.constantFrom<EventMark>('bot', 'too-fast', 'unlikely-time') },
              ),
            }),
            { maxLength: 40 },
          ),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('count' as const),
          day: fc.integer({ min: 0, max: 1 }),
          offsetMs: fc.integer({ min: 0, max: 20 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), visitor: visitors }) },
    ),
    { minLength: 1, maxLength: 8 },
  ),
})

type Delivery = typeof deliveries extends fc.Arbitrary<infer Drawn> ? Drawn : never

/** Does the same to the store and to the memory store, which counts one visit at a time by the rules of the core. */
async function sameAsModel(shared: Shared, { slates, steps }: Delivery): Promise<void> {
  const caps = {
    ...DEFAULT_CONTEXT_CONFIG.caps,
    slatesPerVisitor: 4,
    clickedSlatesPerVisitor: 2,
    slatesPerNetwork: 6,
    clickedSlatesPerNetwork: 3,
  }
  const { id } = await freshContext(shared, { caps })
  const model = memoryStore()
  const made = await model.createContext(
    { key: 'model', task: 't', topic: 'x', seed: 1, config: { ...DEFAULT_CONTEXT_CONFIG, caps } },
    audit(),
  )
  const dayMs = freshDay(shared, 2)
  const prefix = uniqueName(shared, 'run')
  const name = (one: string) => `${prefix}-${one}`
  const claims = slates.map((drawn, number) =>
    slate(shared, {
      contextId: id,
      slateId: name(`s${number}`),
      arm: drawn.arm,
      version: drawn.version,
      itemIds: Array.from({ length: drawn.size }, (_, place) => `i${(place * 3 + number) % 12}`),
      isUniform: drawn.isUniform,
      visitor: name(drawn.visitor),
      issuedAtMs: dayMs + drawn.day * DAY_MS + drawn.offsetMs,
    }),
  )
  const both = async <Result>(act: (store: Store, contextId: number) => Promise<Result>) => {
    const expected = await act(model, made.context.id)
    expect(await act(shared.store, id)).toEqual(expected)
  }
  const compareCounts = async () => {
    for (const arm of ['live', 'holdout']) {
      await both((store, contextId) => store.tallies(contextId, arm))
      await both((store, contextId) => store.clickSources(contextId, arm))
    }
    await both((store, contextId) => store.openCounts(contextId))
  }
  /** Of visitors and networks by name: while their events are kept. */
  const compareNamed = async () => {
    for (const arm of ['live', 'holdout']) await both((store, contextId) => readNamed(store, contextId, arm))
  }
  for (const step of steps as readonly Step[]) {
    if (step.do === 'ingest') {
      const events = step.events.map((drawn) => {
        const on = claims[drawn.slate % claims.length] as SlateClaims
        const lowest = drawn.kind === 'click' ? 0 : -1
        const position = Math.max(lowest, Math.min(drawn.position, on.itemIds.length - 1))
        const { kind, eventId, network, mark } = drawn
        return event(shared, on, kind, position, { eventId, network, mark })
      })
      await both((store, contextId) =>
        store.ingest(events.map((one) => ({ ...one, slate: { ...one.slate, contextId } }))),
      )
    } else if (step.do === 'count') {
      const toMs = dayMs + step.day * DAY_MS + step.offsetMs + WINDOW_MS
      await both((store) => store.countClosed(toMs))
    } else await both((store) => store.deleteVisitor(name(step.visitor), audit()))
    if (step.do !== 'ingest') await compareCounts()
  }
  await both((store) => store.countClosed(dayMs + 2 * DAY_MS))
  await compareCounts()
  await compareNamed()
  expect(await shared.store.recount(audit())).toMatchObject({ different: 0 })
  await shared.store.dropEventsBefore(dayMs + 2 * DAY_MS, audit())
  await compareCounts()
}
