import { z } from 'zod'
import { ForageError } from '../core/errors.ts'

const contextSchema = z.object({
  key: z.string(),
  task: z.string(),
  topic: z.string(),
  article: z.string().optional(),
  config: z.object({
    attributionWindowSeconds: z.number(),
    arms: z.array(z.object({ key: z.string(), share: z.number(), isFrozen: z.boolean() })).min(1),
    due: z.object({ interactions: z.number().optional() }),
    caps: z.object({ clickMsMin: z.number() }),
  }),
})
export type ServedContext = z.infer<typeof contextSchema>

const armsSchema = z.object({
  arms: z.array(
    z.object({
      arm: z.string(),
      version: z.number(),
      iteration: z.number().nullable(),
      latestIteration: z.number().nullable(),
      interactionsSince: z.number(),
      lastFailure: z.string().nullable(),
    }),
  ),
})
export type ServedArm = z.infer<typeof armsSchema>['arms'][number]

const interval = z.tuple([z.number(), z.number()])
const figure = z.object({ estimate: z.number(), interval })
const statisticsSchema = z.looseObject({
  arms: z.array(
    z.looseObject({
      arm: z.string(),
      slates: z.number(),
      clicked: z.number(),
      ctr: z.number().nullable(),
      ctrInterval: interval.nullable(),
      leftOut: z.record(z.string(), z.number()),
      iterations: z.array(
        z.looseObject({
          iteration: z.number(),
          slates: z.number(),
          clicked: z.number(),
          ctr: z.number().nullable(),
        }),
      ),
    }),
  ),
  comparisons: z.array(
    z.looseObject({
      against: z.string(),
      isHoldout: z.boolean(),
      lift: z.looseObject({ absolute: figure, relative: figure }).nullable(),
    }),
  ),
})
export type ServedStatistics = z.infer<typeof statisticsSchema>

const problemSchema = z.object({ code: z.string(), detail: z.string(), field: z.string().optional() })

/** The managing side of a running service, as far as simulated visits need it. */
export interface VisitedService {
  /** Undefined when there is none of that key. */
  context(key: string): Promise<ServedContext | undefined>
  create(body: object): Promise<ServedContext>
  arms(key: string): Promise<ServedArm[]>
  statistics(key: string): Promise<ServedStatistics>
}

/**
 * @param url without a slash at the end
 * @throws each method: ForageError `service-unreachable`, or `service-refused` with what the service says
 */
export function visitedService(
  url: string,
  secretKey: string,
  signal: AbortSignal,
  fetchFunction: typeof fetch,
): VisitedService {
  async function ask<S extends z.ZodType>(schema: S, method: string, path: string, body?: object) {
    let response: Response
    let answer: unknown
    try {
      response = await fetchFunction(`${url}${path}`, {
        method,
        signal,
        headers: { authorization: `Bearer ${secretKey}`, 'content-type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
      answer = await response.json().catch(() => undefined)
    } catch (cause) {
      signal.throwIfAborted()
      throw new ForageError(
        'service-unreachable',
        `No service answers at ${url}: start one with forage serve`,
        {
          cause,
          isRetryable: true,
        },
      )
    }
    if (response.ok) {
      const parsed = schema.safeParse(answer)
      if (parsed.success) return parsed.data
      throw new ForageError(
        'service-unreachable',
        `What answers at ${url} is no Forage service of this version`,
      )
    }
    const problem = problemSchema.safeParse(answer).data
    if (problem?.code === 'context-unknown') return undefined
    const field = problem?.field === undefined ? '' : `${problem.field}: `
    const detail =
      problem === undefined ? `status ${response.status}` : `${field}${problem.detail} (${problem.code})`
    throw new ForageError('service-refused', `The service at ${url} refuses: ${detail}`)
  }

  const pathOf = (key: string) => `/v1/contexts/${encodeURIComponent(key)}`
  const found = <T>(value: T | undefined, key: string): T => {
    if (value !== undefined) return value
    throw new ForageError('service-refused', `The context ${key} is gone from the service`)
  }
  return {
    context: (key) => ask(contextSchema, 'GET', pathOf(key)),
    create: async (body) => found(await ask(contextSchema, 'POST', '/v1/contexts', body), ''),
    arms: async (key) => found(await ask(armsSchema, 'GET', `${pathOf(key)}/arms`), key).arms,
    statistics: async (key) => found(await ask(statisticsSchema, 'GET', `${pathOf(key)}/statistics`), key),
  }
}
