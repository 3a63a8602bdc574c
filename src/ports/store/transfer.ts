import type { LiveItem, PoolVersion } from '../../core/live/live-item.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import type { ArmTallies } from '../../core/live/tallies.ts'
import type { AuditEntry } from './audit.ts'
import type { LiveContext, NewContext } from './contexts.ts'
import type { IterationRecord } from './pools.ts'

/** Distinct visitors and networks that clicked an item, and the clicks of the busiest network. */
export interface ClickSources {
  readonly itemId: string
  readonly visitors: number
  readonly networks: number
  readonly clicks: number
  readonly clicksOfBusiestNetwork: number
}

/** What an arm counted of days whose raw events are gone. Nothing in it points to a visitor. */
export interface PastCounts extends ArmTallies {
  readonly sources: readonly ClickSources[]
}

/** One arm's history as it comes from elsewhere. Every id in versions, iterations and counts is one of `items`. */
export interface ArmImport {
  readonly arm: string
  /** In order of birth. */
  readonly items: readonly LiveItem[]
  /** From 1 on without a gap, oldest first; the last is the pool. None for an arm without a pool. */
  readonly versions: readonly PoolVersion[]
  /** Oldest first. */
  readonly iterations: readonly IterationRecord[]
  readonly past: PastCounts
}

/** Moving a context with all it has learnt from one store to another. */
export interface TransferStore {
  /**
   * Counts of days whose raw events are gone. A visitor who was seen on such a day and on a kept one is two here:
   * one in these counts, one in the events.
   */
  pastCounts(contextId: number, arm: string): Promise<PastCounts>
  /**
   * Makes a context with the history and past counts of its arms, paused and open for events. Arms of the
   * configuration that are not given have no pool; given ones that the configuration has not are served no more.
   * A key that is there changes nothing: `unfinished` where its import is still open, else `exists`.
   */
  importContext(
    context: NewContext,
    arms: readonly ArmImport[],
    audit: AuditEntry,
  ): Promise<{ readonly kind: 'imported' | 'unfinished' | 'exists'; readonly context: LiveContext }>
  /**
   * Stores raw events of a context that is open for them, sealed slates too. What is there already stays as it is.
   * They count when the import ends; those of slates that are still open, when they close. Until it ends their days
   * are not dropped, and no recount touches them.
   *
   * @returns how many were new; none where the context is not open
   */
  importEvents(contextId: number, events: readonly LiveEvent[]): Promise<number>
  /** Counts what was imported, gives the context its status, and closes it for events of its past. */
  finishImport(contextId: number, status: LiveContext['status'], audit: AuditEntry): Promise<void>
}
