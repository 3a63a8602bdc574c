/** A slate as a client got it. */
export interface SlateSeen {
  readonly slateId: string
  readonly context: string
  readonly arm: string
  readonly version: number
  readonly items: readonly { readonly id: string; readonly text: string; readonly position: number }[]
  readonly token: string
  readonly issuedAt: string
  readonly closesAt: string
}

export type EventFate =
  /** Not answered yet, or never. */
  | 'unknown'
  /** The service said that it has it. */
  | 'acknowledged'
  /** Refused, with no try before it that may have gone through. */
  | 'refused'

/** An event that a client has sent, and what became of it as far as the client knows. */
export interface SentEvent {
  readonly slate: SlateSeen
  readonly id: string
  readonly kind: 'impression' | 'click'
  /** -1 for the whole slate. */
  readonly position: number
  fate: EventFate
  /** A try got no answer: it may have been stored. */
  mayBeStored: boolean
}

/** What all clients of a run know. */
export interface Ledger {
  readonly slates: SlateSeen[]
  readonly events: SentEvent[]
  /** Requests that got an answer, and that got none. */
  answered: number
  failed: number
  /** Slates without a pool. */
  defaults: number
  /** Answers that no client should ever see. */
  readonly odd: string[]
}

export function emptyLedger(): Ledger {
  return { slates: [], events: [], answered: 0, failed: 0, defaults: 0, odd: [] }
}
