import type { Context } from 'hono'
import { describeValue } from '../core/errors.ts'
import type { ApiKey } from '../ports/store/access.ts'
import type { ServiceDependencies } from './dependencies.ts'
import type { LimitedUse } from './keys/rate-limits.ts'
import { limited } from './limited.ts'
import { clientAddress, networkPrefix } from './network-prefix.ts'
import { Problem } from './problem.ts'
import type { ServiceEnvironment } from './service-app.ts'

/** A request whose key, origin and rate are in order. */
export interface Admission {
  readonly key: ApiKey
  readonly network: string
  /** Origin to name in the answer; undefined where the request has none. */
  readonly origin: string | undefined
}

/**
 * Checks the key of a request for slates or events, the page it comes from, and how often it comes.
 *
 * @param rawKey the key as sent, undefined when there was none
 * @throws Problem 401 `key-missing`, `key-unknown`, `key-ended`; 403 `origin-forbidden`; 429 `rate-limited`
 */
export function admit(
  context: Context<ServiceEnvironment>,
  rawKey: string | undefined,
  use: LimitedUse,
  nowMs: number,
  { keys, limits, counters, config }: ServiceDependencies,
): Admission {
  const network = networkOf(context, config.trustedProxies)
  const finding = rawKey === undefined ? undefined : keys.judge(rawKey, nowMs)
  if (finding?.kind !== 'valid') {
    counters.refused++
    const waitMs = limits.takeFailure(network, nowMs)
    if (waitMs > 0) throw limited(waitMs)
    throw unauthorized(finding?.kind)
  }
  const { key } = finding
  const origin = headerOf(context, 'origin')
  if (origin !== undefined && !mayCallFrom(key, origin)) {
    counters.refused++
    throw new Problem(
      'origin-forbidden',
      `Pages of ${describeValue(origin)} may not use ${key.id}; add the origin to a key of theirs.`,
    )
  }
  const waitMs = limits.take(use, key, network, nowMs, 1)
  if (waitMs > 0) {
    counters.limited++
    throw limited(waitMs)
  }
  return { key, network, origin }
}

function unauthorized(kind: 'ended' | 'unknown' | undefined): Problem {
  if (kind === undefined) {
    return new Problem('key-missing', 'Send a key: Authorization: Bearer fk_...', {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  }
  const headers = { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
  return kind === 'ended'
    ? new Problem('key-ended', 'This key was revoked or rotated; take another one.', { headers })
    : new Problem('key-unknown', 'There is no such key.', { headers })
}

/** The key of the `Authorization` header. */
export function bearerKey(context: Context<ServiceEnvironment>): string | undefined {
  const header = headerOf(context, 'authorization')
  if (header === undefined) return undefined
  if (header.startsWith('Bearer ')) return header.slice(7)
  return /^bearer +(\S+) *$/i.exec(header)?.[1]
}

/** One header; straight from Node's request where there is one, which spares making a `Headers` of all. */
export function headerOf(context: Context<ServiceEnvironment>, name: string): string | undefined {
  const incoming = context.env?.incoming
  if (incoming === undefined) return context.req.raw.headers.get(name) ?? undefined
  const value = incoming.headers[name]
  return Array.isArray(value) ? value.join(', ') : value
}

function networkOf(context: Context<ServiceEnvironment>, trustedProxies: number): string {
  const forwarded = trustedProxies === 0 ? undefined : headerOf(context, 'x-forwarded-for')
  return networkOfConnection(context.env?.incoming?.socket.remoteAddress, forwarded, trustedProxies)
}

/** @param connection address of the other end */
export function networkOfConnection(
  connection: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const address = clientAddress(connection, forwardedFor, trustedProxies)
  if (address === lastAddress) return lastPrefix
  lastAddress = address
  lastPrefix = networkPrefix(address)
  return lastPrefix
}

/** Requests of one proxy or one busy client often follow one another. */
let lastAddress: string | undefined
let lastPrefix = networkPrefix(undefined)

/** May a page of this origin use the key? Only browsers say an origin, and only publishable keys are for them. */
export function mayCallFrom(key: ApiKey, origin: string): boolean {
  return key.kind === 'secret' || key.origins.includes('*') || key.origins.includes(origin)
}
