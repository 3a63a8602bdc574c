import { type Budget, NO_BUDGET } from '../../../core/live/context-config.ts'
import type { LiveItem, PoolVersion } from '../../../core/live/live-item.ts'
import type { LiveEvent, SlateClaims } from '../../../core/live/slate-claims.ts'
import type { TaskDefinition } from '../../../core/task.ts'
import type { ApiKey } from '../../../ports/store/access.ts'
import type { AuditEntry } from '../../../ports/store/audit.ts'
import type { LiveContext } from '../../../ports/store/contexts.ts'
import type { ModelCall } from '../../../ports/store/model-calls.ts'
import type { ArmState, IterationRecord } from '../../../ports/store/pools.ts'
import type { SpendHold } from '../../../ports/store/spend-holds.ts'
import { type ArmBase, type ArmCounts, emptyBase, emptyCounts } from './counts.ts'

/** All that the memory store holds. */
export interface MemoryState {
  readonly contexts: Map<string, LiveContext>
  readonly keysById: Map<number, string>
  nextContextId: number
  /** By context and arm: see `armKey`. */
  readonly arms: Map<string, MemoryArm>
  /** Grows with every change that serving must know of. */
  sequence: number
  readonly changedAt: Map<number, number>
  readonly removedAt: Map<number, number>
  readonly slates: Map<string, StoredSlate>
  sealedToMs: number
  readonly calls: Map<string, ModelCall>
  readonly holds: Map<string, SpendHold>
  nextHold: number
  readonly audit: AuditEntry[]
  readonly keys: Map<string, ApiKey>
  readonly secrets: Map<string, string>
  readonly idempotent: Map<string, IdempotentClaim>
  readonly tasks: Map<string, TaskDefinition>
  /** Contexts whose import has not ended yet. */
  readonly importing: Set<number>
  budget: Budget
}

export interface MemoryArm {
  readonly contextId: number
  readonly arm: string
  version: number
  iteration: number
  poolIds: readonly string[]
  readonly items: LiveItem[]
  readonly versions: PoolVersion[]
  readonly iterations: IterationRecord[]
  lastIterationAtMs: number | null
  nextAttemptAtMs: number
  failures: number
  isRunRequested: boolean
  lastFailure?: string
  /** Visits of the current iteration's pool when evidence was last found wanting. */
  lookedAtInteractions: number
  /** Visits of that pool that iterations were planned on which left it as it was. */
  visitsBefore: number
  lease: { node: string; untilMs: number } | null
  epoch: number
  counts: ArmCounts
  base: ArmBase
}

export interface StoredSlate {
  readonly claims: SlateClaims
  readonly events: LiveEvent[]
  isCounted: boolean
}

export interface IdempotentClaim {
  readonly requestHash: string
  readonly atMs: number
  status: number | null
  body: string | null
}

export function emptyState(): MemoryState {
  return {
    contexts: new Map(),
    keysById: new Map(),
    nextContextId: 1,
    arms: new Map(),
    sequence: 0,
    changedAt: new Map(),
    removedAt: new Map(),
    slates: new Map(),
    sealedToMs: Number.NEGATIVE_INFINITY,
    calls: new Map(),
    holds: new Map(),
    nextHold: 0,
    audit: [],
    keys: new Map(),
    secrets: new Map(),
    idempotent: new Map(),
    tasks: new Map(),
    importing: new Set(),
    budget: NO_BUDGET,
  }
}

export function armKey(contextId: number, arm: string): string {
  return `${contextId}/${arm}`
}

export function emptyArm(contextId: number, arm: string): MemoryArm {
  return {
    contextId,
    arm,
    version: 0,
    iteration: -1,
    poolIds: [],
    items: [],
    versions: [],
    iterations: [],
    lastIterationAtMs: null,
    nextAttemptAtMs: 0,
    failures: 0,
    isRunRequested: false,
    lookedAtInteractions: 0,
    visitsBefore: 0,
    lease: null,
    epoch: 0,
    counts: emptyCounts(),
    base: emptyBase(),
  }
}

/** Counted visits of the current iteration's pool, over its versions. */
export function visitsOfIteration(arm: MemoryArm): number {
  const current = new Set(
    arm.versions.filter(({ iteration }) => iteration === arm.iteration).map(({ version }) => version),
  )
  let visits = 0
  for (const tallies of [arm.counts.slates, arm.base.named.slates]) {
    for (const { version, slates } of tallies.values()) if (current.has(version)) visits += slates
  }
  return visits
}

/** Those of them that no iteration was planned on yet. */
export function interactionsSince(arm: MemoryArm): number {
  return Math.max(0, visitsOfIteration(arm) - arm.visitsBefore)
}

export function armState(arm: MemoryArm): ArmState {
  return {
    contextId: arm.contextId,
    arm: arm.arm,
    version: arm.version,
    iteration: arm.iteration,
    latestIteration: Math.max(arm.iteration, ...arm.iterations.map(({ iteration }) => iteration)),
    poolIds: arm.poolIds,
    interactionsSince: interactionsSince(arm),
    lastIterationAtMs: arm.lastIterationAtMs,
    nextAttemptAtMs: arm.nextAttemptAtMs,
    failures: arm.failures,
    isRunRequested: arm.isRunRequested,
    ...(arm.lastFailure === undefined ? {} : { lastFailure: arm.lastFailure }),
  }
}

/** Makes an arm due at once. */
export function requestRunOf(arm: MemoryArm): void {
  arm.isRunRequested = true
  arm.nextAttemptAtMs = 0
}

/** Marks a context as changed for serving nodes. */
export function touch(state: MemoryState, contextId: number): void {
  state.sequence++
  state.changedAt.set(contextId, state.sequence)
}

/** A page of a list that is kept oldest first, given newest first; the cursor is the place to go on before. */
export function newestFirst<T>(
  list: readonly T[],
  cursor: string | null,
  limit: number,
): { page: { index: number; value: T }[]; next: string | null } {
  const end = cursor === null ? list.length : Math.min(list.length, Math.max(0, Number(cursor)))
  const start = Math.max(0, end - limit)
  const page = list
    .slice(start, end)
    .map((value, offset) => ({ index: start + offset, value }))
    .reverse()
  return { page, next: start === 0 ? null : String(start) }
}
