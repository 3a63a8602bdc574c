import {
  type Amount,
  type BudgetSpend,
  hasLimit,
  NOTHING_SPENT,
  plusAmount,
  spendRefusal,
} from '../../../core/live/budget.ts'
import { NO_BUDGET } from '../../../core/live/context-config.ts'
import type { SpendHoldStore } from '../../../ports/store/spend-holds.ts'
import { spendSince } from './access.ts'
import type { MemoryState } from './state.ts'

const DAY_MS = 86_400_000

export function memorySpendHolds(state: MemoryState): SpendHoldStore {
  function spendOf(contextId: number | null, nowMs: number): BudgetSpend {
    const kept = (sinceMs: number): Amount => {
      const { calls, tokens, costUsd } = spendSince(state, contextId, sinceMs)
      return { calls, tokens, usd: costUsd }
    }
    const held = [...state.holds.values()]
      .filter((one) => one.untilMs > nowMs && (contextId === null || one.contextId === contextId))
      .map(({ amount }) => amount)
    return {
      today: kept(Math.floor(nowMs / DAY_MS) * DAY_MS),
      inAll: kept(0),
      held: held.reduce(plusAmount, NOTHING_SPENT),
    }
  }
  return {
    async holdSpend(hold) {
      const { contextId, amount, nowMs } = hold
      const context = state.contexts.get(state.keysById.get(contextId) ?? '')
      const own = context?.config.budget ?? NO_BUDGET
      const refused =
        hasLimit(own) || hasLimit(state.budget)
          ? spendRefusal([own, spendOf(contextId, nowMs)], [state.budget, spendOf(null, nowMs)], amount)
          : null
      if (refused !== null) return { kind: 'refused', ...refused }
      for (const [id, { untilMs }] of state.holds) if (untilMs <= nowMs) state.holds.delete(id)
      const name = String(++state.nextHold)
      state.holds.set(name, hold)
      return { kind: 'held', hold: name }
    },
    async dropHold(hold) {
      state.holds.delete(hold)
    },
  }
}
