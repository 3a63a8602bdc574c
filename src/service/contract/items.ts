import { createRoute, z } from '@hono/zod-openapi'
import { instant, json, jsonBody, NOT_MODIFIED, problems, revisedJson, SECRET_KEY } from './answers.ts'
import { isRightSoFar } from './context-config.ts'
import { IMPORT_MAX } from './contexts.ts'
import {
  armParams,
  idempotencyHeader,
  ifMatchHeader,
  ifMatchPool,
  ifNoneMatchHeader,
  itemParams,
  nextCursor,
  pageQuery,
} from './requests.ts'
import { itemText } from './text.ts'

const STANDINGS = ['waiting', 'approved', 'banned', 'rejected'] as const

export const itemSchema = z
  .object({
    id: z.string(),
    text: z.string(),
    standing: z.enum(STANDINGS),
    isLive: z.boolean().describe('In the pool now.'),
    isPinned: z.boolean().describe('Never leaves the pool by itself.'),
    mode: z.string().describe('Why it was written: `seed`, `explore`, `exploit`, ..., or `person`.'),
    parents: z.array(z.string()).describe('Items that its prompt held up as examples, best first.'),
    editedFrom: z.string().nullable(),
    bornAt: z.int().describe('Iteration whose pool it first stood in.'),
    writtenBy: z.string(),
    promptVersion: z.string(),
    meanLogProbability: z.number().nullable(),
    createdAt: instant,
  })
  .openapi('Item')

const place = z
  .enum(['free', 'worst', 'all'], 'give free, worst or all')
  .describe(
    'Where it goes: `free` places only, in place of the `worst`, or as the whole pool (`all`). The pool never grows ' +
      'above poolSize by it.',
  )

const checks = z
  .enum(['safety', 'task'], 'give safety or task')
  .default('safety')
  .describe(
    '`safety`: no markup, addresses, hidden characters, no text twice. `task`: all that a model must keep to.',
  )

export const importSchema = z
  .strictObject({
    items: z
      .array(z.strictObject({ text: itemText }, 'give an object with its text: { "text": "..." }'))
      .min(1, 'give at least one item')
      .max(IMPORT_MAX, `give at most ${IMPORT_MAX} items`),
    place: place.default('free'),
    checks,
  })
  .openapi('Import')

const changed = {
  version: z.int().describe('Version of the pool now.'),
  warnings: z.array(z.string()).describe('What follows that one may not expect.'),
}

export const importAnswerSchema = z
  .object({
    results: z
      .array(
        z.discriminatedUnion('status', [
          z.object({ status: z.literal('imported'), id: z.string() }),
          z.object({ status: z.literal('refused'), reason: z.string(), detail: z.string() }),
        ]),
      )
      .describe('In the order of the items.'),
    ...changed,
  })
  .openapi('ImportAnswer')

export const itemChangeSchema = z
  .strictObject({
    standing: z
      .enum(['approved', 'banned', 'rejected'], 'give approved, banned or rejected')
      .optional()
      .describe(
        '`approved` puts it into the pool; `banned` takes it out for good; `rejected` refuses one that waits.',
      ),
    isPinned: z.boolean('give true or false').optional(),
    place: place.default('worst'),
    everywhere: z
      .boolean('give true or false')
      .default(true)
      .describe('Bans the same text in all arms of the context. Says nothing for other changes.'),
  })
  .refine(({ standing, isPinned }) => standing !== undefined || isPinned !== undefined, {
    message: 'say what is to change: give standing or isPinned',
    when: isRightSoFar,
  })
  .openapi('ItemChange', { minProperties: 1 })

export const itemChangeAnswerSchema = z
  .object({
    item: itemSchema,
    ...changed,
    alsoBanned: z
      .array(z.object({ arm: z.string(), id: z.string(), version: z.int() }))
      .describe('The same text in other arms.'),
  })
  .openapi('ItemChangeAnswer')

export const editSchema = z
  .strictObject({ text: itemText, place: place.default('worst'), checks })
  .openapi('Edit')

export const editAnswerSchema = z.object({ item: itemSchema, ...changed }).openapi('EditAnswer')

const tags = ['Items']
const security = SECRET_KEY

export const listItemsRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/arms/{arm}/items',
  tags,
  security,
  summary: 'List items',
  description: 'All items ever accepted or imported for the arm, in order of birth.',
  request: {
    params: armParams,
    query: pageQuery(100, 500).extend({
      standing: z
        .enum(STANDINGS, `give one of ${STANDINGS.join(', ')}`)
        .optional()
        .describe('Only those that stand so.'),
      live: z
        .enum(['true', 'false'], 'give true or false')
        .optional()
        .describe('Only those in the pool, or not.'),
    }),
  },
  responses: {
    200: json(z.object({ items: z.array(itemSchema), next: nextCursor }).openapi('ItemPage'), 'Items'),
    ...problems(),
  },
})

export const getItemRoute = createRoute({
  method: 'get',
  path: '/v1/contexts/{key}/arms/{arm}/items/{id}',
  tags,
  security,
  summary: 'Read an item',
  request: { params: itemParams, headers: ifNoneMatchHeader },
  responses: { 200: revisedJson(itemSchema, 'The item'), 304: NOT_MODIFIED, ...problems() },
})

export const importItemsRoute = createRoute({
  method: 'post',
  path: '/v1/contexts/{key}/arms/{arm}/items',
  tags,
  security,
  summary: 'Import items that people wrote',
  description: 'They compete as any other. What a check refuses is told item by item; the rest comes in.',
  request: {
    params: armParams,
    headers: idempotencyHeader.extend(ifMatchPool.shape),
    body: jsonBody(importSchema),
  },
  responses: { 200: json(importAnswerSchema, 'What became of each'), ...problems(409, 412, 413, 415, 422) },
})

export const changeItemRoute = createRoute({
  method: 'patch',
  path: '/v1/contexts/{key}/arms/{arm}/items/{id}',
  tags,
  security,
  summary: 'Approve, reject, ban, pin or unpin an item',
  description:
    'Asking again for what is so already changes nothing. A ban may leave the pool smaller than its size.',
  request: { params: itemParams, headers: ifMatchHeader, body: jsonBody(itemChangeSchema) },
  responses: {
    200: revisedJson(itemChangeAnswerSchema, 'The item as it is now'),
    ...problems(409, 412, 413, 415),
  },
})

export const editItemRoute = createRoute({
  method: 'post',
  path: '/v1/contexts/{key}/arms/{arm}/items/{id}/edit',
  tags,
  security,
  summary: 'Reword an item',
  description:
    'Makes another item in its place, with its lineage. Texts never change, because their counts hang on them.',
  request: {
    params: itemParams,
    headers: idempotencyHeader.extend(ifMatchHeader.shape),
    body: jsonBody(editSchema),
  },
  responses: { 201: revisedJson(editAnswerSchema, 'The new item'), ...problems(409, 412, 413, 415, 422) },
})
