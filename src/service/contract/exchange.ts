import { createRoute, z } from '@hono/zod-openapi'
import { json, problems, SECRET_KEY } from './answers.ts'
import { contextKeyText } from './text.ts'

const NDJSON = 'application/x-ndjson'
const lines = z.string().openapi({ description: 'One JSON object a line; docs/data-exchange.md lists them.' })

const tags = ['Data']
const security = SECRET_KEY

export const exportRoute = createRoute({
  method: 'get',
  path: '/v1/export',
  tags,
  security,
  summary: 'Export contexts, items, counts and events',
  description:
    'NDJSON, sent while it is read. The last line is the record `end`; an export without it was cut off. Keys, ' +
    'secrets, the audit and the answers of models are no part of it.',
  request: {
    query: z.strictObject({ context: contextKeyText.optional().describe('Only this one.') }),
  },
  responses: {
    200: { description: 'Records', content: { [NDJSON]: { schema: lines } } },
    ...problems(),
  },
})

const importedContext = z.object({
  key: z.string(),
  outcome: z
    .enum(['imported', 'completed', 'kept'])
    .describe(
      '`completed`: goes on where an earlier import was cut off. `kept`: was there and stays as it is.',
    ),
  items: z.int(),
  versions: z.int(),
  iterations: z.int(),
  events: z.int().describe('Events that were not there before.'),
})

export const importRoute = createRoute({
  method: 'post',
  path: '/v1/import',
  tags,
  security,
  summary: 'Import an export',
  description:
    'Each context comes whole, and one that is there stays as it is, so the same export can be sent again. The ' +
    'first mistake ends the import and is told with its line; contexts before it stay imported.',
  request: { body: { required: true, content: { [NDJSON]: { schema: lines } } } },
  responses: {
    200: json(
      z
        .object({
          records: z.int(),
          tasks: z.array(z.object({ key: z.string(), outcome: z.enum(['imported', 'kept']) })),
          contexts: z.array(importedContext),
        })
        .openapi('ImportSummary'),
      'What became of tasks and contexts',
    ),
    ...problems(413, 415),
  },
})
