import { ForageClientError, type Report } from './errors.ts'
import { callJson } from './http.ts'
import type { Kept } from './storage.ts'
import type { WireEvent, WireResult, WireResults } from './wire.ts'

const BACKOFF_MS_FIRST = 1000
const BACKOFF_MS_MAX = 60_000
/** Browsers give all beacons and keep-alive requests under way 64 KiB together. */
const BEACON_CHARACTERS_MAX = 60_000

export interface DeliverySettings {
  readonly eventsUrl: string
  readonly key: string
  readonly fetch: typeof fetch
  readonly timeoutMs: number
  /** Events in one request, and how many are gathered before it goes out at once. */
  readonly batchSize: number
  /** A smaller batch goes out after this long. */
  readonly flushMs: number
  /** Events that wait at most; beyond it the oldest are given up. */
  readonly queueMax: number
  readonly kept: Kept
  /** Under which name waiting events are kept. */
  readonly keptName: string
  readonly report: Report
}

interface Waiting {
  readonly event: WireEvent
  /** After this, by this machine's clock, the service takes it no more. */
  readonly untilMs: number
}

export interface Delivery {
  add(event: WireEvent, untilMs: number): void
  /** Sends all that waits, now; resolves to how many events wait still. */
  flush(): Promise<number>
  /** The page may be gone any moment: hands all to the browser, and keeps it as well. */
  leave(): void
  /** Whatever made sending fail is over, as far as is known. */
  hurry(): void
  /** Keeps what waits, where that is allowed, and stops. */
  stop(): void
}

/**
 * At-least-once delivery. An event leaves the queue when the service has answered for it, when its time is over, or
 * when the queue overflows; the last two are reported. Handing it to the browser on the way out is an extra try and
 * proves nothing, so such events stay; the service counts what comes twice once.
 */
