import type { LiveContext } from '../../../ports/store/contexts.ts'
import type { ArmImport, PastCounts, TransferStore } from '../../../ports/store/transfer.ts'
import { importedStanding } from '../imported-arm.ts'
import { addContext } from './contexts.ts'
import { type ArmBase, clickSourcesOf, emptyBase, emptyCounts, talliesOf } from './counts.ts'
import { countAll } from './events.ts'
import { armKey, emptyArm, type MemoryArm, type MemoryState, touch } from './state.ts'

export function memoryTransfer(state: MemoryState): TransferStore {
  return {
    async pastCounts(contextId, arm) {
      const base = state.arms.get(armKey(contextId, arm))?.base ?? emptyBase()
      return { ...talliesOf(emptyCounts(), base), sources: clickSourcesOf(emptyCounts(), base) }
    },
    async importContext(given, arms, audit) {
      const there = state.contexts.get(given.key)
      if (there !== undefined) {
        return { kind: state.importing.has(there.id) ? 'unfinished' : 'exists', context: there }
      }
      const context = addContext(state, given, 'paused', audit)
      state.importing.add(context.id)
      for (const arm of arms) {
        const name = armKey(context.id, arm.arm)
        state.arms.set(name, importedArm(context.id, arm))
      }
      return { kind: 'imported', context }
    },
    async importEvents(contextId, events) {
      if (!state.importing.has(contextId)) return 0
      let stored = 0
      for (const event of events) {
        const { slate: claims, kind, position, eventId } = event
        const slate = state.slates.get(claims.slateId) ?? { claims, events: [], isCounted: false }
        const isThere = slate.events.some(
          (other) => other.eventId === eventId || (other.kind === kind && other.position === position),
        )
        if (isThere) continue
        slate.events.push(event)
        state.slates.set(claims.slateId, slate)
        stored++
      }
      return stored
    },
    async finishImport(contextId, status, audit) {
      const key = state.keysById.get(contextId)
      const context = state.contexts.get(key ?? '')
      if (context === undefined || !state.importing.delete(contextId)) return
      for (const slate of state.slates.values()) {
        if (slate.claims.contextId !== contextId) continue
        slate.isCounted = slate.claims.closesAtMs <= state.sealedToMs
      }
      countAll(state)
      const finished: LiveContext = { ...context, status }
      state.contexts.set(context.key, finished)
      state.audit.push(audit)
      touch(state, contextId)
    },
  }
}

function importedArm(contextId: number, given: ArmImport): MemoryArm {
  const { arm, items, versions, iterations, past } = given
  return {
    ...emptyArm(contextId, arm),
    items: [...items],
    versions: [...versions],
    iterations: [...iterations],
    ...importedStanding(given),
    base: baseOf(past),
  }
}

function baseOf({ items, slates, leftOut, visitors, sources }: PastCounts): ArmBase {
  const named = emptyCounts()
  for (const tally of items) {
    named.items.set(`${tally.version}/${tally.itemId}/${tally.position}/${tally.isUniform}`, { ...tally })
  }
  for (const tally of slates) named.slates.set(`${tally.version}/${tally.isUniform}`, { ...tally })
  for (const [reason, visits] of Object.entries(leftOut)) {
    named.leftOut.set(reason as keyof typeof leftOut, visits)
  }
  return {
    named,
    visitors,
    sources: new Map(sources.map(({ itemId, ...source }) => [itemId, source])),
  }
}
