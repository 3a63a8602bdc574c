import { startDelivery } from './delivery.ts'
import { ForageClientError, type Report } from './errors.ts'
import { randomId } from './random-id.ts'
import {
  type DefaultSlate,
  type Slate,
  type SlateOptions,
  type SlateReference,
  silentSlate,
} from './slate.ts'
import { slateGetter } from './slates.ts'
import { keptIn, type StorageChoice } from './storage.ts'
import type { WireItem } from './wire.ts'
import { within } from './within.ts'

const HOUR_MS = 3_600_000
const REPORTED_MAX = 5000
/** `fk_pub_` and six characters, which say which key it is. */
const KEY_ID_LENGTH = 13

export interface ClientOptions {
  /** Where the service is, such as `https://forage.example.com`; in a page '' is the page's own origin. */
  readonly url: string
  /** A publishable key in pages; on a server either kind. */
  readonly key: string
  /**
   * Who asks: the same visitor always gets the same arm. Left out: in a page a random name, made once and kept
   * where `storage` says; on a server nobody, because it speaks for many (give it to `slate()` instead). Null: nobody.
   */
  readonly visitor?: string | null | undefined
  /** A slate is there within this time, from wherever; and each sending of events takes at most this. Default 2000. */
  readonly timeoutMs?: number
  /** Shown when the service has nothing or is away. Default none. */
  readonly defaultSlate?: DefaultSlate
  /** How old a stale slate may be. Default one day; 0 for never. */
  readonly staleMs?: number
  /**
   * Where visitor name, undelivered events and last slates are kept between pages. Default `local` in a page, `none`
   * elsewhere.
   */
  readonly storage?: StorageChoice
  /** False: nothing is stored until `setConsent(true)`; the visitor's name lasts as long as the page. Default true. */
  readonly consent?: boolean
  /** Events in one request, 1 to 1000. Default 20. */
  readonly batchSize?: number
  /** An incomplete batch goes out after this long. Default 2000. */
  readonly flushMs?: number
  /** Events that may wait; beyond it the oldest are given up. Default 1000. */
  readonly queueMax?: number
  /** Hears every failure. Default: those that trying again does not mend are printed as warnings. */
  readonly onError?: Report
  readonly fetch?: typeof fetch
}

export interface ForageClient {
  /** Items to show for a context. Never rejects: look at `source` to know where they come from. */
  slate(context: string, options?: SlateOptions): Promise<Slate>
  /** The item was seen, or all of the slate. Said twice it counts once. */
  impression(slate: SlateReference, item?: string | Pick<WireItem, 'id'>): void
  /** The item was clicked. Said twice it counts once. */
  click(slate: SlateReference, item: string | Pick<WireItem, 'id'>): void
  /** Sends what waits, now. Resolves to how many events wait still: 0 unless the service is away. */
  flush(): Promise<number>
  /** Without consent all that was stored is removed, and nothing more is. */
  setConsent(isGiven: boolean): void
  /** Sends what waits, for `timeoutMs` at most, and stops. Events that are left and not kept are reported. */
  close(): Promise<void>
}

/** A client of one Forage service. Nothing of it ever throws or rejects; failures go to `onError`. */
export function createClient(options: ClientOptions): ForageClient {
  const isPage = 'document' in globalThis
  const { timeoutMs = 2000, onError } = options
  let { visitor, consent = true } = options
  const key = `${options.key}`
  const keyId = key.slice(0, KEY_ID_LENGTH)
  const keptAt = keptIn(options.storage ?? (isPage ? 'local' : 'none'), () => consent)
  const keptVisitor = keptAt('visitor')
  const keptQueue = keptAt(`queue.${keyId}`)
  const keptSlates = keptAt(`slates.${keyId}`)
  const reported = new Set<string>()
  const shared = {
    ...options,
    url: `${options.url ?? ''}`.replace(/\/+$/, ''),
    key,
    timeoutMs,
    report,
    // Not as a method: the browser's own wants no `this`.
    fetch: (...request: Parameters<typeof fetch>) => (options.fetch ?? fetch)(...request),
  }
  const getSlate = slateGetter({ ...shared, kept: keptSlates })
  const delivery = startDelivery({ ...shared, kept: keptQueue })
  const stop = new AbortController()
  if (isPage) {
    for (const type of ['visibilitychange', 'pagehide', 'online']) {
      addEventListener(type, onPageChange, stop)
    }
    if (key.startsWith('fk_sec_')) {
      report(new ForageClientError('secret-key-in-page', 'revoke it'))
    }
  }

  /** Events must not be lost when the page goes, nor wait longer than needed when the network comes back. */
  function onPageChange({ type }: Event): void {
    if (type === 'online') delivery.hurry()
    else if (type === 'pagehide' || document.hidden) delivery.leave()
  }

  function ownVisitor(): string | null {
    if (isPage && options.visitor === undefined) {
      visitor ??= `${keptVisitor.read() || randomId()}`
      keptVisitor.write(visitor)
    }
    return visitor ?? null
  }

  function add(
    type: 'impression' | 'click',
    slate: SlateReference,
    item?: string | Pick<WireItem, 'id'>,
  ): void {
    try {
      const { token, openUntilMs } = slate
      const itemId = typeof item === 'object' ? item.id : item
      const name = `${type} ${itemId} ${token}`
      if (type === 'click' && !itemId) badCall(type, 'no item')
      else if (token && !reported.has(name)) {
        if (reported.size >= REPORTED_MAX) reported.clear()
        reported.add(name)
        const at = Date.now()
        delivery.add(
          { id: randomId(), type, token, ...(itemId && { item: itemId }), at },
          openUntilMs ?? at + HOUR_MS,
        )
      }
    } catch (cause) {
      badCall(type, cause)
    }
  }

  function badCall(name: string, cause: unknown): void {
    report(new ForageClientError('bad-call', `${name}: ${cause}`, { cause }))
  }

  function report(error: ForageClientError): void {
    try {
      if (onError) onError(error)
      else if (!error.isRetryable) console.warn(`forage: ${error.code}: ${error.message}`)
    } catch {}
  }

  return {
    async slate(context, slateOptions = {}) {
      try {
        const { visitor = ownVisitor() } = slateOptions
        return await getSlate(`${context}`, slateOptions, visitor)
      } catch (cause) {
        badCall('slate', cause)
        return silentSlate('default', context, [])
      }
    },
    impression(slate, item) {
      add('impression', slate, item)
    },
    click(slate, item) {
      add('click', slate, item)
    },
    flush: delivery.flush,
    setConsent(isGiven) {
      consent = isGiven
      if (isGiven) ownVisitor()
      else for (const kept of [keptVisitor, keptQueue, keptSlates]) kept.write()
    },
    async close() {
      stop.abort()
      await within(timeoutMs, delivery.flush()).catch(() => {})
      delivery.stop()
    },
  }
}
