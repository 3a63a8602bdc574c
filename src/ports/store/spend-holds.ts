import type { Amount, SpendRefusal } from '../../core/live/budget.ts'

/** The most that a request can take, set aside before it is sent. */
export interface SpendHold {
  readonly contextId: number
  readonly amount: Amount
  readonly nowMs: number
  /** By then the request has ended, or its node has: the hold counts no more. */
  readonly untilMs: number
}

export type HeldSpend =
  /** `hold` names it for `dropHold` and `keepModelCall`. */
  { readonly kind: 'held'; readonly hold: string } | ({ readonly kind: 'refused' } & SpendRefusal)

/** Budgets over all nodes: what is kept and what is held never passes them together. */
export interface SpendHoldStore {
  /**
   * Sets the most that a request can take aside, where it fits the budgets of its context and of all contexts as they
   * are now beside what was spent and what is held. However many ask at once, on however many nodes: what is held
   * fits for all together. A context that is gone has no budget of its own.
   */
  holdSpend(hold: SpendHold): Promise<HeldSpend>
  /** The request failed: nothing of it counts. One that is gone is no error. */
  dropHold(hold: string): Promise<void>
}
