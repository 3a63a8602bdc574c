import { createRoute, z } from '@hono/zod-openapi'
import { instant, json, jsonBody, NOT_MODIFIED, problems, revisedJson, SECRET_KEY } from './answers.ts'
import { configChangeSchema, configSchema, isRightSoFar, saysSomething } from './context-config.ts'
import {
  contextParams,
  idempotencyHeader,
  ifMatchHeader,
  ifNoneMatchHeader,
  nextCursor,
  pageQuery,
  preferHeader,
} from './requests.ts'
import { articleText, contextKeyText, itemText, lineOf, topicText, wholeNumber } from './text.ts'

/** Most that one request may bring. */
export const IMPORT_MAX = 1000

export const contextSchema = z
  .object({
    key: z.string(),
    task: z.string(),
    topic: z.string(),
    article: z.string().optional(),
    config: configSchema,
    status: z
      .enum(['active', 'paused'])
      .describe('A paused context is served and counted, but not rewritten.'),
    seed: z.int(),
    revision: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi('Context')

export const newContextSchema = z
  .strictObject({
    key: contextKeyText.describe('Your name for it, unique: `vacuums`, `article/2025-11-24`.'),
    task: lineOf(100).default('shopping-question').describe('What is written; `GET /v1/tasks` lists them.'),
    topic: topicText.describe('What it is about, as people write it: `Vacuums`.'),
    article: articleText
      .optional()
      .describe('The text that items are about; given exactly when the task needs one.'),
    config: configChangeSchema.optional(),
    seed: wholeNumber(0, 2 ** 31 - 1)
      .optional()
      .describe('Seed of everything random; drawn when left out.'),
    items: z
      .array(itemText)
      .min(1, 'give at least one text, or leave it out')
      .max(IMPORT_MAX, `give at most ${IMPORT_MAX} texts`)
      .optional()
      .describe(
        'Texts that people wrote, as the first pool: no more than poolSize. Without them a model writes it.',
      ),
  })
  .openapi('NewContext')

export const contextChangeSchema = z
  .strictObject({
    topic: topicText.optional(),
    article: articleText.optional(),
    config: configChangeSchema.optional(),
  })
  .refine(saysSomething, {
    message: 'say what is to change: give at least one of topic, article, config with a field',
    when: isRightSoFar,
  })
  .openapi('ContextChange', { minProperties: 1 })

export const armSchema = z
  .object({
    arm: z.string(),
    isServed: z.boolean().describe('False for an arm that the configuration names no more.'),
    version: z.int().describe('0 before the first pool.'),
    iteration: z.int().nullable().describe('Whose pool it is; null before the first.'),
    latestIteration: z
      .int()
      .nullable()
      .describe('The last that ran: higher than iteration where it left the pool as it was.'),
    poolSize: z.int().describe('Items in the pool now.'),
    interactionsSince: z.int().describe('Counted visits of this pool since the last iteration.'),
    lastIterationAt: instant.nullable(),
    nextAttemptAt: instant.nullable().describe('Not before then, after a failure.'),
    failures: z.int(),
    lastFailure: z.string().nullable(),
    isRunRequested: z.boolean(),
  })
  .openapi('Arm')

const tags = ['Contexts']
const security = SECRET_KEY

export const createContextRoute = createRoute({
  method: 'post',
  path: '/v1/contexts',
  tags,
  security,
  summary: 'Create a context',
  description:
    'Its first pool is written in the background; until then its slates are empty default ones. `Prefer: wait=30` makes the answer wait for it.',
  request: { body: jsonBody(newContextSchema), headers: idempotencyHeader.extend(preferHeader.shape) },
  responses: { 201: revisedJson(contextSchema, 'The new context'), ...problems(409, 413, 415, 422) },
})

export const listContextsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts',
  tags,
  security,
  summary: 'List contexts',
  request: { query: pageQuery(50, 200) },
  responses: {
    200: json(
      z.object({ contexts: z.array(contextSchema), next: nextCursor }).openapi('ContextPage'),
      'In the order of their keys',
    ),
    ...problems(),
  },
})

export const getContextRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}',
  tags,
  security,
  summary: 'Read a context',
  request: {
    params: contextParams,
    headers: ifNoneMatchHeader,
  },
  responses: {
    200: revisedJson(contextSchema, 'The context'),
    304: NOT_MODIFIED,
    ...problems(),
  },
})

export const changeContextRoute = createRoute({
  method: 'patch',
  path: '/v1/contexts/{key}',
  tags,
  security,
  summary: 'Change a context',
  description:
    'Fields that are left out stay. `config.arms` and `config.due` are replaced as a whole, `config.caps` and ' +
    '`config.budget` field by field. Arms that are added get a pool; those that go keep their history.',
  request: { params: contextParams, headers: ifMatchHeader, body: jsonBody(contextChangeSchema) },
  responses: { 200: revisedJson(contextSchema, 'The context as it is now'), ...problems(412, 413, 415) },
})

export const deleteContextRoute = createRoute({
  method: 'delete',
  path: '/v1/contexts/{key}',
  tags,
  security,
  summary: 'Delete a context',
  description: 'With its items, versions, events and counts. The audit stays.',
  request: { params: contextParams, headers: ifMatchHeader },
  responses: { 204: { description: 'It is gone' }, ...problems(412) },
})

export const listArmsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/arms',
  tags,
  security,
  summary: 'See how the arms of a context stand',
  request: { params: contextParams },
  responses: {
    200: json(z.object({ arms: z.array(armSchema) }).openapi('ArmList'), 'All arms'),
    ...problems(),
  },
})
