/** What went wrong, as `onError` hears it. Nothing of this is ever thrown into the page. */
export class ForageClientError extends Error {
  /**
   * `unreachable`, `timeout`, `bad-answer` (not the service's own), `event-refused`, `event-expired`, `queue-full`,
   * `not-delivered`, `secret-key-in-page`, `bad-call`, or the code of the service's problem.
   */
  declare readonly code: string
  /** True when the same may succeed later; events are then kept and sent again. */
  declare readonly isRetryable: boolean
  /** HTTP status, where there was an answer. */
  declare readonly status: number | undefined
  /** Wait at least this long, as the service asked. */
  declare readonly retryAfterMs: number
  /** Ids of the events that are given up because of this; empty when none is. */
  declare readonly lostEventIds: readonly string[]

  constructor(code: string, message: string, more?: ForageClientErrorDetails) {
    super(message)
    const defaults = { isRetryable: false, retryAfterMs: 0, lostEventIds: [] }
    Object.assign(this, { name: 'ForageClientError', code, ...defaults, ...more })
  }
}

export interface ForageClientErrorDetails {
  readonly cause?: unknown
  readonly isRetryable?: boolean
  readonly status?: number | undefined
  readonly retryAfterMs?: number
  readonly lostEventIds?: readonly string[]
}

/** Hears an error; its own mistakes are swallowed by the client. */
export type Report = (error: ForageClientError) => void
