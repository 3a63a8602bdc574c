import { describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { ArmImport } from '../../ports/store/transfer.ts'
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

export function transferConformance(shared: Shared): void {
  /** A context with a dropped day, a counted day and an open slate; some visitors on both days. */
  async function livedContext(): Promise<{ context: LiveContext; dayMs: number }> {
    const { store } = shared
    const context = await freshContext(shared)
    await store.commitPool(firstPool(context.id))
    const dayMs = freshDay(shared, 4)
    const visit = (issuedAtMs: number, visitor: string, clicked: number | null) => {
      const on = slate(shared, { contextId: context.id, issuedAtMs, visitor })
      const seen = event(shared, on, 'impression')
      return clicked === null ? [seen] : [seen, event(shared, on, 'click', clicked)]
    }
    await store.ingest([
      ...visit(dayMs + 1, 'visitor-of-both-days-0', 0),
      ...visit(dayMs + 2, 'visitor-of-the-first-0', null),
      ...visit(dayMs + 3, 'visitor-of-the-first-0', 2),
      ...visit(dayMs + DAY_MS, 'visitor-of-both-days-0', 1),
      ...visit(dayMs + DAY_MS + 1, 'visitor-of-the-second0', null),
    ])
    await store.countClosed(dayMs + DAY_MS + WINDOW_MS + 1)
    await store.dropEventsBefore(dayMs + DAY_MS, audit())
    await store.ingest(visit(dayMs + 2 * DAY_MS, 'visitor-of-the-second0', 0))
    return { context, dayMs }
  }

  async function armOf({ id }: LiveContext): Promise<ArmImport> {
    const { store } = shared
    return {
      arm: 'live',
      items: await store.items(id, 'live'),
      versions: (await store.versions(id, 'live', { limit: 10 })).reverse(),
      iterations: [],
      past: await store.pastCounts(id, 'live'),
    }
  }

  describe('transfer', () => {
    test('what is past is told without its visitors', async () => {
      const { context } = await livedContext()
      const past = await shared.store.pastCounts(context.id, 'live')
      expect(past.slates).toEqual([{ version: 1, isUniform: true, slates: 3, clicked: 2 }])
      expect(past.visitors).toEqual({
        visitors: 2,
        slates: 3,
        clicked: 2,
        slatesSquared: 5,
        clickedSquared: 2,
        slatesTimesClicked: 3,
      })
      expect(past.sources).toEqual([
        { itemId: 'i0', visitors: 1, networks: 1, clicks: 1, clicksOfBusiestNetwork: 1 },
        { itemId: 'i2', visitors: 1, networks: 1, clicks: 1, clicksOfBusiestNetwork: 1 },
      ])
      expect(JSON.stringify(past)).not.toContain('visitor-of')
    })

    test('a context comes over with its history, its counts and its events', async () => {
      const { store } = shared
      const { context, dayMs } = await livedContext()
      const arm = await armOf(context)
      const { events } = await store.events({ contextId: context.id, cursor: null, limit: 100 })
      const given = {
        key: uniqueName(shared, 'imported'),
        task: context.task,
        topic: context.topic,
        seed: 9,
        config: DEFAULT_CONTEXT_CONFIG,
      }
      const made = await store.importContext(given, [arm], audit('context-imported', given.key))
      expect(made).toMatchObject({ kind: 'imported', context: { ...given, status: 'paused' } })
      const copy = made.context.id
      // Slates of the copy are not those of the original.
      const copies = events.map((one) => ({
        ...one,
        slate: { ...one.slate, contextId: copy, slateId: `copy-${one.slate.slateId}` },
      }))
      expect(await store.importEvents(copy, copies.slice(0, 2))).toBe(2)
      expect(await store.importContext(given, [arm], audit())).toMatchObject({ kind: 'unfinished' })
      expect(await store.importEvents(copy, copies)).toBe(copies.length - 2)
      await store.finishImport(copy, 'active', audit())
      expect(await store.importContext(given, [arm], audit())).toMatchObject({
        kind: 'exists',
        context: { status: 'active' },
      })
      const late = { ...(copies[0] as (typeof copies)[0]), eventId: 'late', position: 1 }
      expect(await store.importEvents(copy, [late])).toBe(0)

      expect(await store.items(copy, 'live')).toEqual(arm.items)
      expect(await store.versions(copy, 'live', { limit: 10 })).toEqual([...arm.versions].reverse())
      const [live] = await store.arms(copy)
      const [original] = await store.arms(context.id)
      expect(live).toEqual({ ...original, contextId: copy })
      const without = ({ visitors: _, ...rest }: object & { visitors?: unknown }) => rest
      const talliesOf = async (id: number) => without(await store.tallies(id, 'live'))
      expect(await talliesOf(copy)).toEqual(await talliesOf(context.id))
      expect(await store.openCounts(copy)).toEqual({ impressions: 1, clicks: 1 })
      expect(await store.itemTotals([{ contextId: copy, arm: 'live' }])).toMatchObject([
        { totals: (await store.itemTotals([{ contextId: context.id, arm: 'live' }]))[0]?.totals },
      ])
      // Seen on a dropped day and on a kept one, a visitor is two in the copy.
      expect((await store.tallies(context.id, 'live')).visitors.visitors).toBe(3)
      expect((await store.tallies(copy, 'live')).visitors).toMatchObject({ visitors: 4, slates: 5 })

      await store.countClosed(dayMs + 3 * DAY_MS)
      expect(await talliesOf(copy)).toEqual(await talliesOf(context.id))
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
    })

    test('an import that is not finished keeps its raw events, and counts them once in the end', async () => {
      const { store } = shared
      const { context, dayMs } = await livedContext()
      const arm = await armOf(context)
      const { events } = await store.events({ contextId: context.id, cursor: null, limit: 100 })
      const given = {
        key: uniqueName(shared, 'imported'),
        task: context.task,
        topic: context.topic,
        seed: 9,
        config: DEFAULT_CONTEXT_CONFIG,
      }
      const copy = (await store.importContext(given, [arm], audit())).context.id
      const copies = events.map((one) => ({
        ...one,
        slate: { ...one.slate, contextId: copy, slateId: `cut-${one.slate.slateId}` },
      }))
      const before = await store.tallies(copy, 'live')
      expect(await store.importEvents(copy, copies.slice(0, 2))).toBe(2)

      // What else happens to a store meanwhile.
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
      expect(await store.tallies(copy, 'live')).toEqual(before)
      await store.dropEventsBefore(dayMs + 2 * DAY_MS, audit())
      await store.countClosed(dayMs + 2 * DAY_MS)
      expect(await store.tallies(copy, 'live')).toEqual(before)

      expect(await store.importEvents(copy, copies)).toBe(copies.length - 2)
      await store.finishImport(copy, 'active', audit())
      await store.countClosed(dayMs + 3 * DAY_MS)
      const counted = await store.tallies(copy, 'live')
      const without = ({ visitors: _, ...rest }: object & { visitors?: unknown }) => rest
      expect(without(counted)).toEqual(without(await store.tallies(context.id, 'live')))

      const dropped = await store.dropEventsBefore(dayMs + 3 * DAY_MS, audit())
      expect(dropped.events).toBeGreaterThanOrEqual(copies.length)
      expect(await store.tallies(copy, 'live')).toEqual(counted)
      expect(await store.recount(audit())).toMatchObject({ different: 0 })
    })

    test('arms that the configuration has not keep their history and are not served', async () => {
      const { store } = shared
      const { context } = await livedContext()
      const arm = { ...(await armOf(context)), arm: 'gone' }
      const key = uniqueName(shared, 'imported')
      const given = { key, task: 'headline', topic: 'Vacuums', seed: 1, config: DEFAULT_CONTEXT_CONFIG }
      const { context: made } = await store.importContext(given, [arm], audit())
      await store.finishImport(made.id, 'active', audit())
      const versions = (await store.arms(made.id)).map((one) => [one.arm, one.version])
      expect(Object.fromEntries(versions)).toEqual({ live: 0, holdout: 0, gone: 1 })
      const all = await store.servingChanges(0, 10_000)
      expect(all.changed.find((one) => one.context.id === made.id)?.arms).toEqual([])
    })
  })
}
