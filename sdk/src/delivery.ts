import { ForageClientError, type Report } from './errors.ts'
import { type Caller, callJson, KEEPALIVE_CHARACTERS_MAX } from './http.ts'
import type { Kept } from './storage.ts'
import type { WireEvent, WireResults } from './wire.ts'

const BACKOFF_MS_FIRST = 1000
const BACKOFF_MS_MAX = 60_000

export interface DeliverySettings extends Caller {
  readonly url: string
  readonly timeoutMs: number
  /** Events in one request, and how many are gathered before it goes out at once. Default 20. */
  readonly batchSize?: number | undefined
  /** A smaller batch goes out after this long. Default 2000. */
  readonly flushMs?: number | undefined
  /** Events that wait at most; beyond it the oldest are given up. Default 1000. */
  readonly queueMax?: number | undefined
  /** Where waiting events are kept. */
  readonly kept: Kept
  readonly report: Report
}

interface Waiting extends WireEvent {
  /** After this, by this machine's clock, the service takes it no more. */
  readonly untilMs: number
}

/** What of it goes to the service. */
const SENT = ['id', 'type', 'token', 'item', 'at'] satisfies (keyof WireEvent)[]

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
  const { batchSize = 20, flushMs = 2000, queueMax = 1000, kept, report } = settings
  const eventsUrl = `${settings.url}/v1/events`
  // By id, oldest first. Begins with events that an earlier page could not deliver.
  const queue = new Map(
    readKept()
      .slice(-queueMax)
      .map((one) => [one.id, one]),
  )
  /** Ids of those that this client has put where they are kept, or found there. */
  let keptIds = new Set(queue.keys())
  const beaconed = new WeakSet<Waiting>()
  let isStopped = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<boolean> | undefined
  let limit = batchSize
  /** 0 when the last request went well. */
  let backoffMs = 0
  let waitMs = 0
  schedule()

  /** Oldest first. */
  function waiting(): Waiting[] {
    return [...queue.values()]
  }

  function add(event: WireEvent, untilMs: number): void {
    queue.set(event.id, { ...event, untilMs })
    giveUp(waiting().slice(0, -queueMax), 'queue-full')
    if (queue.size === 1 || (queue.size === batchSize && !waitMs)) schedule()
  }

  /** From now on: the rest of an incomplete batch is waited for, or a failure slept off. */
  function schedule(): void {
    clearTimeout(timer)
    if (isStopped || sending || queue.size === 0) return
    timer = setTimeout(send, waitMs || (queue.size < batchSize ? flushMs : 0))
  }

  /** One batch; true when sending may go on at once. Never two at once. */
  function send(): Promise<boolean> {
    clearTimeout(timer)
    sending ??= sendBatch().finally(() => {
      sending = undefined
      schedule()
    })
    return sending
  }

  async function sendBatch(): Promise<boolean> {
    const late = waiting().filter(({ untilMs }) => untilMs < Date.now())
    giveUp(late, 'event-expired')
    waitMs = 0
    const batch = waiting().slice(0, limit)
    if (batch.length === 0) return true
    try {
      await post(batch)
      backoffMs = 0
      limit = Math.min(batchSize, limit * 2)
      return true
    } catch (cause) {
      const error = cause as ForageClientError
      const { status } = error
      if (!error.isRetryable) {
        // One event may spoil the others: halve until it stands alone.
        if (batch.length > 1 && (status === 400 || status === 413)) limit = batch.length >> 1
        else giveUp(batch, error.code, error.message, status)
        return true
      }
      backoffMs = Math.min(BACKOFF_MS_MAX, backoffMs * 2 || BACKOFF_MS_FIRST)
      waitMs = Math.max(error.retryAfterMs, backoffMs * (0.5 + Math.random() / 2))
      keep()
      report(error)
      return false
    }
  }

  async function post(batch: readonly Waiting[]): Promise<void> {
    const { results } = await callJson<WireResults>(
      settings,
      eventsUrl,
      settings.timeoutMs,
      (json) => Array.isArray(json?.results),
      JSON.stringify(batch, SENT),
    )
    const answered = batch.filter(({ id }) => {
      const result = results.find((one) => one?.id === id)
      if (result && !/^(accepted|duplicate)$/.test(result.status)) {
        const message = result.status + (result.detail ? `, ${result.detail}` : '')
        report(new ForageClientError('event-refused', message, { lostEventIds: [id] }))
      }
      return result
    })
    settle(answered)
    if (answered.length < batch.length) {
      throw new ForageClientError('bad-answer', 'answers are missing', { isRetryable: true })
    }
  }

  function giveUp(events: readonly Waiting[], code: string, reason = '', status?: number): void {
    const { length } = events
    if (length === 0) return
    settle(events)
    const lostEventIds = events.map(({ id }) => id)
    report(new ForageClientError(code, `${length} events lost. ${reason}`, { lostEventIds, status }))
  }

  function settle(events: readonly Waiting[]): void {
    for (const { id } of events) queue.delete(id)
    if (keptIds.size > 0) keep()
  }

  /** Other tabs keep their events in the same place, so what is there and not from here is left there. */
  function keep(): void {
    const others = readKept().filter(({ id }) => !queue.has(id) && !keptIds.has(id))
    const all = [...others, ...waiting()].slice(-queueMax)
    keptIds = new Set(queue.keys())
    kept.write(all.length > 0 ? all : undefined)
  }

  function readKept(): Waiting[] {
    const found = [kept.read()].flat() as (Waiting | undefined)[]
    return found.filter((one): one is Waiting => typeof one?.id === 'string')
  }

  async function flush(): Promise<number> {
    await sending
    while (queue.size > 0 && !isStopped && (await send())) {}
    return queue.size
  }

  function leave(): void {
    const fresh = waiting().filter((one) => !beaconed.has(one))
    for (const one of fresh) beaconed.add(one)
    beacon(fresh).catch(() => {})
    if (queue.size > 0) keep()
  }

  /** As plain text, so that no preflight is needed, for which there is no time any more. Nothing is awaited first. */
  async function beacon(events: readonly Waiting[]): Promise<unknown> {
    const body = JSON.stringify(events, SENT)
    const half = events.length >> 1
    if (half > 0 && body.length > KEEPALIVE_CHARACTERS_MAX) {
      return Promise.all([beacon(events.slice(0, half)), beacon(events.slice(half))])
    }
    const url = `${eventsUrl}?key=${encodeURIComponent(settings.key)}`
    return (
      events.length === 0 ||
      navigator.sendBeacon?.(url, body) ||
      settings.fetch(url, { method: 'POST', body, keepalive: true, credentials: 'omit' })
    )
  }

  function hurry(): void {
    backoffMs = 0
    void send()
  }

  function stop(): void {
    isStopped = true
    clearTimeout(timer)
    if (queue.size === 0) return
    keep()
    if (readKept().length === 0) giveUp(waiting(), 'not-delivered')
  }

  return { add, flush, leave, hurry, stop }
}
