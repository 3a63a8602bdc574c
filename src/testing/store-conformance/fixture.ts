import { type ContextConfig, DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { LiveItem } from '../../core/live/live-item.ts'
import { type LiveEvent, type SlateClaims, WHOLE_SLATE } from '../../core/live/slate-claims.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { PoolCommit } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'

export const DAY_MS = 86_400_000

/** How long a slate of the suite takes events. */
export const WINDOW_MS = 1000

/**
 * The store of one run of the suite. It is shared by all tests, and what is sealed stays sealed: each test works in
 * contexts and on days of its own, later than those of the tests before.
 */
export interface Shared {
  store: Store
  /** Names on from here are not taken. */
  taken: number
  /** Start of the latest day that was given out. */
  dayMs: number
}

export function audit(action = 'context-created', contextKey: string | null = null): AuditEntry {
  return { atMs: 5, by: 'test', action, contextKey, details: { why: 'conformance' } }
}

export function uniqueName(shared: Shared, name: string): string {
  return `${name}-${++shared.taken}`
}

/** Start of a UTC day that no other test uses; the next `days` are free too. */
export function freshDay(shared: Shared, days = 1): number {
  const dayMs = shared.dayMs
  shared.dayMs += days * DAY_MS
  return dayMs
}

export async function freshContext(
  shared: Shared,
  change: Partial<ContextConfig> = {},
): Promise<LiveContext> {
  const key = uniqueName(shared, 'context')
  const config = { ...DEFAULT_CONTEXT_CONFIG, ...change }
  const given = { key, task: 'shopping-question', topic: 'Vacuums', seed: 7, config }
  return (await shared.store.createContext(given, audit('context-created', key))).context
}

export function item(number: number, change: Partial<LiveItem> = {}): LiveItem {
  return {
    id: `i${number}`,
    text: `Which vacuum is number ${number}?`,
    mode: 'seed',
    parents: [],
    bornAt: 0,
    writtenBy: 'grammar',
    promptVersion: 'seed@1',
    standing: 'approved',
    isPinned: false,
    createdAtMs: 10,
    ...change,
  }
}

/** A first pool of `i0`, `i1`, ... */
export function firstPool(contextId: number, arm = 'live', size = 3): PoolCommit {
  const births = Array.from({ length: size }, (_, number) => item(number))
  return {
    contextId,
    arm,
    fromVersion: 0,
    births,
    standings: [],
    pool: { itemIds: births.map(({ id }) => id), iteration: 0, cause: 'initial' },
    by: 'optimizer',
    nowMs: 100,
    audit: [],
  }
}

/** One slate as the service would sign it. */
export function slate(
  shared: Shared,
  given: Pick<SlateClaims, 'contextId' | 'issuedAtMs'> & Partial<SlateClaims>,
): SlateClaims {
  return {
    slateId: `slate-${String(++shared.taken).padStart(16, '0')}`,
    arm: 'live',
    version: 1,
    itemIds: ['i0', 'i1', 'i2'],
    policy: 'uniform',
    isUniform: true,
    propensity: 1 / 60,
    closesAtMs: given.issuedAtMs + WINDOW_MS,
    visitor: 'visitor-00000000000000',
    ...given,
  }
}

/** An event on a slate: `impression` or `click` at a position; an impression of the whole slate without one. */
export function event(
  shared: Shared,
  on: SlateClaims,
  kind: LiveEvent['kind'],
  position = WHOLE_SLATE,
  change: Partial<LiveEvent> = {},
): LiveEvent {
  return {
    eventId: `event-${++shared.taken}`,
    slate: on,
    kind,
    position,
    occurredAtMs: on.issuedAtMs + 500,
    receivedAtMs: on.issuedAtMs + 600,
    mark: 'none',
    network: 'network-00000000000000',
    ...change,
  }
}
