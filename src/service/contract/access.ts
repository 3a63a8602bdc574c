import { createRoute, z } from '@hono/zod-openapi'
import { instant, json, jsonBody, NOT_MODIFIED, problems, revisedJson, SECRET_KEY } from './answers.ts'
import { budgetPatchSchema, budgetSchema } from './context-config.ts'
import {
  contextParams,
  idempotencyHeader,
  ifMatchHeader,
  ifNoneMatchHeader,
  nextCursor,
  pageQuery,
} from './requests.ts'
import { contextKeyText, readableLine, wholeNumber } from './text.ts'

const MONTH_SECONDS = 2_592_000
/** Names that the audit gives to what is no key. */
const RESERVED_NAMES = ['optimizer', 'system']

const origin = z
  .string('give a text')
  .max(300, 'give at most 300 characters')
  .refine((value) => value === '*' || isOrigin(value), 'give an origin such as https://shop.example, or *')

const apiKeySchema = z
  .object({
    id: z.string().describe('The part that may be shown.'),
    kind: z.enum(['publishable', 'secret']),
    name: z.string(),
    origins: z.array(z.string()),
    mayCreateContexts: z.boolean(),
    createdAt: instant,
    endsAt: instant.nullable(),
    isActive: z.boolean(),
  })
  .openapi('ApiKey')

export const newKeySchema = z
  .strictObject({
    kind: z
      .enum(['publishable', 'secret'], 'give publishable or secret')
      .describe('`publishable`: slates and events, may stand in a page. `secret`: everything.'),
    name: readableLine(100)
      .refine(
        (name) => !RESERVED_NAMES.includes(name.toLowerCase()),
        'the audit calls other things so; choose another',
      )
      .describe('Stands in the audit for what is done with it.'),
    origins: z
      .array(origin)
      .max(100, 'give at most 100 origins')
      .optional()
      .describe(
        'Pages that may use a publishable key, as the browser names them; any (`*`) when left out. A secret key has none.',
      ),
    mayCreateContexts: z
      .boolean('give true or false')
      .default(false)
      .describe('May an unknown context be made by asking for its slate?'),
  })
  .refine(({ kind, origins }) => kind === 'publishable' || (origins ?? []).length === 0, {
    message: 'a secret key belongs on servers, not into pages; leave it out',
    path: ['origins'],
  })
  .openapi('NewApiKey')

export const madeKeySchema = apiKeySchema
  .extend({ key: z.string().describe('The whole key. It is shown this once.') })
  .openapi('MadeApiKey')

export const rotatedKeySchema = madeKeySchema.extend({ replaces: apiKeySchema }).openapi('RotatedApiKey')

const keyParams = z.object({
  id: z
    .string()
    .regex(/^fk_(pub|sec)_[a-z0-9]{6}$/, 'give the id of a key, such as fk_pub_3h2k9d')
    .openapi({
      param: { name: 'id', in: 'path', description: 'The first part of the key.' },
      example: 'fk_pub_3h2k9d',
    }),
})

const security = SECRET_KEY

export const listKeysRoute = createRoute({
  method: 'get',
  path: '/v1/keys',
  tags: ['Keys'],
  security,
  summary: 'List API keys',
  responses: {
    200: json(z.object({ keys: z.array(apiKeySchema) }).openapi('ApiKeyList'), 'Oldest first'),
    ...problems(),
  },
})

export const createKeyRoute = createRoute({
  method: 'post',
  path: '/v1/keys',
  tags: ['Keys'],
  security,
  summary: 'Make an API key',
  request: { body: jsonBody(newKeySchema), headers: idempotencyHeader },
  responses: { 201: json(madeKeySchema, 'The key, shown this once'), ...problems(409, 413, 415, 422) },
})

export const rotateKeyRoute = createRoute({
  method: 'post',
  path: '/v1/keys/{id}/rotate',
  tags: ['Keys'],
  security,
  summary: 'Replace an API key',
  description: 'Makes a key with the same rights; the old one ends when the grace is over.',
  request: {
    params: keyParams,
    headers: idempotencyHeader,
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z
            .strictObject({
              graceSeconds: wholeNumber(0, MONTH_SECONDS)
                .default(86_400)
                .describe('How long the old key goes on.'),
            })
            .openapi('KeyRotation'),
        },
      },
    },
  },
  responses: {
    201: json(rotatedKeySchema, 'The new key'),
    ...problems(409, 413, 415, 422),
  },
})

export const revokeKeyRoute = createRoute({
  method: 'delete',
  path: '/v1/keys/{id}',
  tags: ['Keys'],
  security,
  summary: 'Revoke an API key',
  description: 'Ends at once on this node, within seconds on others. The last secret key cannot be revoked.',
  request: { params: keyParams },
  responses: { 200: json(apiKeySchema, 'The key, ended'), ...problems(409) },
})

const periodSchema = z.object({
  calls: z.int(),
  tokens: z.int(),
  costUsd: z.number().describe('Of calls with a known price.'),
  unpriced: z.int().describe('Calls whose price is not known.'),
})

const spendSchema = z
  .object({
    today: periodSchema.describe('Since the UTC day began.'),
    inAll: periodSchema,
    budget: budgetSchema,
  })
  .openapi('Spend')

export const spendRoute = createRoute({
  method: 'get',
  path: '/v1/spend',
  tags: ['Budget'],
  security,
  summary: 'What models cost, over all contexts',
  responses: { 200: json(spendSchema, 'Spent, and what may be'), ...problems() },
})

export const contextSpendRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/spend',
  tags: ['Budget'],
  security,
  summary: 'What models cost for a context',
  request: { params: contextParams },
  responses: { 200: json(spendSchema, 'Spent, and what may be'), ...problems() },
})

export const getBudgetRoute = createRoute({
  method: 'get',
  path: '/v1/budget',
  tags: ['Budget'],
  security,
  summary: 'Read the budget over all contexts',
  description: 'A context has its own in `config.budget`; both hold.',
  request: { headers: ifNoneMatchHeader },
  responses: { 200: revisedJson(budgetSchema, 'The budget'), 304: NOT_MODIFIED, ...problems() },
})

export const changeBudgetRoute = createRoute({
  method: 'patch',
  path: '/v1/budget',
  tags: ['Budget'],
  security,
  summary: 'Change the budget over all contexts',
  request: { headers: ifMatchHeader, body: jsonBody(budgetPatchSchema) },
  responses: { 200: revisedJson(budgetSchema, 'The budget as it is now'), ...problems(412, 413, 415) },
})

export const auditRoute = createRoute({
  method: 'get',
  path: '/v1/audit',
  tags: ['Audit'],
  security,
  summary: 'Who changed what, and when',
  request: {
    query: pageQuery(50, 200).extend({
      context: contextKeyText.optional().describe('Only of this context.'),
    }),
  },
  responses: {
    200: json(
      z
        .object({
          entries: z.array(
            z.object({
              id: z.string(),
              at: instant,
              by: z.string().describe('Name of a key, `optimizer` or `system`.'),
              action: z.string(),
              context: z.string().nullable(),
              details: z.record(z.string(), z.unknown()),
            }),
          ),
          next: nextCursor,
        })
        .openapi('AuditPage'),
      'Newest first',
    ),
    ...problems(),
  },
})

/** Scheme, host and port as browsers write them, nothing else. */
function isOrigin(value: string): boolean {
  try {
    const { origin: plain, protocol } = new URL(value)
    return plain === value && (protocol === 'https:' || protocol === 'http:')
  } catch {
    return false
  }
}
