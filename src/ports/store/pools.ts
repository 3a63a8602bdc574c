import type { LiveItem, PoolCause, PoolVersion } from '../../core/live/live-item.ts'
import type { ArmTallies } from '../../core/live/tallies.ts'
import type { SourcePattern } from '../../core/statistics/carried-lead.ts'
import type { VisitorSpread } from '../../core/statistics/visitor-spread.ts'
import type { AuditEntry } from './audit.ts'
import type { LiveContext } from './contexts.ts'
import type { IdempotentAnswer } from './idempotency.ts'
import type { Lease } from './leases.ts'

/** An arm as it stands. */
export interface ArmState {
  readonly contextId: number
  readonly arm: string
  /** 0 before the first pool. */
  readonly version: number
  /** Whose pool it is; -1 before the first. */
  readonly iteration: number
  /** The last one that is recorded, or `iteration`: higher where it left the pool as it was. -1 before the first. */
  readonly latestIteration: number
  /** In serving order; empty before the first pool. */
  readonly poolIds: readonly string[]
  /**
   * Counted visits of slates from the current iteration's pool, whatever its version, without those that an iteration
   * was planned on which left the pool as it was.
   */
  readonly interactionsSince: number
  readonly lastIterationAtMs: number | null
  readonly nextAttemptAtMs: number
  readonly failures: number
  readonly isRunRequested: boolean
  /** Why the latest attempt failed; for people. */
  readonly lastFailure?: string
}

/** What a serving node needs of a context. */
export interface ServingContext {
  readonly context: LiveContext
  /** Arms of the configuration that have a pool. Items in the order of the pool. */
  readonly arms: readonly {
    readonly arm: string
    readonly version: number
    readonly items: readonly Pick<LiveItem, 'id' | 'text'>[]
  }[]
}

/** Counts that Thompson draws from, over the item's whole life. */
export interface ItemTotals {
  readonly itemId: string
  readonly impressions: number
  readonly clicks: number
  readonly noClickImpressions: number
}

export interface ItemSpread extends VisitorSpread {
  readonly itemId: string
}

/** A change of an arm's pool, all or nothing. */
export interface PoolCommit {
  readonly contextId: number
  readonly arm: string
  /** The version that the change was made from. */
  readonly fromVersion: number
  /**
   * Given by the optimizer: the commit fails when the lease has passed to another (`lease`), and when its pool leaves
   * out a live item that a person has pinned meanwhile (`version`), which makes no version of its own.
   */
  readonly lease?: Lease
  /** New items, numbered on from the history; empty where only the pool changes. */
  readonly births: readonly LiveItem[]
  /** Items whose standing or pin changes. One that stood otherwise than in `from` is a conflict (`version`). */
  readonly standings: readonly {
    readonly itemId: string
    readonly standing?: LiveItem['standing']
    readonly isPinned?: boolean
    readonly from?: Pick<LiveItem, 'standing' | 'isPinned'>
  }[]
  /**
   * The next pool; null leaves pool and version as they are. Items must be approved. An iteration that leaves a pool as
   * it is starts the rules anew as well: visits and time count on from it, and evidence is asked again once the pool
   * has been visited twice as often as it was planned on.
   */
  readonly pool: {
    readonly itemIds: readonly string[]
    readonly iteration: number
    readonly cause: PoolCause
  } | null
  /** Given by an iteration: its record, unique for context, arm and number. */
  readonly iteration?: IterationRecord
  /** The pool got too small: the arm is due at once. */
  readonly requestsRun?: boolean
  readonly answer?: IdempotentAnswer | undefined
  readonly by: string
  readonly nowMs: number
  readonly audit: readonly AuditEntry[]
}

