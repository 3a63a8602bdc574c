import { z } from '@hono/zod-openapi'
import type { ProblemStatus } from '../problem-codes.ts'
import { problemResponses } from './problems.ts'

/** Problem answers of a managed resource: those that each may give, and `more`. */
export function problems<Status extends ProblemStatus = never>(...more: readonly Status[]) {
  return problemResponses<Always | Status>(400, 401, 403, 404, 429, 500, 503, ...more)
}

type Always = 400 | 401 | 403 | 404 | 429 | 500 | 503

/** A JSON answer of a route. */
export function json<S extends z.ZodType>(schema: S, description: string) {
  return { description, content: { 'application/json': { schema } } }
}

/** A JSON answer with the revision of the resource. */
export function revisedJson<S extends z.ZodType>(schema: S, description: string) {
  const tag = 'Revision of the resource, for If-Match and If-None-Match.'
  return {
    ...json(schema, description),
    headers: { ETag: { description: tag, schema: { type: 'string' } } },
  } as const
}

/** Of a resource that the caller has as it is. */
export const NOT_MODIFIED = { description: 'It is still the one that If-None-Match names' }

/** A JSON body that a route needs. */
export function jsonBody<S extends z.ZodType>(schema: S) {
  return { required: true, content: { 'application/json': { schema } } } as const
}

/** Marks a route as one for secret keys. */
export const SECRET_KEY = [{ secretKey: [] }]

/** A moment on the wire. */
export const instant = z.string().openapi({ format: 'date-time', example: '2026-11-25T12:00:00.000Z' })

/** Milliseconds since 1970 as the wire has them. */
export function instantOf(ms: number): string {
  return new Date(ms).toISOString()
}

export function instantOrNull(ms: number | null): string | null {
  return ms === null ? null : instantOf(ms)
}
