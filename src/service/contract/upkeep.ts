import { createRoute, z } from '@hono/zod-openapi'
import { json, jsonBody, NOT_MODIFIED, problems, revisedJson, SECRET_KEY } from './answers.ts'
import { ifMatchHeader, ifNoneMatchHeader } from './requests.ts'

/** As a whole it is checked by the schema of task files, which says more than this one. */
const taskSchema = z
  .looseObject({
    key: z.string(),
    name: z.string(),
    version: z.int(),
    noun: z.object({ one: z.string(), many: z.string() }),
    needsArticle: z.boolean(),
    brief: z.string(),
    constraints: z.looseObject({}),
    completion: z.looseObject({}),
    shots: z.array(z.looseObject({})),
  })
  .openapi('Task')

const shownTaskSchema = taskSchema.extend({ isBuiltIn: z.boolean() }).openapi('KnownTask')

const taskKey = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,63}$/,
    'give 1 to 64 lower-case letters, digits and hyphens, not a hyphen first',
  )
  .openapi({
    param: { name: 'task', in: 'path', description: 'Key of the task.' },
    example: 'shopping-question',
  })

const taskParams = z.object({ task: taskKey })
const security = SECRET_KEY

export const listTasksRoute = createRoute({
  method: 'get',
  path: '/v1/tasks',
  tags: ['Tasks'],
  security,
  summary: 'List tasks',
  responses: {
    200: json(z.object({ tasks: z.array(shownTaskSchema) }).openapi('TaskList'), 'Built-in ones first'),
    ...problems(),
  },
})

export const getTaskRoute = createRoute({
  method: 'get',
  path: '/v1/tasks/{task}',
  tags: ['Tasks'],
  security,
  summary: 'Read a task',
  request: { params: taskParams, headers: ifNoneMatchHeader },
  responses: { 200: revisedJson(shownTaskSchema, 'The task'), 304: NOT_MODIFIED, ...problems() },
})

export const putTaskRoute = createRoute({
  method: 'put',
  path: '/v1/tasks/{task}',
  tags: ['Tasks'],
  security,
  summary: 'Add or change a task of your own',
  description:
    'The body is a task file (docs/tasks.md). Raise its `version` with every change. Contexts of the task take it ' +
    'with their next iteration.',
  request: {
    params: taskParams,
    headers: ifMatchHeader,
    body: jsonBody(z.record(z.string(), z.unknown()).openapi('TaskFile')),
  },
  responses: { 200: revisedJson(shownTaskSchema, 'The task'), ...problems(409, 412, 413, 415) },
})

export const recountRoute = createRoute({
  method: 'post',
  path: '/v1/recount',
  tags: ['Upkeep'],
  security,
  summary: 'Count everything anew from the raw events',
  description: 'Reads all raw events that are kept: it may take minutes. Equal unless something was lost.',
  responses: {
    200: json(
      z
        .object({ counters: z.int(), different: z.int().describe('How many were not as counted before.') })
        .openapi('Recount'),
      'Counted',
    ),
    ...problems(),
  },
})

export const deleteVisitorRoute = createRoute({
  method: 'delete',
  path: '/v1/visitors/{visitor}',
  tags: ['Upkeep'],
  security,
  summary: "Delete a visitor's data",
  description:
    "Removes the visitor's raw events and takes them out of the counts. The audit says that it was done, not for whom.",
  request: {
    params: z.object({
      visitor: z
        .string()
        .min(1)
        .max(200, 'give at most 200 characters')
        .openapi({
          param: { name: 'visitor', in: 'path' },
          description: 'As given when slates were asked for.',
        }),
    }),
  },
  responses: {
    200: json(z.object({ events: z.int() }).openapi('DeletedVisitor'), 'How many events were removed'),
    ...problems(),
  },
})
