import { type Delivery, startDelivery } from './delivery.ts'
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

const HOUR_MS = 3_600_000
const REPORTED_MAX = 5000
/** `fk_pub_` and six characters, which say which key it is. */
const KEY_ID_LENGTH = 13
const VISITOR_NAME = 'visitor'

export interface ClientOptions {
  /** Where the service is, such as `https://forage.example.com`; in a page '' is the page's own origin. */
  readonly url: string
  /** A publishable key in pages; on a server either kind. */
  readonly key: string
  /**
   * Who asks: the same visitor always gets the same arm. Left out: in a page a random name, made once and kept
   * where `storage` says; on a server nobody, because it speaks for many (give it to `slate()` instead). Null: nobody.
   */
  readonly visitor?: string | null
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
  const isPage = typeof document !== 'undefined'
  const { key, timeoutMs = 2000 } = options
  const url = String(options.url ?? '').replace(/\/+$/, '')
  const keyId = String(key).slice(0, KEY_ID_LENGTH)
  const queueName = `queue.${keyId}`
  const slatesName = `slates.${keyId}`
  let isConsented = options.consent ?? true
  const kept = keptIn(options.storage ?? (isPage ? 'local' : 'none'), () => isConsented)
  const reported = new Set<string>()
  const shared = {
    url,
    key,
    timeoutMs,
    kept,
    report,
    fetch: options.fetch ?? ((...request: Parameters<typeof fetch>) => fetch(...request)),
  }
  const getSlate = slateGetter({
    ...shared,
    keptName: slatesName,
    staleMs: options.staleMs ?? 24 * HOUR_MS,
    defaultSlate: options.defaultSlate ?? [],
  })
  const delivery = startDelivery({
    ...shared,
    eventsUrl: `${url}/v1/events`,
    keptName: queueName,
    batchSize: options.batchSize ?? 20,
    flushMs: options.flushMs ?? 2000,
    queueMax: options.queueMax ?? 1000,
  })
  let visitor = options.visitor
  const unwatch = isPage ? watchPage(delivery) : () => {}
  if (isPage && String(key).startsWith('fk_sec_')) {
    report(new ForageClientError('secret-key-in-page', 'a secret key must never be in a page: revoke it'))
  }

  function ownVisitor(): string | null {
    if (visitor === undefined && isPage) {
      const found = kept.read(VISITOR_NAME)
      visitor = typeof found === 'string' ? found : randomId()
      kept.write(VISITOR_NAME, visitor)
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
      if (type === 'click' && !itemId) throw new TypeError('a click needs an item')
      if (!token) return
      const name = `${type} ${itemId} ${token}`
      if (reported.has(name)) return
      if (reported.size >= REPORTED_MAX) reported.clear()
      reported.add(name)
      const at = Date.now()
      delivery.add(
        { id: randomId(), type, token, ...(itemId && { item: itemId }), at },
        openUntilMs ?? at + HOUR_MS,
      )
    } catch (cause) {
      report(new ForageClientError('bad-call', `${type}: ${cause}`, { cause }))
    }
  }

  function report(error: ForageClientError): void {
    try {
      if (options.onError) options.onError(error)
      else if (!error.isRetryable) console.warn(`forage: ${error.code}: ${error.message}`)
    } catch {}
  }

  return {
    async slate(context, slateOptions = {}) {
      try {
        const { visitor = ownVisitor() } = slateOptions
        return await getSlate(String(context), slateOptions, visitor)
      } catch (cause) {
        report(new ForageClientError('bad-call', `slate: ${cause}`, { cause }))
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
      isConsented = isGiven
      if (isGiven) {
        if (options.visitor === undefined && visitor) kept.write(VISITOR_NAME, visitor)
      } else for (const name of [VISITOR_NAME, queueName, slatesName]) kept.write(name, undefined)
    },
    async close() {
      unwatch()
      let timer: ReturnType<typeof setTimeout> | undefined
      await Promise.race([
        delivery.flush(),
        new Promise((resolve) => {
          timer = setTimeout(resolve, timeoutMs)
        }),
      ])
      clearTimeout(timer)
      delivery.stop()
    },
  }
}

/** Events must not be lost when the page goes, nor wait longer than needed when the network comes back. */
function watchPage(delivery: Delivery): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const onChange = () => {
    if (document.visibilityState === 'hidden') delivery.leave()
  }
  document.addEventListener('visibilitychange', onChange, { signal })
  addEventListener('pagehide', () => delivery.leave(), { signal })
  addEventListener('online', () => delivery.hurry(), { signal })
  return () => stop.abort()
}
