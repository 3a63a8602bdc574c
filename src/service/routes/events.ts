import type { Context, Hono } from 'hono'
import { isbot } from 'isbot'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { LiveEvent, SlateClaims } from '../../core/live/slate-claims.ts'
import { admit, bearerKey, headerOf } from '../admission.ts'
import {
  BODY_BYTES_MAX,
  EVENTS_MAX,
  type EventResult,
  eventsRoute,
  UNPACKED_BYTES_MAX,
} from '../contract/events.ts'
import { corsHeaders, preflight } from '../cors.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { judgeEvent } from '../events/judge-event.ts'
import { readBatch } from '../events/read-batch.ts'
import { bodyText } from '../events/read-body.ts'
import { limited } from '../limited.ts'
import { toldToSpan, withinRequestSpan } from '../managed/request-span.ts'
import { Problem, problemOf } from '../problem.ts'
import type { ServiceApp, ServiceEnvironment } from '../service-app.ts'

const PATH = '/v1/events'

/** `POST /v1/events`: judged one by one, stored in one call, answered after commit. */
export function addEventRoutes(
  hot: Hono<ServiceEnvironment>,
  managed: ServiceApp,
  dependencies: ServiceDependencies,
): void {
  const { store, tokens, hashes, serving, clock, counters, limits, config, metrics } = dependencies
  /** Events that wait for the store. */
  let pending = 0

  const stored = async (events: readonly LiveEvent[]) => {
    if (events.length === 0) return []
    if (pending + events.length > config.pendingEventsMax && pending > 0) {
      throw new Problem('store-unavailable', 'The store does not keep up; send the same batch again.', {
        headers: { 'Retry-After': '1' },
      })
    }
    pending += events.length
    try {
      return await store.ingest(events)
    } finally {
      pending -= events.length
    }
  }

  const handle = async (context: Context<ServiceEnvironment>): Promise<Response> => {
    const { key, network, origin } = admit(context, eventsKey(context), 'events', clock.now(), dependencies)
    const text = await bodyText(context, { bytesMax: BODY_BYTES_MAX, unpackedBytesMax: UNPACKED_BYTES_MAX })
    const batch = readBatch(text, headerOf(context, 'content-type'), EVENTS_MAX)
    const nowMs = clock.now()
    if (batch.length > 1) {
      // One was taken when the request came, before it was known how many events it holds.
      const waitMs = limits.take('events', key, network, nowMs, batch.length - 1)
      if (waitMs > 0) {
        counters.limited++
        throw limited(waitMs)
      }
    }
    const facts = {
      nowMs,
      // What a server sends on behalf of its visitors tells nothing of them by its own name and address.
      isBot: key.kind === 'publishable' && isbot(headerOf(context, 'user-agent') ?? ''),
      network: key.kind === 'publishable' ? hashes.network(network) : undefined,
      verify: remembered((token) => tokens.verify(token)),
      clickMsMin: (contextId: number) =>
        serving.isRemoved(contextId)
          ? undefined
          : (serving.byId(contextId)?.config ?? DEFAULT_CONTEXT_CONFIG).caps.clickMsMin,
    }
    const judged = batch.map((value) => judgeEvent(value, facts))
    const outcomes = await stored(judged.filter((one) => 'slate' in one))
    let next = 0
    const results = judged.map((one): EventResult => {
      if (!('slate' in one)) return one
      return { id: one.eventId, status: outcomes[next++] as EventResult['status'] }
    })
    counters.eventBatches++
    for (const { status } of results) counters.events[status]++
    return new Response(JSON.stringify({ results }), {
      headers: {
        'content-type': 'application/json',
        'cache-control': 'no-store',
        ...(origin === undefined ? {} : corsHeaders(origin)),
      },
    })
  }

  const timed = (context: Context<ServiceEnvironment>): Promise<Response> => {
    const startedAt = performance.now()
    return withinRequestSpan(context.req.raw, async (span) => {
      let status = 200
      try {
        return await handle(context)
      } catch (failure) {
        status = problemOf(failure).status
        throw failure
      } finally {
        toldToSpan(span, 'POST', PATH, status)
        metrics.answered('POST', PATH, status, (performance.now() - startedAt) / 1000)
      }
    })
  }

  managed.openAPIRegistry.registerPath(eventsRoute)
  hot.options(PATH, () => preflight('POST'))
  hot.post(PATH, timed)
}

/** The key of the header, or the publishable one of the address, which `sendBeacon` needs. */
function eventsKey(context: Context<ServiceEnvironment>): string | undefined {
  const inHeader = bearerKey(context)
  if (inHeader !== undefined) return inHeader
  const inQuery = context.req.query('key')
  if (inQuery?.startsWith('fk_sec_')) {
    throw new Problem(
      'key-forbidden',
      'A secret key must not stand in an address, where logs keep it; send it as a header, and rotate this one.',
    )
  }
  return inQuery
}

/** Impression and clicks of one slate carry the same token. */
function remembered(verify: (token: string) => SlateClaims | undefined) {
  const known = new Map<string, SlateClaims | undefined>()
  return (token: string) => {
    if (known.has(token)) return known.get(token)
    const claims = verify(token)
    known.set(token, claims)
    return claims
  }
}
