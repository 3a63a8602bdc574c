/** What a slate's token says: all that is needed to count what happens to the slate, on any node. */
export interface SlateClaims {
  /** 16 random bytes, base64url: 22 characters. */
  readonly slateId: string
  /** The store's number of the context. */
  readonly contextId: number
  readonly arm: string
  /** Pool version it was drawn from. */
  readonly version: number
  /** Items by position, 0-based; 1 to 100, no item twice. */
  readonly itemIds: readonly string[]
  readonly policy: 'uniform' | 'thompson'
  /** True when the slate was drawn uniformly at random from the pool, by policy or by the exploring share. */
  readonly isUniform: boolean
  /** Chance that the policy gave this slate in this order; null where it has no closed form (Thompson). */
  readonly propensity: number | null
  /** Milliseconds since 1970. */
  readonly issuedAtMs: number
  /** Events are taken until then; the visit counts from then on. */
  readonly closesAtMs: number
  /** Keyed hash of the caller's visitor name: 22 characters, base64url. */
  readonly visitor: string
}

/** Why an event is kept but its whole visit is left out of the counts. */
export type EventMark = 'none' | 'bot' | 'too-fast' | 'unlikely-time'

/** One event that passed all checks and is ready to be stored. */
export interface LiveEvent {
  /** The client's own, 1 to 64 characters; unique within a slate. */
  readonly eventId: string
  readonly slate: SlateClaims
  readonly kind: 'impression' | 'click'
  /** The item's place; `WHOLE_SLATE` for an impression of all of it. */
  readonly position: number
  /** When it happened by the client's clock, brought into the slate's lifetime. */
  readonly occurredAtMs: number
  readonly receivedAtMs: number
  readonly mark: EventMark
  /** Keyed hash of the sender's network prefix (/24 or /48): 22 characters, base64url. */
  readonly network: string
}

export const WHOLE_SLATE = -1

/** `expired`: the slate's window is over, and its visit may have been counted already. */
export type IngestOutcome = 'accepted' | 'duplicate' | 'expired'
