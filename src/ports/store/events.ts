import type { IngestOutcome, LiveEvent } from '../../core/live/slate-claims.ts'
import type { AuditEntry } from './audit.ts'

export interface EventStore {
  /**
   * Stores events; each counts once. The key of an event is its slate with kind and position, and its slate with its
   * id: what has either is a duplicate, within the call too. A slate that is sealed takes no more. Resolves after
   * commit.
   *
   * @returns one outcome an event, in the same order
   */
  ingest(events: readonly LiveEvent[]): Promise<IngestOutcome[]>
  /**
   * Seals every slate that closes at `toMs` or before, then counts their visits: `core/live/visit.ts` says what a
   * visit is, `core/live/visit-caps.ts` which are left out. After sealing, no event of such a slate is taken on any
   * node, also by a call that began before. Safe to call on several nodes at once, and again after a crash.
   *
   * @returns visits that were counted or left out now
   */
  countClosed(toMs: number): Promise<{ readonly visits: number }>
  /** Events of slates that are not counted yet. */
  openCounts(contextId: number): Promise<{ readonly impressions: number; readonly clicks: number }>
  /**
   * Counts everything anew from the raw events that are kept, on top of what was counted of those that are not any
   * more, and puts it in place of the counts. Equal unless something was lost.
   *
   * Works day by day, each in a transaction of its own: a day that was put right has its own line in the audit
   * (`audit` with the day and its figures), and the last line has the figures of all.
   *
   * @returns counters there are now, and how many differed before
   */
  recount(audit: AuditEntry): Promise<{ readonly counters: number; readonly different: number }>
  /**
   * Removes raw events of slates issued on UTC days before `dayMs`; what they counted stays. Only days whose slates
   * are all counted, and that have no events of an import under way. The audit's line gets days and events; there is none where nothing was removed.
   */
  dropEventsBefore(
    dayMs: number,
    audit: AuditEntry,
  ): Promise<{ readonly days: number; readonly events: number }>
  /** Removes a visitor's events and takes them out of the counts. The audit's line gets the number of events. */
  deleteVisitor(visitor: string, audit: AuditEntry): Promise<{ readonly events: number }>
  /** Raw events in a stable order after a cursor; null cursor from the start, null next at the end. */
  events(page: {
    readonly contextId?: number
    readonly cursor: string | null
    readonly limit: number
  }): Promise<{ readonly events: LiveEvent[]; readonly next: string | null }>
}
