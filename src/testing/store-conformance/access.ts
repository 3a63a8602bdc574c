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
      expect(await store.endKey(key.id, 99, audit('key-revoked', key.id))).toBe('done')
      expect(await store.endKey(key.id, 100, audit('key-revoked', key.id))).toBe('ended')
      expect(await store.endKey('none such', 99, audit('key-revoked', key.id))).toBe('missing')
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
      const claim = { scope: 'scope', key, requestHash: 'hash' }
      const claims = await Promise.all([1, 2, 3].map(() => store.idempotent(claim, now)))
      expect(claims.filter((one) => one === undefined)).toHaveLength(1)
      expect(claims.filter((one) => one !== undefined)).toEqual(
        Array.from({ length: 2 }, () => ({ requestHash: 'hash', status: null, body: null })),
      )
      expect(await store.idempotent({ ...claim, scope: 'other' }, now)).toBeUndefined()
      await store.keepIdempotent({ ...claim, requestHash: 'not the claim', status: 200, body: 'x' })
      await store.keepIdempotent({ ...claim, status: 201, body: '{"id":1}' })
      await store.keepIdempotent({ ...claim, status: 200, body: 'later' })
      // Answered, it is no claim that could be given back.
      await store.dropIdempotent(claim)
      expect(await store.idempotent({ ...claim, requestHash: 'x' }, now)).toEqual({
        requestHash: 'hash',
        status: 201,
        body: '{"id":1}',
      })
      const open = { ...claim, key: uniqueName(shared, 'idempotent') }
      expect(await store.idempotent(open, now)).toBeUndefined()
      await store.dropIdempotent({ ...open, requestHash: 'not the claim' })
      expect(await store.idempotent(open, now)).toMatchObject({ status: null })
      await store.dropIdempotent(open)
      expect(await store.idempotent(open, now)).toBeUndefined()
      expect(await store.idempotent(claim, now + DAY_MS)).toBeUndefined()
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
      const versions = [null, 2, 1].map((before) => ({ before, version: (before ?? 0) + 1 }))
      for (const [index, { before, version }] of versions.entries()) {
        expect(await store.putTask({ ...task, version }, before, audit())).toBe(index !== 1)
      }
      expect(await store.putTask(task, null, audit())).toBe(false)
      const raced = ['a', 'b', 'c'].map((name) => store.putTask({ ...task, name, version: 3 }, 2, audit()))
      expect((await Promise.all(raced)).filter(Boolean)).toHaveLength(1)
      expect((await store.tasks()).filter(({ key }) => key === task.key)).toMatchObject([{ version: 3 }])
      expect(await store.budget()).toEqual(NO_BUDGET)
      const where = uniqueName(shared, 'budget')
      const budgets = [1, 2, 3].map((calls) =>
        store.setBudget({ ...NO_BUDGET, calls }, NO_BUDGET, audit('budget-changed', where)),
      )
      expect((await Promise.all(budgets)).filter(Boolean)).toHaveLength(1)
      const { entries } = await store.audit({ contextKey: where, cursor: null, limit: 9 })
      expect(entries).toHaveLength(1)
      expect(
        await store.setBudget({ ...NO_BUDGET, usdPerDay: 1.5, calls: 7 }, await store.budget(), audit()),
      ).toBe(true)
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
