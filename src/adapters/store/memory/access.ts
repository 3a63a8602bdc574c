import type { AccessStore } from '../../../ports/store/access.ts'
import type { ModelCallStore, Spend } from '../../../ports/store/model-calls.ts'
import { type MemoryState, newestFirst } from './state.ts'

const DAY_MS = 86_400_000

export function memoryAccess(state: MemoryState): AccessStore {
  return {
    async addKey(key, audit) {
      state.keys.set(key.id, key)
      state.audit.push(audit)
    },
    async keys() {
      return [...state.keys.values()].sort((a, b) => a.createdAtMs - b.createdAtMs)
    },
    async endKey(id, endsAtMs, audit) {
      const key = state.keys.get(id)
      if (key === undefined) return false
      state.keys.set(id, { ...key, endsAtMs })
      state.audit.push(audit)
      return true
    },
    async sharedSecret(name, made) {
      const kept = state.secrets.get(name) ?? made
      state.secrets.set(name, kept)
      return kept
    },
    async idempotent(scope, key, requestHash, nowMs) {
      for (const [name, { atMs }] of state.idempotent) {
        if (atMs <= nowMs - DAY_MS) state.idempotent.delete(name)
      }
      const name = JSON.stringify([scope, key])
      const there = state.idempotent.get(name)
      if (there !== undefined) {
        const { requestHash: earlier, status, body } = there
        return { requestHash: earlier, status, body }
      }
      state.idempotent.set(name, { requestHash, atMs: nowMs, status: null, body: null })
      return undefined
    },
    async keepIdempotent(scope, key, status, body) {
      const claim = state.idempotent.get(JSON.stringify([scope, key]))
      if (claim === undefined) return
      claim.status = status
      claim.body = body
    },
    async dropIdempotent(scope, key) {
      state.idempotent.delete(JSON.stringify([scope, key]))
    },
    async tasks() {
      return [...state.tasks.values()]
    },
    async putTask(task, audit) {
      state.tasks.set(task.key, task)
      state.audit.push(audit)
    },
    async budget() {
      return state.budget
    },
    async setBudget(budget, audit) {
      state.budget = budget
      state.audit.push(audit)
    },
  }
}

export function memoryModelCalls(state: MemoryState): ModelCallStore {
  return {
    async modelCall(key) {
      return state.calls.get(key)
    },
    async keepModelCall(call) {
      if (!state.calls.has(call.key)) state.calls.set(call.key, call)
    },
    async modelCalls(contextId, { cursor, limit }) {
      const own = [...state.calls.values()].filter((call) => call.contextId === contextId)
      const { page, next } = newestFirst(own, cursor, limit)
      return { calls: page.map(({ value }) => value), next }
    },
    async spend(contextId, sinceMs) {
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
    },
  }
}
