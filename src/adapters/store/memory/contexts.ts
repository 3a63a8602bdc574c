import type { AuditEntry, AuditStore } from '../../../ports/store/audit.ts'
import type { ContextStore, LiveContext, NewContext } from '../../../ports/store/contexts.ts'
import { firstCommit } from '../first-commit.ts'
import { keepAnswer } from './idempotency.ts'
import { commitPoolTo } from './pools.ts'
import { armKey, emptyArm, type MemoryState, newestFirst, touch } from './state.ts'

export function memoryContexts(state: MemoryState): ContextStore {
  return {
    async createContext(given, audit, { firstPool, answer } = {}) {
      const there = state.contexts.get(given.key)
      if (there !== undefined) return { kind: 'exists', context: there }
      keepAnswer(state, answer)
      const context = addContext(state, given, 'active', audit)
      if (firstPool !== undefined) commitPoolTo(state, firstCommit(context.id, firstPool, audit))
      return { kind: 'created', context }
    },
    async context(key) {
      return state.contexts.get(key)
    },
    async contextById(id) {
      return state.contexts.get(state.keysById.get(id) ?? '')
    },
    async contexts({ afterKey, limit }) {
      return [...state.contexts.values()]
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .filter(({ key }) => afterKey === undefined || key > afterKey)
        .slice(0, limit)
    },
    async updateContext(key, change, expectedRevision, audit) {
      const before = state.contexts.get(key)
      if (before === undefined) return { kind: 'missing' }
      if (expectedRevision !== null && expectedRevision !== before.revision) {
        return { kind: 'conflict', context: before }
      }
      const context = { ...before, ...change, revision: before.revision + 1, updatedAtMs: audit.atMs }
      state.contexts.set(key, context)
      makeArms(state, context)
      for (const { key: arm } of context.config.arms) {
        const made = state.arms.get(armKey(context.id, arm))
        if (made !== undefined) made.nextAttemptAtMs = 0
      }
      touch(state, context.id)
      state.audit.push(audit)
      return { kind: 'updated', context }
    },
    async deleteContext(key, audit, expectedRevision) {
      const context = state.contexts.get(key)
      if (context === undefined) return 'missing'
      if (expectedRevision !== undefined && context.revision !== expectedRevision) return 'conflict'
      state.contexts.delete(key)
      state.keysById.delete(context.id)
      state.importing.delete(context.id)
      state.changedAt.delete(context.id)
      state.removedAt.set(context.id, ++state.sequence)
      for (const [name, arm] of state.arms) if (arm.contextId === context.id) state.arms.delete(name)
      for (const [id, { claims }] of state.slates) {
        if (claims.contextId === context.id) state.slates.delete(id)
      }
      state.audit.push(audit)
      return 'deleted'
    },
  }
}

export function addContext(
  state: MemoryState,
  given: NewContext,
  status: LiveContext['status'],
  audit: AuditEntry,
): LiveContext {
  const { atMs } = audit
  const id = state.nextContextId++
  const context: LiveContext = { ...given, id, status, revision: 1, createdAtMs: atMs, updatedAtMs: atMs }
  state.contexts.set(context.key, context)
  state.keysById.set(id, context.key)
  makeArms(state, context)
  touch(state, id)
  state.audit.push(audit)
  return context
}

function makeArms(state: MemoryState, { id, config }: LiveContext): void {
  for (const { key } of config.arms) {
    if (!state.arms.has(armKey(id, key))) state.arms.set(armKey(id, key), emptyArm(id, key))
  }
}

export function memoryAudit(state: MemoryState): AuditStore {
  return {
    async appendAudit(entry) {
      state.audit.push(entry)
    },
    async audit({ contextKey, cursor, limit }) {
      const own = state.audit
        .map((entry, index) => ({ ...entry, id: String(index) }))
        .filter((entry) => contextKey === undefined || entry.contextKey === contextKey)
      const { page, next } = newestFirst(own, cursor, limit)
      return { entries: page.map(({ value }) => value), next }
    },
  }
}
