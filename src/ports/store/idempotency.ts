/** A claim on an idempotency key: whoever made it is to act, once. */
export interface IdempotencyClaim {
  /** Whose key it is: an API key by its id. */
  readonly scope: string
  readonly key: string
  /** Of the request and the moment of the claim, so that no two claims are alike. */
  readonly requestHash: string
}

/** The answer to the request of a claim. */
export interface IdempotentAnswer extends IdempotencyClaim {
  readonly status: number
  readonly body: string
}

/**
 * Answers by idempotency key, kept for a day. Methods that make something take an `IdempotentAnswer` and keep it in
 * their own transaction: what was made and its answer are both there, or neither. When the claim has passed to
 * another request meanwhile they change nothing and throw ForageError `claim-lost`.
 */
export interface IdempotencyStore {
  /** What is kept for the key, or undefined after keeping this claim on it. Removed after a day. */
  idempotent(
    claim: IdempotencyClaim,
    nowMs: number,
  ): Promise<
    { readonly requestHash: string; readonly status: number | null; readonly body: string | null } | undefined
  >
  /** Of a request that changed nothing. An answer that is kept already stays. */
  keepIdempotent(answer: IdempotentAnswer): Promise<void>
  /** Gives a claim back, so that the request can be tried again; one that has an answer stays. */
  dropIdempotent(claim: IdempotencyClaim): Promise<void>
}
