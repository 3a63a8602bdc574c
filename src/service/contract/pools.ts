import { createRoute, z } from '@hono/zod-openapi'
import { instant, json, jsonBody, NOT_MODIFIED, problems, revisedJson, SECRET_KEY } from './answers.ts'
import {
  armParams,
  contextParams,
  idempotencyHeader,
  ifMatchHeader,
  ifMatchPool,
  ifNoneMatchHeader,
  nextCursor,
  pageQuery,
} from './requests.ts'
import { armKeyText, wholeNumber } from './text.ts'

const CAUSES = ['initial', 'import', 'iteration', 'approve', 'ban', 'edit', 'pin', 'rollback'] as const

export const versionSchema = z
  .object({
    version: z.int(),
    iteration: z.int(),
    cause: z.enum(CAUSES),
    by: z.string(),
    items: z.array(z.object({ id: z.string(), text: z.string() })).describe('In serving order.'),
    createdAt: instant,
  })
  .openapi('PoolVersion')

export const iterationSchema = z
  .object({
    iteration: z.int(),
    startedAt: instant,
    finishedAt: instant,
    interactions: z.int().describe('Visits of the pool before it, over which it was planned.'),
    clicked: z.int(),
    born: z.array(z.string()),
    left: z.array(z.string()),
    refused: z.record(z.string(), z.int()).describe('Refused candidates by reason.'),
    poolKept: z
      .enum(['nothing-accepted', 'nothing-planned'])
      .nullable()
      .describe('Why the pool stayed as it was, without another version; null where one was made.'),
    requests: z.array(
      z.object({
        mode: z.string(),
        attempt: z.int(),
        answerKey: z.string().describe('Key of the model call.'),
        candidates: z.array(
          z.object({
            text: z.string(),
            fate: z.enum(['born', 'spare', 'refused']),
            reason: z.string().nullable(),
            detail: z.string().nullable(),
            itemId: z.string().nullable(),
          }),
        ),
      }),
    ),
  })
  .openapi('Iteration')

export const modelCallSchema = z
  .object({
    key: z.string(),
    arm: z.string().nullable(),
    writer: z.string(),
    model: z.string(),
    question: z.unknown().describe('What was asked, as JSON.'),
    answer: z.unknown().describe('What the model answered, as JSON: not to be trusted, whatever it says.'),
    usage: z.object({
      modelCalls: z.number(),
      inputTokens: z.number(),
      outputTokens: z.number(),
      costUsd: z.number().nullable(),
      seconds: z.number(),
    }),
    createdAt: instant,
  })
  .openapi('ModelCall')

const rollbackSchema = z.strictObject({ version: wholeNumber(1, 2 ** 31 - 1) }).openapi('Rollback')

export const rollbackAnswerSchema = z
  .object({ version: z.int(), items: z.array(z.string()), warnings: z.array(z.string()) })
  .openapi('RollbackAnswer')

const runSchema = z
  .strictObject({ arm: armKeyText.optional().describe('All arms that are not frozen, when left out.') })
  .openapi('Run')

const tags = ['Pools']
const security = SECRET_KEY

export const listVersionsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/arms/{arm}/versions',
  tags,
  security,
  summary: 'List versions of the pool',
  request: { params: armParams, query: pageQuery(20, 100), headers: ifNoneMatchHeader },
  responses: {
    200: revisedJson(
      z.object({ versions: z.array(versionSchema), next: nextCursor }).openapi('VersionPage'),
      'Newest first',
    ),
    304: NOT_MODIFIED,
    ...problems(),
  },
})

export const rollbackRoute = createRoute({
  method: 'post',
  path: '/v1/contexts/{key}/arms/{arm}/rollback',
  tags,
  security,
  summary: 'Roll back to a version of the pool',
  description:
    'Makes a new version with the items of an old one, without those that were banned or rejected since.',
  request: {
    params: armParams,
    headers: idempotencyHeader.extend(ifMatchPool.shape),
    body: jsonBody(rollbackSchema),
  },
  responses: { 200: revisedJson(rollbackAnswerSchema, 'The pool now'), ...problems(409, 412, 413, 415, 422) },
})

export const listIterationsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/arms/{arm}/iterations',
  tags,
  security,
  summary: 'List iterations',
  description: 'What each one wrote, and what became of every candidate.',
  request: { params: armParams, query: pageQuery(10, 50) },
  responses: {
    200: json(
      z.object({ iterations: z.array(iterationSchema), next: nextCursor }).openapi('IterationPage'),
      'Newest first',
    ),
    ...problems(),
  },
})

export const listModelCallsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/model-calls',
  tags,
  security,
  summary: 'List model calls, with prompt and answer',
  request: { params: contextParams, query: pageQuery(10, 50) },
  responses: {
    200: json(
      z.object({ modelCalls: z.array(modelCallSchema), next: nextCursor }).openapi('ModelCallPage'),
      'Newest first',
    ),
    ...problems(),
  },
})

const statusSchema = z
  .object({ key: z.string(), status: z.enum(['active', 'paused']) })
  .openapi('ContextStatus')

const switchRoute = <P extends string>(path: P, summary: string, description: string) =>
  createRoute({
    method: 'post',
    path,
    tags,
    security,
    summary,
    description,
    request: { params: contextParams, headers: ifMatchHeader },
    responses: { 200: revisedJson(statusSchema, 'How it stands'), ...problems(412) },
  })

export const pauseRoute = switchRoute(
  '/v1/contexts/{key}/pause',
  'Pause the rewriting of a context',
  'Slates go on and visits are counted. What is being written now is thrown away or finished.',
)

export const resumeRoute = switchRoute(
  '/v1/contexts/{key}/resume',
  'Resume the rewriting of a context',
  'Arms that have become due run next.',
)

export const runRoute = createRoute({
  method: 'post',
  path: '/v1/contexts/{key}/run',
  tags,
  security,
  summary: 'Run the next iteration now',
  description: 'Whatever the due rule says. It runs in the background: `.../arms` shows how it stands.',
  request: {
    params: contextParams,
    body: { required: false, content: { 'application/json': { schema: runSchema } } },
  },
  responses: {
    202: json(z.object({ arms: z.array(z.string()) }).openapi('RunAnswer'), 'Arms that run next'),
    ...problems(409, 413, 415),
  },
})