export function startDelivery(settings: DeliverySettings): Delivery {
  const { kept, keptName, report, batchSize } = settings
  let queue: Waiting[] = []
  const beaconed = new Set<string>()
  /** Answered for since the queue was last kept. */
  const done = new Set<string>()
  let isKept = false
  let isStopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<boolean> | undefined
  let failures = 0
  let limit = batchSize
  let notBeforeMs = 0

  // Events that an earlier page could not deliver.
  queue = readKept().slice(-settings.queueMax)
  isKept = queue.length > 0
  schedule()

  function add(event: WireEvent, untilMs: number): void {
    queue.push({ event, untilMs })
    if (queue.length > settings.queueMax) {
      giveUp(queue.slice(0, queue.length - settings.queueMax), 'queue-full', 'too many events wait')
    }
    if (queue.length === batchSize) cancelTimer()
    schedule()
  }

  function schedule(): void {
    if (isStopped || timer !== undefined || sending !== undefined || queue.length === 0) return
    const delayMs = failures > 0 ? notBeforeMs - Date.now() : queue.length < batchSize ? settings.flushMs : 0
    timer = setTimeout(
      () => {
        timer = undefined
        void send()
      },
      Math.max(0, delayMs),
    )
  }

  function cancelTimer(): void {
    clearTimeout(timer)
    timer = undefined
  }

  /** One batch; true when the service answered for all of it. Never two at once. */
  function send(): Promise<boolean> {
    sending ??= sendBatch().finally(() => {
      sending = undefined
      schedule()
    })
    return sending
  }

  async function sendBatch(): Promise<boolean> {
    const late = queue.filter(({ untilMs }) => untilMs < Date.now())
    if (late.length > 0) giveUp(late, 'event-expired', 'could not be delivered while the slate was open')
    const batch = queue.slice(0, limit)
    if (batch.length === 0) return true
    try {
      const results = await post(batch)
      const answered = batch.filter(({ event }) => results.has(event.id))
      settle(answered)
      for (const { event } of answered) tellRefusal(event.id, results.get(event.id) as WireResult)
      if (answered.length < batch.length) {
        throw new ForageClientError('bad-answer', 'not all events were answered', { isRetryable: true })
      }
      failures = 0
      limit = Math.min(batchSize, limit * 2)
      return true
    } catch (error) {
      return handleFailure(error as ForageClientError, batch)
    }
  }

  async function post(batch: readonly Waiting[]): Promise<ReadonlyMap<string | null, WireResult>> {
    const body = JSON.stringify(batch.map(({ event }) => event))
    const init: RequestInit = {
      method: 'POST',
      headers: { authorization: `Bearer ${settings.key}`, 'content-type': 'application/json' },
      body,
      keepalive: body.length < BEACON_CHARACTERS_MAX,
    }
    const answer = await callJson(settings.fetch, settings.eventsUrl, init, settings.timeoutMs)
    const { results } = answer as Partial<WireResults>
    if (!Array.isArray(results)) {
      throw new ForageClientError('bad-answer', 'the answer has no results', { isRetryable: true })
    }
    return new Map(results.map((result: WireResult) => [result?.id, result]))
  }

  /** @returns true when sending may go on at once */
  function handleFailure(error: ForageClientError, batch: readonly Waiting[]): boolean {
    const isTooMuch = error.status === 413 || error.status === 400
    if (!error.isRetryable && isTooMuch && batch.length > 1) {
      // One event may spoil the others: halve until it stands alone.
      limit = batch.length >> 1
      return true
    }
    if (!error.isRetryable) {
      giveUp(batch, error.code, error.message, error.status)
      return true
    }
    failures++
    const fullMs = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** (failures - 1))
    notBeforeMs = Date.now() + Math.max(error.retryAfterMs, fullMs * (0.5 + Math.random() / 2))
    keep()
    report(error)
    return false
  }

  function tellRefusal(id: string, { status, detail }: WireResult): void {
    if (status === 'accepted' || status === 'duplicate') return
    const message = `event ${id}: ${status}${detail === undefined ? '' : `, ${detail}`}`
    report(new ForageClientError('event-refused', message, { lostEventIds: [id] }))
  }

  function giveUp(events: readonly Waiting[], code: string, message: string, status?: number): void {
    settle(events)
    const lostEventIds = events.map(({ event }) => event.id)
    const what = `${message} (${lostEventIds.length} events lost)`
    report(new ForageClientError(code, what, { lostEventIds, status }))
  }

  function settle(events: readonly Waiting[]): void {
    const ids = new Set(events.map(({ event }) => event.id))
    queue = queue.filter(({ event }) => !ids.has(event.id))
    for (const id of ids) {
      beaconed.delete(id)
      if (isKept) done.add(id)
    }
    if (isKept) keep()
  }

  /** Other tabs keep their events in the same place, so what is there is added to. */
  function keep(): void {
    const ids = new Set(queue.map(({ event }) => event.id))
    const others = readKept().filter(({ event }) => !ids.has(event.id) && !done.has(event.id))
    const all = [...others, ...queue].slice(-settings.queueMax)
    done.clear()
    isKept = all.length > 0
    kept.write(keptName, isKept ? all : undefined)
  }

  function readKept(): Waiting[] {
    const found = kept.read(keptName)
    return Array.isArray(found) ? found.filter((one) => typeof one?.event?.id === 'string') : []
  }

  async function flush(): Promise<number> {
    if (sending !== undefined) await sending
    while (queue.length > 0 && !isStopped) {
      cancelTimer()
      if (!(await send())) break
    }
    return queue.length
  }

  function leave(): void {
    if (queue.length === 0) return
    let chunk: string[] = []
    let characters = 0
    for (const { event } of queue.filter(({ event }) => !beaconed.has(event.id))) {
      const text = JSON.stringify(event)
      if (characters + text.length > BEACON_CHARACTERS_MAX) {
        beacon(chunk)
        chunk = []
        characters = 0
      }
      chunk.push(text)
      characters += text.length + 1
      beaconed.add(event.id)
    }
    beacon(chunk)
    keep()
  }

  /** As plain text, so that no preflight is needed, for which there is no time any more. */
  function beacon(texts: readonly string[]): void {
    if (texts.length === 0) return
    const body = `[${texts.join()}]`
    const url = `${settings.eventsUrl}?key=${encodeURIComponent(settings.key)}`
    try {
      if (navigator.sendBeacon(url, body)) return
    } catch {}
    try {
      settings.fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => {})
    } catch {}
  }

  function hurry(): void {
    failures = 0
    cancelTimer()
    schedule()
  }

  function stop(): void {
    isStopped = true
    cancelTimer()
    if (queue.length > 0) keep()
    if (queue.length > 0 && readKept().length === 0) {
      giveUp(queue, 'not-delivered', 'the client was closed before the service answered')
    }
  }

  return { add, flush, leave, hurry, stop }
}
