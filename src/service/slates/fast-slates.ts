import type { IncomingMessage, ServerResponse } from 'node:http'
import { mayCallFrom, networkOfConnection } from '../admission.ts'
import { corsHeaders } from '../cors.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import type { ServedContext } from '../serving/served-context.ts'
import { slateBody } from './slate-body.ts'
import { type SlateQuery, slateQuery } from './slate-query.ts'

const PREFIX = '/v1/contexts/'
const SUFFIX = '/slate'
const HEADERS = ['Content-Type', 'application/json', 'Cache-Control', 'private, no-store']

/** A request that is in order, and waits for its slate. */
interface Asked {
  readonly outgoing: ServerResponse
  readonly served: ServedContext
  readonly query: SlateQuery
  readonly origin: string | undefined
  /** Lets the application answer. */
  readonly otherwise: () => void
}

/**
 * Answers the usual request for a slate straight from Node's request to Node's answer: a known context, a key in
 * force, nothing wrong. Whatever else comes is left to the application, whose route says the same and more
 * (`routes/slates.ts`); a test holds the two together.
 *
 * The requests that one turn of the event loop brings are read first, then all their slates are drawn, then all
 * answers are sent. One after the other they would take a sixth more of the processor: its cache holds one of the
 * three kinds of work at a time, and a client on the same machine would be woken for each answer.
 *
 * @returns false when it will not be answered, and nothing was done; true when it will, here or by `otherwise`
 */
export function fastSlates(
  dependencies: ServiceDependencies,
): (incoming: IncomingMessage, outgoing: ServerResponse, otherwise: () => void) => boolean {
  const { serving, clock, keys, limits, config, counters } = dependencies
  let asked: Asked[] = []
  let startedAt = 0
  const drawn = ({ served, query, otherwise }: Asked, nowMs: number): string | undefined => {
    try {
      return slateBody(served, query, nowMs, dependencies)
    } catch {
      // It fails there too, and is reported.
      otherwise()
      return undefined
    }
  }
  const answerAll = () => {
    const turn = asked
    asked = []
    const nowMs = clock.now()
    const bodies = turn.map((one) => drawn(one, nowMs))
    for (const [index, one] of turn.entries()) {
      const body = bodies[index]
      if (body !== undefined) send(one, body)
    }
    // None of the turn took longer than its first.
    counters.slateDurations.add((performance.now() - startedAt) / 1000, turn.length)
  }
  return (incoming, outgoing, otherwise) => {
    const { url = '', method, headers } = incoming
    if (method !== 'GET' || !url.startsWith(PREFIX)) return false
    const contextKey = contextKeyOf(url)
    const served = contextKey === undefined ? undefined : serving.find(contextKey)
    const { authorization, origin } = headers
    if (served === undefined || authorization === undefined || !authorization.startsWith('Bearer '))
      return false
    const nowMs = clock.now()
    const key = keys.find(authorization.slice(7), nowMs)
    if (key === undefined || (origin !== undefined && !mayCallFrom(key, origin))) return false
    const query = readQuery(url)
    if (query === undefined) return false
    const forwarded = config.trustedProxies === 0 ? undefined : headers['x-forwarded-for']
    const network = networkOfConnection(
      incoming.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(', ') : forwarded,
      config.trustedProxies,
    )
    // Beyond the limit nothing is taken, so the application may ask again and say how long to wait.
    if (limits.take('slate', key, network, nowMs, 1) > 0) return false
    if (asked.push({ outgoing, served, query, origin, otherwise }) === 1) {
      startedAt = performance.now()
      setImmediate(answerAll)
    }
    return true
  }
}

/** The key in `/v1/contexts/{key}/slate`; undefined for any other path. */
function contextKeyOf(url: string): string | undefined {
  const question = url.indexOf('?')
  const end = (question < 0 ? url.length : question) - SUFFIX.length
  if (end <= PREFIX.length || !url.startsWith(SUFFIX, end)) return undefined
  const segment = url.slice(PREFIX.length, end)
  if (segment.includes('/')) return undefined
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}

function readQuery(url: string): SlateQuery | undefined {
  try {
    return slateQuery(url)
  } catch {
    return undefined
  }
}

function send({ outgoing, served, origin }: Asked, body: string): void {
  // One byte a character, where that is known: no need to measure or to encode.
  const encoding = served.isAscii ? 'latin1' : 'utf8'
  const length = served.isAscii ? body.length : Buffer.byteLength(body)
  const headers = [...HEADERS, 'Content-Length', String(length)]
  if (origin !== undefined) for (const pair of Object.entries(corsHeaders(origin))) headers.push(...pair)
  outgoing.writeHead(200, headers)
  outgoing.end(body, encoding)
}
