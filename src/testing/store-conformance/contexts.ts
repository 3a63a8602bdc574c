import { describe, expect, test } from 'vitest'
import { type ContextConfig, DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { audit, event, firstPool, freshContext, freshDay, type Shared, slate, uniqueName } from './fixture.ts'

export function contextsConformance(shared: Shared): void {
  describe('contexts', () => {
    test('a context is made once, with all it was given', async () => {
      const { store } = shared
      const key = uniqueName(shared, `O'Brien "quoted" \\ Ünïcode 日本 🙂`)
      const given = {
        key,
        task: 'headline',
        topic: '<b>%_"; drop table x; --',
        article: 'Line\nline',
        seed: 2_147_483_647,
        config: { ...DEFAULT_CONTEXT_CONFIG, due: { interactions: 10, evidence: 0.05 } },
      }
      const made = await store.createContext(given, { ...audit('context-created', key), atMs: 42 })
      expect(made).toEqual({
        kind: 'created',
        context: {
          ...given,
          id: made.context.id,
          status: 'active',
          revision: 1,
          createdAtMs: 42,
          updatedAtMs: 42,
        },
      })
      expect(await store.createContext({ ...given, topic: 'Other' }, audit())).toEqual({
        kind: 'exists',
        context: made.context,
      })
      expect(await store.context(key)).toEqual(made.context)
      expect(await store.contextById(made.context.id)).toEqual(made.context)
      expect(await store.context('none such')).toBeUndefined()
      expect(await store.contextById(2_000_000_000)).toBeUndefined()
      expect(
        (await store.arms(made.context.id)).map(({ arm, version, iteration }) => [arm, version, iteration]),
      ).toEqual([
        ['live', 0, -1],
        ['holdout', 0, -1],
      ])
    })

    test('of several makers at once one makes it', async () => {
      const { store } = shared
      const key = uniqueName(shared, 'contended')
      const given = { key, task: 't', topic: 'x', seed: 1, config: DEFAULT_CONTEXT_CONFIG }
      const made = await Promise.all(
        Array.from({ length: 8 }, () => store.createContext(given, audit('made', key))),
      )
      expect(made.filter(({ kind }) => kind === 'created')).toHaveLength(1)
      expect(new Set(made.map(({ context }) => context.id)).size).toBe(1)
      expect((await store.audit({ contextKey: key, cursor: null, limit: 10 })).entries).toHaveLength(1)
    })

    test('contexts come in the order of their keys, page by page', async () => {
      const { store } = shared
      const prefix = uniqueName(shared, 'zz-paged')
      for (const end of ['b', 'a', 'c', 'B']) {
        await store.createContext(
          { key: `${prefix}-${end}`, task: 't', topic: 'x', seed: 1, config: DEFAULT_CONTEXT_CONFIG },
          audit(),
        )
      }
      const first = await store.contexts({ afterKey: prefix, limit: 3 })
      expect(first.map(({ key }) => key.slice(-1))).toEqual(['B', 'a', 'b'])
      const next = await store.contexts({ afterKey: first[2]?.key as string, limit: 1 })
      expect(next.map(({ key }) => key.slice(-1))).toEqual(['c'])
    })

    test('a change is made from the revision that was expected', async () => {
      const { store } = shared
      const before = await freshContext(shared)
      const changed = await store.updateContext(before.key, { topic: 'Mops', status: 'paused' }, 1, {
        ...audit('context-changed', before.key),
        atMs: 77,
      })
      const context = { ...before, topic: 'Mops', status: 'paused' as const, revision: 2, updatedAtMs: 77 }
      expect(changed).toEqual({ kind: 'updated', context })
      expect(await store.updateContext(before.key, { topic: 'Brooms' }, 1, audit())).toEqual({
        kind: 'conflict',
        context,
      })
      expect(await store.updateContext(before.key, { topic: 'Brooms' }, null, audit())).toMatchObject({
        kind: 'updated',
        context: { topic: 'Brooms', revision: 3 },
      })
      expect(await store.updateContext('none such', {}, null, audit())).toEqual({ kind: 'missing' })
      const raced = await Promise.all(
        ['a', 'b', 'c'].map((topic) => store.updateContext(before.key, { topic }, 3, audit())),
      )
      expect(raced.map(({ kind }) => kind).sort()).toEqual(['conflict', 'conflict', 'updated'])
    })

    test('arms follow the configuration and keep their history', async () => {
      const { store } = shared
      const context = await freshContext(shared)
      await store.commitPool(firstPool(context.id, 'holdout'))
      const [live] = context.config.arms
      const config: ContextConfig = {
        ...context.config,
        arms: [
          { ...(live as ContextConfig['arms'][number]), share: 0.5 },
          {
            key: 'other',
            share: 0.5,
            isFrozen: false,
            strategy: 'no-drop',
            policy: { kind: 'thompson', uniformShare: 0.1 },
          },
        ],
      }
      await store.updateContext(context.key, { config }, null, audit())
      expect((await store.arms(context.id)).map(({ arm }) => arm)).toEqual(['live', 'holdout', 'other'])
      expect((await store.items(context.id, 'holdout')).map(({ id }) => id)).toEqual(['i0', 'i1', 'i2'])
      expect((await store.context(context.key))?.config).toEqual(config)
    })

    test('a removed context takes all it had with it, but for the audit', async () => {
      const { store } = shared
      const context = await freshContext(shared)
      await store.commitPool(firstPool(context.id))
      const on = slate(shared, { contextId: context.id, issuedAtMs: freshDay(shared) })
      await store.ingest([event(shared, on, 'click', 1)])
      await store.countClosed(on.closesAtMs)
      expect(await store.deleteContext(context.key, audit('context-deleted', context.key))).toBe('deleted')
      expect(await store.deleteContext(context.key, audit())).toBe('missing')
      expect(await store.context(context.key)).toBeUndefined()
      expect(await store.arms(context.id)).toEqual([])
      expect(await store.items(context.id, 'live')).toEqual([])
      expect((await store.tallies(context.id, 'live')).slates).toEqual([])
      expect((await store.events({ contextId: context.id, cursor: null, limit: 10 })).events).toEqual([])
      const { entries } = await store.audit({ contextKey: context.key, cursor: null, limit: 10 })
      expect(entries.map(({ action }) => action)).toEqual(['context-deleted', 'context-created'])
      const again = await store.createContext(
        { key: context.key, task: 't', topic: 'x', seed: 1, config: DEFAULT_CONTEXT_CONFIG },
        audit(),
      )
      expect(again.kind).toBe('created')
      expect(again.context.id).not.toBe(context.id)
    })
  })
}