/** What an iteration did, for people. */
export interface IterationRecord {
  readonly iteration: number
  readonly startedAtMs: number
  readonly finishedAtMs: number
  /** Visits of the pool before it, over which the plan was made. */
  readonly interactions: number
  readonly clicked: number
  readonly born: readonly string[]
  readonly left: readonly string[]
  /** Refused candidates by reason. */
  readonly refused: Readonly<Record<string, number>>
  /** Why the pool stayed as it was and no version was made; left out where one was, and for a first pool. */
  readonly poolKept?: PoolKept
  /** Every candidate with its fate, by request: the audit of what was written. At most some hundred. */
  readonly requests: readonly RequestRecord[]
}

/** `nothing-accepted`: no candidate passed the checks. `nothing-planned`: the strategy had nothing to replace. */
export type PoolKept = 'nothing-accepted' | 'nothing-planned'

export interface RequestRecord {
  readonly mode: string
  readonly attempt: number
  /** Key of the model call whose answer it is. */
  readonly answerKey: string
  readonly candidates: readonly {
    readonly text: string
    readonly fate: 'born' | 'spare' | 'refused'
    readonly reason?: string
    readonly detail?: string
    readonly itemId?: string
  }[]
}

export type CommitResult =
  | { readonly kind: 'committed'; readonly version: number }
  /** Somebody else was first: the pool, the lease or the iteration is not what the change was made from. */
  | { readonly kind: 'conflict'; readonly reason: 'version' | 'lease' | 'iteration' | 'missing' }

export interface PoolStore {
  /** Arms of a context, removed ones too. */
  arms(contextId: number): Promise<ArmState[]>
  /** All items ever accepted or imported for an arm, in order of birth. */
  items(contextId: number, arm: string): Promise<LiveItem[]>
  /** Newest first, before `beforeVersion`. */
  versions(
    contextId: number,
    arm: string,
    page: { beforeVersion?: number; limit: number },
  ): Promise<PoolVersion[]>
  version(contextId: number, arm: string, version: number): Promise<PoolVersion | undefined>
  /** Newest first. */
  iterations(
    contextId: number,
    arm: string,
    page: { before?: number; limit: number },
  ): Promise<IterationRecord[]>
  /** The only way a pool changes: history, pool, version, iteration and audit in one transaction. */
  commitPool(commit: PoolCommit): Promise<CommitResult>
  tallies(contextId: number, arm: string): Promise<ArmTallies>
  /** Distinct visitors and networks that clicked each item, and the clicks of the busiest network. */
  clickSources(
    contextId: number,
    arm: string,
  ): Promise<
    {
      readonly itemId: string
      readonly visitors: number
      readonly networks: number
      readonly clicks: number
      readonly clicksOfBusiestNetwork: number
    }[]
  >
  /**
   * How the clicks on each of `itemIds` lie over visitors, on the days whose events are kept: over all visitors, or the
   * `visitorsMax` whose keyed hashes are first in order, which is as good as by lot. A visitor's no-click slates are
   * known by day and not by item, so an item is taken to have been in the same share of all visitors' on a day. Items
   * that nobody of them saw are missing.
   */
  clickSpread(
    contextId: number,
    arm: string,
    itemIds: readonly string[],
    visitorsMax: number,
  ): Promise<ItemSpread[]>
  /**
   * Networks that clicked any of `itemIds`, by how often they clicked each, in the order of `itemIds`, on the days whose
   * events are kept.
   */
  clickPatterns(contextId: number, arm: string, itemIds: readonly string[]): Promise<SourcePattern[]>
  /**
   * Contexts that changed (pool, texts, configuration, status, removal) after sequence number `after`, in order,
   * with the number to go on from. 0 gives all. Numbers are in the order of commits, so none is ever missed.
   */
  servingChanges(
    after: number,
    limit: number,
  ): Promise<{ readonly upTo: number; readonly changed: ServingContext[]; readonly removed: number[] }>
  /** Life counts of the live items of arms, for Thompson. */
  itemTotals(
    arms: readonly { readonly contextId: number; readonly arm: string }[],
  ): Promise<{ readonly contextId: number; readonly arm: string; readonly totals: ItemTotals[] }[]>
}
