import { describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { IterationRecord, PoolCommit } from '../../ports/store/pools.ts'
import { audit, firstPool, freshContext, item, type Shared } from './fixture.ts'

function record(iteration: number): IterationRecord {
  return {
    iteration,
    startedAtMs: 200,
    finishedAtMs: 300,
    interactions: 5000,
    clicked: 321,
    born: ['i3'],
    left: ['i0'],
    refused: { 'too-long': 2 },
    requests: [
      {
        mode: 'explore',
        attempt: 0,
        answerKey: 'a'.repeat(64),
        candidates: [{ text: 'A "quoted" \u2028 text \\u0041', fate: 'born', itemId: 'i3' }],
      },
    ],
  }
}

function nextPool(contextId: number, change: Partial<PoolCommit> = {}): PoolCommit {
  return {
    contextId,
    arm: 'live',
    fromVersion: 1,
    births: [
      item(3, {
        mode: 'explore',
        parents: ['i1', 'i2'],
        bornAt: 1,
        meanLogProbability: -1.25,
        editedFrom: 'i0',
      }),
    ],
    standings: [
      { itemId: 'i0', standing: 'banned' },
      { itemId: 'i1', isPinned: true },
    ],
    pool: { itemIds: ['i3', 'i1', 'i2'], iteration: 1, cause: 'iteration' },
    iteration: record(1),
    by: 'optimizer',
    nowMs: 300,
    audit: [audit('iteration-finished')],
    ...change,
  }
}

export function poolsConformance(shared: Shared): void {
  describe('pools', () => {
    test('a commit changes history, pool, version and iteration together', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      expect(await store.commitPool(firstPool(id))).toEqual({ kind: 'committed', version: 1 })
      expect(await store.commitPool(nextPool(id))).toEqual({ kind: 'committed', version: 2 })
      expect(await store.items(id, 'live')).toEqual([
        item(0, { standing: 'banned' }),
        item(1, { isPinned: true }),
        item(2),
        item(3, {
          mode: 'explore',
          parents: ['i1', 'i2'],
          bornAt: 1,
          meanLogProbability: -1.25,
          editedFrom: 'i0',
        }),
      ])
      const second = {
        version: 2,
        iteration: 1,
        itemIds: ['i3', 'i1', 'i2'],
        cause: 'iteration',
        by: 'optimizer',
        createdAtMs: 300,
      }
      const first = {
        version: 1,
        iteration: 0,
        itemIds: ['i0', 'i1', 'i2'],
        cause: 'initial',
        by: 'optimizer',
        createdAtMs: 100,
      }
      expect(await store.versions(id, 'live', { limit: 10 })).toEqual([second, first])
      expect(await store.versions(id, 'live', { limit: 1 })).toEqual([second])
      expect(await store.versions(id, 'live', { beforeVersion: 2, limit: 10 })).toEqual([first])
      expect(await store.version(id, 'live', 1)).toEqual(first)
      expect(await store.version(id, 'live', 3)).toBeUndefined()
      expect(await store.iterations(id, 'live', { limit: 10 })).toEqual([record(1)])
      expect(await store.iterations(id, 'live', { before: 1, limit: 10 })).toEqual([])
      expect((await store.arms(id))[0]).toMatchObject({
        version: 2,
        iteration: 1,
        poolIds: ['i3', 'i1', 'i2'],
        interactionsSince: 0,
        lastIterationAtMs: 300,
      })
    })

    test('items are kept in the order of birth, beyond ten', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id, 'live', 12))
      expect((await store.items(id, 'live')).map((one) => one.id)).toEqual(
        Array.from({ length: 12 }, (_, number) => `i${number}`),
      )
    })

    test('a commit from an old version, a lost lease or of a known iteration changes nothing', async () => {
      const { store } = shared
      const { id, key } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      const conflict = (reason: string) => ({ kind: 'conflict', reason })
      expect(await store.commitPool(firstPool(id))).toEqual(conflict('version'))
      const lease = { contextId: id, arm: 'live', node: 'n', epoch: 99, untilMs: 1 }
      expect(await store.commitPool(nextPool(id, { lease }))).toEqual(conflict('lease'))
      expect(await store.commitPool(nextPool(id, { arm: 'none' }))).toEqual(conflict('missing'))
      await store.commitPool(nextPool(id))
      const again = nextPool(id, { fromVersion: 2, births: [item(4)], audit: [audit('twice', key)] })
      expect(await store.commitPool(again)).toEqual(conflict('iteration'))
      expect(await store.items(id, 'live')).toHaveLength(4)
      expect(
        (await store.audit({ contextKey: key, cursor: null, limit: 9 })).entries.map(({ action }) => action),
      ).toEqual(['context-created'])
    })

    test('an iteration cannot put out what a person has pinned meanwhile; a person can', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      await store.commitPool({
        ...firstPool(id),
        births: [],
        standings: [{ itemId: 'i0', isPinned: true }],
        fromVersion: 1,
        pool: null,
      })
      const lease = { contextId: id, arm: 'live', node: 'n', epoch: 0, untilMs: 1 }
      const change = nextPool(id, { lease, standings: [] })
      expect(await store.commitPool(change)).toEqual({ kind: 'conflict', reason: 'version' })
      expect(await store.items(id, 'live')).toHaveLength(3)
      const { lease: _, ...byHand } = change
      expect(await store.commitPool(byHand)).toEqual({ kind: 'committed', version: 2 })
    })

    test('of several commits from one version one goes through', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      const results = await Promise.all(
        [1, 2, 3, 4].map((number) =>
          store.commitPool(nextPool(id, { births: [item(3)], standings: [], iteration: record(number) })),
        ),
      )
      expect(results.filter(({ kind }) => kind === 'committed')).toHaveLength(1)
      expect(await store.iterations(id, 'live', { limit: 9 })).toHaveLength(1)
    })

    test('an item that is not approved, or not there, cannot be served', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      const waiting = nextPool(id, { births: [item(3, { standing: 'waiting' })], standings: [] })
      await expect(store.commitPool(waiting)).rejects.toThrow(/i3/)
      const banned = nextPool(id, { standings: [{ itemId: 'i2', standing: 'banned' }] })
      await expect(store.commitPool(banned)).rejects.toThrow(/i2/)
      const missing = nextPool(id, { standings: [{ itemId: 'i77', isPinned: true }] })
      await expect(store.commitPool(missing)).rejects.toThrow(/i77/)
      expect(await store.items(id, 'live')).toHaveLength(3)
      expect((await store.arms(id))[0]?.version).toBe(1)
      expect(await store.iterations(id, 'live', { limit: 9 })).toEqual([])
    })

    test('a change without a pool keeps the version', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      await store.commitPool(firstPool(id))
      const { iteration: _, ...change } = nextPool(id, {
        births: [item(3, { standing: 'waiting' })],
        pool: null,
      })
      expect(await store.commitPool(change)).toEqual({ kind: 'committed', version: 1 })
      expect((await store.items(id, 'live')).map(({ standing }) => standing)).toEqual([
        'banned',
        'approved',
        'approved',
        'waiting',
      ])
    })
  })

  describe('what serving nodes hear', () => {
    test('changes come in order, each context at its latest', async () => {
      const { store } = shared
      const start = await upToNow(shared)
      const one = await freshContext(shared)
      const two = await freshContext(shared)
      await store.commitPool(firstPool(one.id))
      const { changed, removed, upTo } = await store.servingChanges(start, 100)
      expect(removed).toEqual([])
      expect(changed).toEqual([
        { context: two, arms: [] },
        {
          context: one,
          arms: [
            {
              arm: 'live',
              version: 1,
              items: [0, 1, 2].map((n) => ({ id: `i${n}`, text: `Which vacuum is number ${n}?` })),
            },
          ],
        },
      ])
      expect(await store.servingChanges(upTo, 100)).toEqual({ upTo, changed: [], removed: [] })
      await store.deleteContext(two.key, audit())
      await store.updateContext(one.key, { status: 'paused' }, null, audit())
      const first = await store.servingChanges(upTo, 1)
      expect([first.changed, first.removed]).toEqual([[], [two.id]])
      const second = await store.servingChanges(first.upTo, 1)
      expect(second.changed.map(({ context }) => context.status)).toEqual(['paused'])
    })

    test('arms of the configuration in its order, pools in theirs', async () => {
      const { store } = shared
      const context = await freshContext(shared)
      await store.commitPool(firstPool(context.id, 'holdout', 11))
      await store.commitPool(firstPool(context.id, 'live', 2))
      const start = await upToNow(shared)
      const arms = [...DEFAULT_CONTEXT_CONFIG.arms].reverse()
      await store.updateContext(context.key, { config: { ...context.config, arms } }, null, audit())
      const [entry] = (await store.servingChanges(start, 10)).changed
      expect(entry?.arms.map(({ arm, items }) => [arm, items.map(({ id }) => id).join()])).toEqual([
        ['holdout', 'i0,i1,i2,i3,i4,i5,i6,i7,i8,i9,i10'],
        ['live', 'i0,i1'],
      ])
    })

    test('numbers are in the order of commits: a reader misses none', async () => {
      const { store } = shared
      const contexts = await Promise.all(Array.from({ length: 12 }, () => freshContext(shared)))
      let after = await upToNow(shared)
      const seen = new Set<number>()
      let isDone = false
      const reading = (async () => {
        for (;;) {
          const wasDone = isDone
          const { upTo, changed } = await store.servingChanges(after, 3)
          for (const { context } of changed) seen.add(context.id)
          after = upTo
          if (wasDone && changed.length === 0) return
        }
      })()
      await Promise.all(contexts.map(({ id }) => store.commitPool(firstPool(id))))
      isDone = true
      await reading
      expect([...seen].sort((a, b) => a - b)).toEqual(contexts.map(({ id }) => id).sort((a, b) => a - b))
    })
  })
}

async function upToNow({ store }: Shared): Promise<number> {
  let after = 0
  for (;;) {
    const { upTo } = await store.servingChanges(after, 1000)
    if (upTo === after) return after
    after = upTo
  }
}
