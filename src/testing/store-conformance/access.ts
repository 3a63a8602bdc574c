import { describe, expect, test } from 'vitest'
import { NO_BUDGET } from '../../core/live/context-config.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { ApiKey } from '../../ports/store/access.ts'
import type { ModelCall } from '../../ports/store/model-calls.ts'
import { audit, DAY_MS, freshContext, type Shared, uniqueName } from './fixture.ts'

export function accessConformance(shared: Shared): void {
  describe('keys, secrets, settings', () => {
    test('keys are kept and end', async () => {
      const { store } = shared
      const key: ApiKey = {
        id: uniqueName(shared, 'fk_pub'),
        kind: 'publishable',
        name: 'Shop "front"',
        hash: 'b'.repeat(64),
        origins: ['https://shop.example', '*'],
        mayCreateContexts: true,
        createdAtMs: 1_700_000_000_000,
        endsAtMs: null,
      }
      await store.addKey(key, audit('key-created', key.id))
      expect((await store.keys()).filter(({ id }) => id === key.id)).toEqual([key])
      expect(await store.endKey(key.id, 99, audit('key-revoked', key.id))).toBe(true)
      expect(await store.endKey('none such', 99, audit('key-revoked', key.id))).toBe(false)
      expect((await store.keys()).filter(({ id }) => id === key.id)).toEqual([{ ...key, endsAtMs: 99 }])
      const { entries } = await store.audit({ contextKey: key.id, cursor: null, limit: 9 })
      expect(entries.map(({ action }) => action)).toEqual(['key-revoked', 'key-created'])
    })

    test('of several nodes that make a secret one wins', async () => {
      const { store } = shared
      const name = uniqueName(shared, 'secret')
      const made = await Promise.all(['a', 'b', 'c'].map((secret) => store.sharedSecret(name, secret)))
      expect(new Set(made).size).toBe(1)
      expect(await store.sharedSecret(name, 'd')).toBe(made[0])
    })

    test('an idempotency key is claimed once, answered, given back, and forgotten after a day', async () => {
      const { store } = shared
      const key = uniqueName(shared, 'idempotent')
      const now = 10 * DAY_MS
      const claims = await Promise.all([1, 2, 3].map(() => store.idempotent('scope', key, 'hash', now)))
      expect(claims.filter((one) => one === undefined)).toHaveLength(1)
      expect(claims.filter((one) => one !== undefined)).toEqual(
        Array.from({ length: 2 }, () => ({ requestHash: 'hash', status: null, body: null })),
      )
      expect(await store.idempotent('other', key, 'hash', now)).toBeUndefined()
      await store.keepIdempotent('scope', key, 201, '{"id":1}')
      expect(await store.idempotent('scope', key, 'x', now)).toEqual({
        requestHash: 'hash',
        status: 201,
        body: '{"id":1}',
      })
      await store.dropIdempotent('scope', key)
      expect(await store.idempotent('scope', key, 'y', now)).toBeUndefined()
      expect(await store.idempotent('scope', key, 'z', now + DAY_MS)).toBeUndefined()
    })

    test('tasks and the budget', async () => {
      const { store } = shared
      const task = {
        key: uniqueName(shared, 'task'),
        name: 'Teasers',
        version: 1,
        noun: { one: 'teaser', many: 'teasers' },
        needsArticle: false,
        brief: 'Short\n"teasers".',
        constraints: { wordsMin: 2, wordsMax: 9, namesTopic: false, bannedWords: [], ending: 'any' },
        completion: { article: '', list: 'l', ratedList: 'r', popular: 'p', alike: 'a' },
        shots: [],
      } satisfies TaskDefinition
      await store.putTask(task, audit())
      await store.putTask({ ...task, version: 2 }, audit())
      expect((await store.tasks()).filter(({ key }) => key === task.key)).toEqual([{ ...task, version: 2 }])
      expect(await store.budget()).toEqual(NO_BUDGET)
      await store.setBudget({ ...NO_BUDGET, usdPerDay: 1.5, calls: 7 }, audit())
      expect(await store.budget()).toEqual({ ...NO_BUDGET, usdPerDay: 1.5, calls: 7 })
    })

    test('the audit is read page by page, newest first', async () => {
      const { store } = shared
      const contextKey = uniqueName(shared, 'audited')
      for (const number of [1, 2, 3, 4, 5]) {
        await store.appendAudit({
          atMs: number,
          by: `k"${number}`,
          action: `a-${number}`,
          contextKey,
          details: { number, deep: [{ x: null }] },
        })
      }
      const first = await store.audit({ contextKey, cursor: null, limit: 2 })
      expect(first.entries.map(({ atMs }) => atMs)).toEqual([5, 4])
      expect(first.entries[0]).toMatchObject({
        by: 'k"5',
        action: 'a-5',
        contextKey,
        details: { number: 5, deep: [{ x: null }] },
      })
      const second = await store.audit({ contextKey, cursor: first.next, limit: 2 })
      const third = await store.audit({ contextKey, cursor: second.next, limit: 2 })
      expect([...second.entries, ...third.entries].map(({ atMs }) => atMs)).toEqual([3, 2, 1])
      expect(third.next).toBeNull()
      expect((await store.audit({ cursor: null, limit: 1 })).entries).toHaveLength(1)
    })
  })

  describe('model calls', () => {
    const call = (key: string, contextId: number | null, change: Partial<ModelCall> = {}): ModelCall => ({
      key,
      contextId,
      arm: 'live',
      writer: 'grammar',
      model: 'grammar',
      question: '{"q":"\\u0000 and \ud83d\ude42"}',
      answer: '["a"]',
      usage: { modelCalls: 2, inputTokens: 100, outputTokens: 10, costUsd: 0.25, seconds: 1.5 },
      createdAtMs: 5 * DAY_MS,
      ...change,
    })

    test('the first answer of a key is kept', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const key = uniqueName(shared, 'call')
      expect(await store.modelCall(key)).toBeUndefined()
      await store.keepModelCall(call(key, id))
      await store.keepModelCall(call(key, id, { answer: 'another' }))
      expect(await store.modelCall(key)).toEqual(call(key, id))
      expect(await store.spend(id, 0)).toEqual({ calls: 2, tokens: 110, costUsd: 0.25, unpriced: 0 })
    })

    test('calls of a context, newest first, and what they cost since a moment', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const all = await store.spend(null, 0)
      const unpriced = { modelCalls: 3, inputTokens: 1, outputTokens: 1, costUsd: null, seconds: 0 }
      const calls = [
        call(uniqueName(shared, 'call'), id, { createdAtMs: 4 * DAY_MS }),
        call(uniqueName(shared, 'call'), id, { createdAtMs: 5 * DAY_MS + 1000 }),
        call(uniqueName(shared, 'call'), id, { createdAtMs: 5 * DAY_MS + 2000, usage: unpriced }),
      ]
      for (const one of calls) await store.keepModelCall(one)
      await store.keepModelCall(call(uniqueName(shared, 'call'), null))
      const first = await store.modelCalls(id, { cursor: null, limit: 2 })
      expect(first.calls).toEqual([calls[2], calls[1]])
      expect(await store.modelCalls(id, { cursor: first.next, limit: 2 })).toEqual({
        calls: [calls[0]],
        next: null,
      })
      expect(await store.spend(id, 0)).toEqual({ calls: 7, tokens: 222, costUsd: 0.5, unpriced: 3 })
      expect(await store.spend(id, 5 * DAY_MS)).toEqual({ calls: 5, tokens: 112, costUsd: 0.25, unpriced: 3 })
      expect(await store.spend(id, 5 * DAY_MS + 1001)).toEqual({
        calls: 3,
        tokens: 2,
        costUsd: 0,
        unpriced: 3,
      })
      expect(await store.spend(id, 6 * DAY_MS)).toEqual({ calls: 0, tokens: 0, costUsd: 0, unpriced: 0 })
      expect((await store.spend(null, 0)).calls).toBe(all.calls + 9)
    })
  })
}
