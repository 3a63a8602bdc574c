import { createRoute, z } from '@hono/zod-openapi'
import { SLATE_SIZE_MAX, VISITOR_CHARACTERS_MAX } from '../slates/slate-query.ts'
import { problemResponses } from './problems.ts'
import { wholeNumberText } from './requests.ts'

export const slateQuerySchema = z.object({
  size: wholeNumberText(1, SLATE_SIZE_MAX)
    .optional()
    .describe("K, items to show; the context's own when left out. Fewer come when the pool is smaller."),
  visitor: z.string().min(1).max(VISITOR_CHARACTERS_MAX).optional().meta({
    description:
      'Your name for the visitor, such as a cookie. Kept as a keyed hash. The same visitor stays in the same arm.',
  }),
  task: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Task of the context, if it has to be made; the key must allow it.' }),
  topic: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ description: 'Topic of the context, if it has to be made; the key must allow it.' }),
})

const slateItemSchema = z
  .object({ id: z.string(), text: z.string(), position: z.int().min(0) })
  .openapi('SlateItem')

const slateSchema = z
  .object({
    slateId: z.string(),
    context: z.string(),
    arm: z.string(),
    version: z.int().min(1).meta({ description: 'Pool version that the slate was drawn from.' }),
    policy: z.enum(['uniform', 'thompson']),
    items: z.array(slateItemSchema).min(1),
    token: z.string().meta({ description: 'To be sent back with each event of this slate. Opaque.' }),
    issuedAt: z.iso.datetime(),
    closesAt: z.iso.datetime().meta({ description: 'Events are taken until then.' }),
  })
  .openapi('Slate')

const defaultSlateSchema = z
  .object({
    slateId: z.null(),
    context: z.string(),
    arm: z.null(),
    version: z.literal(0),
    policy: z.null(),
    items: z.array(slateItemSchema).max(0),
    token: z.null(),
    issuedAt: z.iso.datetime(),
    closesAt: z.null(),
    isDefault: z.literal(true),
  })
  .openapi('DefaultSlate')
  .meta({ description: 'The context has no pool yet: show what you showed before, and report nothing.' })

export const slateAnswerSchema = z.union([slateSchema, defaultSlateSchema])

export const slateRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/slate',
  summary: 'Draw a slate',
  description:
    'From memory; never waits for the store, except to make a context. Each call draws anew: call it once a visit.',
  tags: ['Slates and events'],
  security: [{ key: [] }],
  request: {
    params: z.object({
      key: z.string().min(1).max(200).meta({ description: 'Key of the context; `/` as `%2F`.' }),
    }),
    query: slateQuerySchema,
  },
  responses: {
    200: { description: 'A slate', content: { 'application/json': { schema: slateAnswerSchema } } },
    ...problemResponses(400, 401, 403, 404, 429, 503),
  },
})
