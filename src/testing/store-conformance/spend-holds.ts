import { beforeAll, describe, expect, test } from 'vitest'
import type { Amount } from '../../core/live/budget.ts'
import { type Budget, NO_BUDGET } from '../../core/live/context-config.ts'
import type { ModelCall } from '../../ports/store/model-calls.ts'
import type { HeldSpend } from '../../ports/store/spend-holds.ts'
import { audit, DAY_MS, freshContext, freshDay, type Shared, uniqueName } from './fixture.ts'

const TEN: Amount = { calls: 10, tokens: 1000, usd: 0.5 }

export function spendHoldsConformance(shared: Shared): void {
  const context = async (budget: Partial<Budget>) =>
    (await freshContext(shared, { budget: { ...NO_BUDGET, ...budget } })).id
  const hold = (contextId: number, nowMs: number, amount: Amount = TEN, forMs = 1000) =>
    shared.store.holdSpend({ contextId, amount, nowMs, untilMs: nowMs + forMs })
  const nameOf = (held: HeldSpend) => {
    if (held.kind !== 'held') throw new Error(`refused: ${held.refusal.limit}`)
    return held.hold
  }
  const setBudget = async (budget: Budget) =>
    shared.store.setBudget(budget, await shared.store.budget(), audit('budget-set'))
  /** An answer that took this many calls, and a hundredth of a dollar each. */
  const answer = (contextId: number | null, calls: number, createdAtMs: number): ModelCall => ({
    key: uniqueName(shared, 'held'),
    contextId,
    arm: 'live',
    writer: 'grammar',
    model: 'grammar',
    question: '{}',
    answer: '{"texts":[]}',
    usage: {
      modelCalls: calls,
      inputTokens: 10 * calls,
      outputTokens: calls,
      costUsd: calls / 100,
      seconds: 0,
    },
    createdAtMs,
  })

  describe('holds on budgets', () => {
    beforeAll(() => setBudget(NO_BUDGET))

    test('what is held counts until its answer is kept, and then what that took', async () => {
      const { store } = shared
      const nowMs = freshDay(shared)
      const id = await context({ calls: 15 })
      const first = nameOf(await hold(id, nowMs))
      expect(await hold(id, nowMs)).toEqual({
        kind: 'refused',
        whose: 'context',
        refusal: { limit: 'calls', why: 'held', allowed: 15, spent: 0, held: 10, next: 10 },
      })
      await store.keepModelCall(answer(id, 4, nowMs), first)
      const second = nameOf(await hold(id, nowMs))
      await store.keepModelCall(answer(id, 9, nowMs), second)
      expect(await hold(id, nowMs)).toMatchObject({
        kind: 'refused',
        refusal: { why: 'over', spent: 13, held: 0 },
      })
      expect(await store.spend(id, 0)).toMatchObject({ calls: 13 })
    })

    test('a request that failed gives its hold back, once', async () => {
      const { store } = shared
      const nowMs = freshDay(shared)
      const id = await context({ tokens: 1500 })
      const first = nameOf(await hold(id, nowMs))
      expect(await hold(id, nowMs)).toMatchObject({ refusal: { limit: 'tokens', why: 'held' } })
      await store.dropHold(first)
      const second = nameOf(await hold(id, nowMs))
      await store.dropHold(first)
      expect(second).not.toBe(first)
      expect(await hold(id, nowMs)).toMatchObject({ kind: 'refused' })
    })

    test('a hold lapses when its time is over', async () => {
      const nowMs = freshDay(shared)
      const id = await context({ usd: 0.75 })
      await hold(id, nowMs)
      expect(await hold(id, nowMs + 999)).toMatchObject({ refusal: { limit: 'usd', why: 'held', held: 0.5 } })
      expect(await hold(id, nowMs + 1000)).toMatchObject({ kind: 'held' })
    })

    test('an answer that is kept after its hold lapsed, or twice, counts once', async () => {
      const { store } = shared
      const nowMs = freshDay(shared)
      const id = await context({ calls: 20 })
      const late = nameOf(await hold(id, nowMs))
      nameOf(await hold(id, nowMs + 2000))
      const call = answer(id, 10, nowMs + 2000)
      await store.keepModelCall(call, late)
      await store.keepModelCall(call, late)
      expect(await hold(id, nowMs + 2000)).toMatchObject({
        refusal: { limit: 'calls', why: 'held', spent: 10, held: 10 },
      })
    })

    test('a limit a day counts the day, whatever is held when it begins', async () => {
      const { store } = shared
      const nowMs = freshDay(shared, 2)
      const id = await context({ callsPerDay: 15, calls: 100 })
      await store.keepModelCall(answer(id, 15, nowMs))
      expect(await hold(id, nowMs)).toMatchObject({
        refusal: { limit: 'callsPerDay', why: 'over', spent: 15 },
      })
      const next = nowMs + DAY_MS
      const held = nameOf(await hold(id, next - 1, { ...TEN, calls: 0 }, 5000))
      await store.dropHold(held)
      nameOf(await hold(id, next))
      expect(await hold(id, next)).toMatchObject({ refusal: { limit: 'callsPerDay', why: 'held', spent: 0 } })
    })

    test('the budget of all contexts holds for all together, and comes second to one that is spent', async () => {
      const { store } = shared
      const nowMs = freshDay(shared)
      const before = await store.spend(null, 0)
      const [one, other] = [await context({}), await context({})]
      const spent = await context({ calls: 0 })
      await setBudget({ ...NO_BUDGET, calls: before.calls + 15 })
      try {
        const first = nameOf(await hold(one, nowMs))
        expect(await hold(other, nowMs)).toMatchObject({
          whose: 'all',
          refusal: { limit: 'calls', why: 'held', spent: before.calls, held: 10 },
        })
        expect(await hold(spent, nowMs)).toMatchObject({ whose: 'context', refusal: { why: 'over' } })
        await store.keepModelCall(answer(one, 1, nowMs), first)
        nameOf(await hold(other, nowMs))
        await setBudget({ ...NO_BUDGET, callsPerDay: 0 })
        expect(await hold(one, nowMs)).toMatchObject({
          whose: 'all',
          refusal: { limit: 'callsPerDay', why: 'over', spent: 1, held: 10 },
        })
      } finally {
        await setBudget(NO_BUDGET)
      }
      nameOf(await hold(one, nowMs))
    })

    test('budgets are those of now: raised, lowered, or of a context that is gone', async () => {
      const { store } = shared
      const nowMs = freshDay(shared)
      const { id, key, config } = await freshContext(shared, { budget: { ...NO_BUDGET, calls: 0 } })
      expect(await hold(id, nowMs)).toMatchObject({ kind: 'refused' })
      const raised = { ...config, budget: { ...NO_BUDGET, calls: 10 } }
      await store.updateContext(key, { config: raised }, null, audit())
      nameOf(await hold(id, nowMs))
      expect(await hold(id, nowMs)).toMatchObject({ kind: 'refused' })
      await store.deleteContext(key, audit())
      nameOf(await hold(id, nowMs))
    })

    test('dollars need a price; without a limit in dollars none is needed', async () => {
      const nowMs = freshDay(shared)
      const unpriced = { ...TEN, usd: null }
      expect(await hold(await context({ usd: 100 }), nowMs, unpriced)).toMatchObject({
        refusal: { limit: 'usd', why: 'unpriced' },
      })
      const id = await context({ calls: 10 })
      nameOf(await hold(id, nowMs, unpriced))
    })

    test('of many that ask at once as many are let through as fit', async () => {
      const { store } = shared
      const nowMs = freshDay(shared)
      const ids = [await context({ calls: 35 }), await context({ calls: 1000 })]
      const before = await store.spend(null, 0)
      await setBudget({ ...NO_BUDGET, calls: before.calls + 85 })
      try {
        const asked = await Promise.all(
          Array.from({ length: 40 }, (_, index) => hold(ids[index % 2] as number, nowMs)),
        )
        const held = [0, 1].map(
          (which) => asked.filter(({ kind }, index) => kind === 'held' && index % 2 === which).length,
        )
        expect(held[0]).toBeLessThanOrEqual(3)
        expect((held[0] as number) + (held[1] as number)).toBe(8)
      } finally {
        await setBudget(NO_BUDGET)
      }
    })
  })
}
