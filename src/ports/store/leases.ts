import type { AuditEntry } from './audit.ts'
import type { ArmState } from './pools.ts'

/** The right to run one arm's next iteration. A lease that has passed to another cannot commit: `epoch` is checked. */
export interface Lease {
  readonly contextId: number
  readonly arm: string
  readonly node: string
  /** Grows by one with every claim of the arm. */
  readonly epoch: number
  readonly untilMs: number
}

export interface LeaseStore {
  /**
   * Claims arms that are due: no pool yet (a frozen arm waits for the main arm's); asked for by a person; the visits of the
   * current iteration's pool have reached the rule; its time is over and there was a visit; or, where it goes by evidence, visits were counted since the arm was last looked at. Arms that
   * are frozen and have a pool, paused, leased, or waiting after a failure are never due. Oldest due first. Two
   * nodes never get the same.
   */
  claimDueArms(claim: {
    readonly node: string
    readonly nowMs: number
    readonly leaseMs: number
    readonly limit: number
  }): Promise<{ readonly lease: Lease; readonly state: ArmState; readonly why: DueReason }[]>
  /** False when it has passed to another. */
  renewLease(lease: Lease, untilMs: number): Promise<boolean>
  /**
   * Gives the arm back. After `done` the rule starts anew; after `looked` (evidence did not suffice) it waits for
   * more visits; after `failed` the arm waits until `nextAttemptAtMs`. After `waits` nothing has failed and nothing
   * is done: the arm is not looked at before `untilMs` (births wait for approval, or the node stops), and what made
   * it due, failures and the latest failure stay as they were.
   */
  releaseLease(
    lease: Lease,
    outcome:
      | { readonly kind: 'done' }
      | { readonly kind: 'looked' }
      | { readonly kind: 'waits'; readonly untilMs: number }
      | { readonly kind: 'failed'; readonly nextAttemptAtMs: number; readonly failure: string },
  ): Promise<void>
  /**
   * Makes arms due at once, whatever their rules say.
   *
   * @returns those that are there
   */
  requestRun(contextId: number, arms: readonly string[], audit: AuditEntry): Promise<string[]>
}

export type DueReason = 'first-pool' | 'short-pool' | 'requested' | 'interactions' | 'schedule' | 'evidence'
