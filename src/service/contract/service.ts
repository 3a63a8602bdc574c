import { createRoute, z } from '@hono/zod-openapi'
import { json, problems, SECRET_KEY } from './answers.ts'
import { problemResponses } from './problems.ts'

const tags = ['Service']
const readinessSchema = z
  .object({
    isReady: z.boolean(),
    store: z.enum(['ok', 'away']),
    serving: z.enum(['loaded', 'loading']),
    isStopping: z.boolean(),
  })
  .openapi('Readiness')

export const healthRoute = createRoute({
  method: 'get',
  path: '/healthz',
  tags,
  summary: 'Is the process alive?',
  responses: { 200: json(z.object({ status: z.literal('ok') }).openapi('Health'), 'It is') },
})

export const readyRoute = createRoute({
  method: 'get',
  path: '/readyz',
  tags,
  summary: 'Should requests be sent to this node?',
  responses: {
    200: json(readinessSchema, 'They should'),
    503: json(readinessSchema, 'They should not: what is in the way'),
    ...problemResponses(500),
  },
})

export const metricsRoute = createRoute({
  method: 'get',
  path: '/metrics',
  tags,
  security: SECRET_KEY,
  summary: 'Metrics for Prometheus',
  description: 'Of this node. Give Prometheus a secret key as `authorization.credentials`.',
  responses: {
    200: {
      description: 'In the text format of Prometheus',
      content: { 'text/plain': { schema: z.string() } },
    },
    ...problems(),
  },
})

export const documentRoute = createRoute({
  method: 'get',
  path: '/openapi.json',
  tags,
  summary: 'This interface, as OpenAPI 3.1',
  responses: { 200: json(z.record(z.string(), z.unknown()).openapi('OpenApi'), 'The document') },
})

export const referenceRoute = createRoute({
  method: 'get',
  path: '/reference',
  tags,
  summary: 'This interface, to read',
  responses: { 200: { description: 'A page', content: { 'text/html': { schema: z.string() } } } },
})
