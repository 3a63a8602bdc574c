import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import { headerOf } from '../admission.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { type Problem, problemOf, problemResponse } from '../problem.ts'
import type { ServiceEnvironment } from '../service-app.ts'
import { toldToSpan, withinRequestSpan } from './request-span.ts'

/** Headers of every managed answer: nothing of ours is meant to be framed, sniffed, or kept by a cache. */
const SECURITY_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const

/** Pages of ours bring their own policy. */
const NO_CONTENT_POLICY = "default-src 'none'; frame-ancestors 'none'"

/** Gives each managed request its id, its headers and its line in the log. */
export function requestFrame({
  random,
  log,
  metrics,
}: Pick<ServiceDependencies, 'random' | 'log' | 'metrics'>): MiddlewareHandler<ServiceEnvironment> {
  return async (context, next) => {
    const requestId = requestIdOf(headerOf(context, 'x-request-id')) ?? random.id()
    context.set('requestId', requestId)
    const startedAt = performance.now()
    const { method } = context.req
    const route = routeOf(context)
    await withinRequestSpan(context.req.raw, async (span) => {
      await next()
      toldToSpan(span, method, route, context.res.status)
    })
    const { headers, status } = context.res
    headers.set('X-Request-Id', requestId)
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value)
    if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', NO_CONTENT_POLICY)
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
    const ms = performance.now() - startedAt
    metrics.answered(method, route, status, ms / 1000)
    log.info(
      {
        requestId,
        method,
        route,
        status,
        ms: Math.round(ms),
        key: context.get('apiKey')?.id,
      },
      'request',
    )
  }
}

/** The pattern, not the path: names of contexts and visitors are no business of logs, metrics and traces. */
function routeOf(context: Context<ServiceEnvironment>): string {
  const pattern = routePath(context, -1)
  return pattern.endsWith('*') ? 'other' : pattern
}

/** The answer to a failure; what was not foreseen goes to the log whole. */
export function failureAnswer(
  failure: unknown,
  context: Context<ServiceEnvironment>,
  { random, log }: Pick<ServiceDependencies, 'random' | 'log'>,
): Response {
  const problem: Problem = problemOf(failure)
  const requestId = context.get('requestId') ?? random.id()
  if (problem.status >= 500) {
    log.error({ requestId, code: problem.code, err: problem.cause ?? problem }, 'request failed')
  }
  return problemResponse(problem, requestId)
}

/** A caller's own id is kept when it is harmless. */
function requestIdOf(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.-]{1,64}$/.test(header) ? header : undefined
}
