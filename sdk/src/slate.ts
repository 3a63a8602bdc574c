import type { WireItem } from './wire.ts'

/**
 * Items to show together. It is plain data: a server may put it into a page as JSON, and a page's client may report
 * events for it.
 */
export interface Slate {
  readonly context: string
  /**
   * `live`: drawn by the service just now. `stale`: the last one that was got, because the service is away.
   * `default`: the caller's own texts. Events are reported for live slates only, because the others would teach the
   * service wrong things.
   */
  readonly source: 'live' | 'stale' | 'default'
  /** In the order in which they are to be shown. */
  readonly items: readonly WireItem[]
  /** Null when it is not live. */
  readonly token: string | null
  /** The service takes events until then: milliseconds since 1970, by the clock of the machine that asked. */
  readonly openUntilMs: number
  /** Part of the visitors that this one belongs to; null when it is not live. */
  readonly arm: string | null
  /** Version of the pool that it was drawn from; null when it is not live. */
  readonly version: number | null
}

/** What reporting needs of a slate. Without `openUntilMs` an event waits for an hour at most. */
export type SlateReference = Pick<Slate, 'token'> & Partial<Pick<Slate, 'openUntilMs'>>

export interface SlateOptions {
  /** K: how many items; the context's own number when left out. */
  readonly size?: number | undefined
  /** With a key that may create contexts: the task of a context that does not exist yet. */
  readonly task?: string | undefined
  /** With a key that may create contexts: what the context is about; the context's key when left out. */
  readonly topic?: string | undefined
  /** Who asks, in place of the client's own `visitor`; null for nobody. */
  readonly visitor?: string | null | undefined
}

export type DefaultSlate = readonly string[] | ((context: string) => readonly string[])

/** A slate that is not the service's: nothing is reported for it. */
export function silentSlate(source: 'stale' | 'default', context: string, items: readonly WireItem[]): Slate {
  return { context, source, items, token: null, openUntilMs: 0, arm: null, version: null }
}
