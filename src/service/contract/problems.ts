import { z } from '@hono/zod-openapi'
import type { ProblemStatus } from '../problem-codes.ts'

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable; listed in docs/errors.md.' }),
    detail: z.string(),
    field: z.string().optional(),
    errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
    requestId: z.string(),
  })
  .openapi('Problem')

const DESCRIPTIONS = {
  400: 'Something sent is wrong',
  401: 'No key, or none that is in force',
  403: 'The key may not do that',
  404: 'There is no such thing',
  405: 'The resource has no such method',
  409: 'Things are not as they would have to be',
  412: 'It has changed since it was read',
  413: 'The body is too large',
  415: 'The body is of a type or an encoding that is not taken',
  422: 'It does not fit what was sent before',
  429: 'Too many requests; wait as Retry-After says',
  500: 'A mistake in Forage',
  503: 'Not possible now; send the same again later',
} as const satisfies Record<ProblemStatus, string>

const content = { 'application/problem+json': { schema: problemSchema } }

type ProblemResponses<Status extends keyof typeof DESCRIPTIONS> = {
  readonly [status in Status]: { description: string; content: typeof content }
}

/** Problem answers of a route, for its OpenAPI. */
export function problemResponses<Status extends keyof typeof DESCRIPTIONS>(
  ...statuses: readonly Status[]
): ProblemResponses<Status> {
  const responses: Partial<Record<Status, ProblemResponses<Status>[Status]>> = {}
  for (const status of statuses) responses[status] = { description: DESCRIPTIONS[status], content }
  return responses as ProblemResponses<Status>
}
