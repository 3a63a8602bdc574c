/**
 * What goes over the wire between a Forage service and its clients. The service's schemas are the law; a test holds
 * these types to them, so that a page need not carry a validator.
 */

export interface WireItem {
  readonly id: string
  readonly text: string
  /** 0-based. */
  readonly position: number
}

/** Answer of `GET /v1/contexts/{key}/slate`, when the context has a pool. */
export interface WireSlate {
  readonly slateId: string
  readonly context: string
  readonly arm: string
  /** Pool version that it was drawn from. */
  readonly version: number
  readonly policy: 'uniform' | 'thompson'
  readonly items: readonly WireItem[]
  /** Goes back with each event. Opaque. */
  readonly token: string
  /** ISO 8601. */
  readonly issuedAt: string
  /** Events are taken until then. */
  readonly closesAt: string
}

/** The same, when the context has no pool yet. */
export interface WireDefaultSlate {
  readonly slateId: null
  readonly context: string
  readonly arm: null
  readonly version: 0
  readonly policy: null
  readonly items: readonly WireItem[]
  readonly token: null
  readonly issuedAt: string
  readonly closesAt: null
  readonly isDefault: true
}

export type WireSlateAnswer = WireSlate | WireDefaultSlate

/** One element of the body of `POST /v1/events`. */
export interface WireEvent {
  /** Made once by the client, 1 to 64 characters, so that an event that is sent again counts once. */
  readonly id: string
  readonly type: 'impression' | 'click'
  readonly token: string
  /** Item's id; an impression without one means that the whole slate was seen. */
  readonly item?: string | undefined
  /** When it happened: milliseconds since 1970, or ISO 8601. */
  readonly at?: number | string | undefined
}

export type WireStatus = 'accepted' | 'duplicate' | 'expired' | 'bad-token' | 'not-in-slate' | 'bad-event'

export interface WireResult {
  /** As it was sent; null where it could not be read. */
  readonly id: string | null
  readonly status: WireStatus
  readonly detail?: string | undefined
}

/** Answer of `POST /v1/events`: one result an event, in the same order. */
export interface WireResults {
  readonly results: readonly WireResult[]
}
