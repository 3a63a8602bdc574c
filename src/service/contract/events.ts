import { createRoute, z } from '@hono/zod-openapi'
import { problemResponses } from './problems.ts'

export const EVENTS_MAX = 1000
export const BODY_BYTES_MAX = 1024 * 1024
export const UNPACKED_BYTES_MAX = 8 * BODY_BYTES_MAX

/** Kept as text by every store: no control characters, no half of a surrogate pair. */
const name = z
  .string()
  .min(1)
  .max(64)
  .refine(
    (text) => !/\p{Surrogate}/u.test(text) && !/[\u0000-\u001f\u007f]/.test(text),
    'has control characters or half a character',
  )

export const eventSchema = z
  .object({
    id: name.meta({ description: 'Yours, unique within a slate: sent twice it counts once.' }),
    type: z.enum(['impression', 'click']),
    token: z.string().max(8192).meta({ description: 'Token of the slate.' }),
    item: name.optional().meta({
      description: 'Id of the item. An impression without it says that the whole slate was seen.',
    }),
    at: z
      .union([z.number().min(0).max(8.64e15), z.iso.datetime({ offset: true })])
      .optional()
      .meta({ description: 'When it happened by your clock: ISO 8601, or milliseconds since 1970.' }),
  })
  .refine(({ type, item }) => type === 'impression' || item !== undefined, {
    path: ['item'],
    message: 'a click needs the id of its item',
  })
  .openapi('Event')

export type EventSent = z.infer<typeof eventSchema>

export const EVENT_STATUSES = [
  'accepted',
  'duplicate',
  'expired',
  'bad-token',
  'not-in-slate',
  'bad-event',
] as const

const eventResultSchema = z
  .object({
    id: z.string().nullable().meta({ description: 'As it was sent; null where it cannot be read.' }),
    status: z.enum(EVENT_STATUSES),
    detail: z.string().optional(),
  })
  .openapi('EventResult')

export type EventResult = z.infer<typeof eventResultSchema>

const eventsAnswerSchema = z
  .object({ results: z.array(eventResultSchema).max(EVENTS_MAX) })
  .openapi('EventsAnswer')

const batchSchema = z.union([
  z.array(eventSchema).max(EVENTS_MAX),
  z.object({ events: z.array(eventSchema).max(EVENTS_MAX) }),
  eventSchema,
])

export const eventsRoute = createRoute({
  method: 'post',
  path: '/v1/events',
  summary: 'Report impressions and clicks',
  description:
    `Up to ${EVENTS_MAX} events, ${BODY_BYTES_MAX / 1024 / 1024} MiB as sent and ` +
    `${UNPACKED_BYTES_MAX / 1024 / 1024} MiB unpacked (Content-Encoding: gzip). The answer has one result an event, in ` +
    'order, and comes after they are stored. Sending the same batch again is safe. As text/plain the body is read as ' +
    'JSON, for sendBeacon.',
  tags: ['Slates and events'],
  security: [{ key: [] }, { keyInQuery: [] }],
  request: {
    query: z.object({
      key: z.string().optional().meta({ description: 'A publishable key, where no header can be sent.' }),
    }),
    body: {
      required: true,
      content: {
        'application/json': { schema: batchSchema },
        'text/plain': { schema: z.string() },
        'application/x-ndjson': { schema: z.string() },
      },
    },
  },
  responses: {
    200: {
      description: 'One result an event',
      content: { 'application/json': { schema: eventsAnswerSchema } },
    },
    ...problemResponses(400, 401, 403, 413, 415, 429, 500, 503),
  },
})
