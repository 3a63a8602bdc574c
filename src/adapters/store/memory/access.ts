import { isDeepStrictEqual } from 'node:util'
import type { AccessStore } from '../../../ports/store/access.ts'
import type { ModelCallStore, Spend } from '../../../ports/store/model-calls.ts'
import { keepAnswer } from './idempotency.ts'
import { type MemoryState, newestFirst } from './state.ts'

export function memoryAccess(state: MemoryState): AccessStore {
  return {
    async addKey(key, audit, answer) {
      keepAnswer(state, answer)
      state.keys.set(key.id, key)
      state.audit.push(audit)
    },
    async keys() {
      return [...state.keys.values()].sort((a, b) => a.createdAtMs - b.createdAtMs)
    },
    async endKey(id, endsAtMs, audit) {
      const key = state.keys.get(id)
      if (key === undefined) return 'missing'
      if (key.endsAtMs !== null && key.endsAtMs <= endsAtMs) return 'ended'
      const others = [...state.keys.values()].filter((one) => one.id !== id)
      const isLast = !others.some((other) => other.kind === 'secret' && other.endsAtMs === null)
      if (key.kind === 'secret' && isLast) return 'last-secret'
      state.keys.set(id, { ...key, endsAtMs })
      state.audit.push(audit)
      return 'done'
    },
    async rotateKey({ id, endsAtMs, key }, audit, answer) {
      const before = state.keys.get(id)
      if (before === undefined) return 'missing'
      if (before.endsAtMs !== null) return 'ended'
      keepAnswer(state, answer)
      state.keys.set(key.id, key)
      state.keys.set(id, { ...before, endsAtMs })
      state.audit.push(...audit)
      return 'done'
    },
    async sharedSecret(name, made) {
      const kept = state.secrets.get(name) ?? made
      state.secrets.set(name, kept)
      return kept
    },
    async tasks() {
      return [...state.tasks.values()]
    },
    async putTask(task, before, audit) {
      if ((state.tasks.get(task.key)?.version ?? null) !== before) return false
      state.tasks.set(task.key, task)
      state.audit.push(audit)
      return true
    },
    async budget() {
      return state.budget
    },
    async setBudget(budget, before, audit) {
      if (!isDeepStrictEqual(state.budget, before)) return false
      state.budget = budget
      for (const arm of state.arms.values()) if (arm.failures > 0) arm.nextAttemptAtMs = 0
      state.audit.push(audit)
      return true
    },
  }
}

export function memoryModelCalls(state: MemoryState): ModelCallStore {
  return {
    async modelCall(key) {
      return state.calls.get(key)
    },
    async keepModelCall(call, hold) {
      if (!state.calls.has(call.key)) state.calls.set(call.key, call)
      if (hold !== undefined) state.holds.delete(hold)
    },
    async modelCalls(contextId, { cursor, limit }) {
      const own = [...state.calls.values()].filter((call) => call.contextId === contextId)
      const { page, next } = newestFirst(own, cursor, limit)
      return { calls: page.map(({ value }) => value), next }
    },
    async spend(contextId, sinceMs) {
      return spendSince(state, contextId, sinceMs)
    },
  }
}

export function spendSince(state: MemoryState, contextId: number | null, sinceMs: number): Spend {
  let spend: Spend = { calls: 0, tokens: 0, costUsd: 0, unpriced: 0 }
  for (const call of state.calls.values()) {
    if ((contextId !== null && call.contextId !== contextId) || call.createdAtMs < sinceMs) continue
    const { modelCalls, inputTokens, outputTokens, costUsd } = call.usage
    spend = {
      calls: spend.calls + modelCalls,
      tokens: spend.tokens + inputTokens + outputTokens,
      costUsd: spend.costUsd + (costUsd ?? 0),
      unpriced: spend.unpriced + (costUsd === null ? modelCalls : 0),
    }
  }
  return spend
}
