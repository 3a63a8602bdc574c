import type { EvidenceCaps } from '../../../core/live/context-config.ts'
import type { IngestOutcome, LiveEvent } from '../../../core/live/slate-claims.ts'
import { visitOf } from '../../../core/live/visit.ts'
import { leftOutReason } from '../../../core/live/visit-caps.ts'
import type { AuditEntry } from '../../../ports/store/audit.ts'
import type { EventStore } from '../../../ports/store/events.ts'
import {
  type ArmCounts,
  addToBase,
  counters,
  countVisit,
  emptyCounts,
  forgetUnnamed,
  leaveOut,
} from './counts.ts'
import { armKey, type MemoryState, type StoredSlate } from './state.ts'

const DAY_MS = 86_400_000

/** The raw events, their sealing and their counting. */
export function memoryEvents(state: MemoryState): EventStore {
  return {
    async ingest(events) {
      return events.map((event) => ingestOne(state, event))
    },
    async countClosed(toMs) {
      state.sealedToMs = Math.max(state.sealedToMs, toMs)
      let visits = 0
      for (const slate of state.slates.values()) {
        if (slate.isCounted || slate.claims.closesAtMs > state.sealedToMs) continue
        // Counted when the import has ended.
        if (state.importing.has(slate.claims.contextId)) continue
        slate.isCounted = true
        visits++
      }
      if (visits > 0) countAll(state)
      return { visits }
    },
    async openCounts(contextId) {
      let impressions = 0
      let clicks = 0
      for (const { claims, events, isCounted } of state.slates.values()) {
        if (isCounted || claims.contextId !== contextId) continue
        for (const { kind } of events) {
          if (kind === 'click') clicks++
          else impressions++
        }
      }
      return { impressions, clicks }
    },
    async recount(audit) {
      const before = namedCounters(state)
      countAll(state)
      const after = namedCounters(state)
      let different = 0
      for (const name of new Set([...before.keys(), ...after.keys()])) {
        if ((before.get(name) ?? 0) !== (after.get(name) ?? 0)) different++
      }
      const figures = { counters: after.size, different }
      note(state, audit, figures)
      return figures
    },
    async dropEventsBefore(dayMs, audit) {
      const days = new Set<number>()
      for (const { claims } of state.slates.values()) {
        const day = dayOf(claims.issuedAtMs)
        if (day + DAY_MS <= dayMs) days.add(day)
      }
      for (const { claims, isCounted } of state.slates.values()) {
        if (!isCounted) days.delete(dayOf(claims.issuedAtMs))
      }
      const gone = [...state.slates].filter(([, { claims }]) => days.has(dayOf(claims.issuedAtMs)))
      for (const [key, counts] of countsOf(
        state,
        gone.map(([, slate]) => slate),
      )) {
        const arm = state.arms.get(key)
        if (arm !== undefined) addToBase(arm.base, counts)
      }
      let events = 0
      for (const [id, slate] of gone) {
        events += slate.events.length
        state.slates.delete(id)
      }
      countAll(state)
      if (days.size > 0) note(state, audit, { days: days.size, events })
      return { days: days.size, events }
    },
    async deleteVisitor(visitor, audit) {
      let events = 0
      for (const [id, slate] of state.slates) {
        if (slate.claims.visitor !== visitor) continue
        events += slate.events.length
        state.slates.delete(id)
      }
      countAll(state)
      note(state, audit, { events })
      return { events }
    },
    async events({ contextId, cursor, limit }) {
      const all = [...state.slates.values()]
        .filter(({ claims }) => contextId === undefined || claims.contextId === contextId)
        .flatMap(({ events }) => events)
        .sort((a, b) => (cursorOf(a) < cursorOf(b) ? -1 : 1))
        .filter((event) => cursor === null || cursorOf(event) > cursor)
      const events = all.slice(0, limit)
      const last = events.at(-1)
      return { events, next: all.length > limit && last !== undefined ? cursorOf(last) : null }
    },
  }
}

/** A line of the audit with what came of the change. */
function note(state: MemoryState, audit: AuditEntry, figures: Readonly<Record<string, number>>): void {
  state.audit.push({ ...audit, details: { ...audit.details, ...figures } })
}

function ingestOne(state: MemoryState, event: LiveEvent): IngestOutcome {
  const { slate: claims, kind, position, eventId } = event
  if (claims.closesAtMs <= state.sealedToMs) return 'expired'
  const stored: StoredSlate = state.slates.get(claims.slateId) ?? { claims, events: [], isCounted: false }
  const isThere = stored.events.some(
    (other) => other.eventId === eventId || (other.kind === kind && other.position === position),
  )
  if (isThere) return 'duplicate'
  stored.events.push(event)
  state.slates.set(claims.slateId, stored)
  return 'accepted'
}

/** Counts every arm anew from the counted slates. Simple rather than fast: this store is for tests. */
export function countAll(state: MemoryState): void {
  const all = countsOf(
    state,
    [...state.slates.values()].filter(({ isCounted }) => isCounted),
  )
  for (const [key, arm] of state.arms) {
    arm.counts = all.get(key) ?? emptyCounts()
    forgetUnnamed(arm.base, arm.counts)
  }
}

function countsOf(state: MemoryState, slates: readonly StoredSlate[]): Map<string, ArmCounts> {
  const all = new Map<string, ArmCounts>()
  const numbers = new Map<string, number>()
  const oneMore = (isCounted: boolean, ...names: (string | number)[]) => {
    const name = JSON.stringify(names)
    const number = (numbers.get(name) ?? 0) + (isCounted ? 1 : 0)
    numbers.set(name, number)
    return number
  }
  const inOrder = [...slates].sort(
    (a, b) => a.claims.closesAtMs - b.claims.closesAtMs || (a.claims.slateId < b.claims.slateId ? -1 : 1),
  )
  for (const { claims, events } of inOrder) {
    const caps = capsOf(state, claims.contextId)
    if (caps === undefined) continue
    const key = armKey(claims.contextId, claims.arm)
    const counts = all.get(key) ?? emptyCounts()
    all.set(key, counts)
    const visit = visitOf(claims.itemIds.length, events)
    const network = events.map((event) => event.network).sort()[0] as string
    const day = dayOf(claims.issuedAtMs)
    const isClear = visit.mark === 'none'
    const isClicked = isClear && visit.clicked.includes(true)
    const reason = leftOutReason(
      visit,
      {
        visitorSlates: oneMore(isClear, 'slates', key, claims.visitor, day),
        visitorClicked: oneMore(isClicked, 'clicked', key, claims.visitor, day),
        networkSlates: oneMore(isClear, 'network slates', key, network, day),
        networkClicked: oneMore(isClicked, 'network', key, network, day),
      },
      caps,
    )
    if (reason === null) countVisit(counts, claims, visit, network)
    else leaveOut(counts, reason)
  }
  return all
}

function capsOf(state: MemoryState, contextId: number): EvidenceCaps | undefined {
  return state.contexts.get(state.keysById.get(contextId) ?? '')?.config.caps
}

function namedCounters(state: MemoryState): Map<string, number> {
  const all = new Map<string, number>()
  for (const [key, arm] of state.arms) {
    for (const [name, value] of counters(arm.counts)) all.set(`${key}/${name}`, value)
  }
  return all
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}

function cursorOf({ slate, kind, position }: LiveEvent): string {
  return `${String(slate.issuedAtMs).padStart(15, '0')}/${slate.slateId}/${kind}/${position}`
}
