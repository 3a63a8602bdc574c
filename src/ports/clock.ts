/** The time, so that tests and simulations can make their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /**
   * Calls back once, `afterMs` from now.
   *
   * @returns cancels it; safe to call at any time
   */
  schedule(afterMs: number, call: () => void): () => void
}
