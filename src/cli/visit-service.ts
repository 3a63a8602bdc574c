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
  at: z.string(),
  arms: z.array(
    z.looseObject({
      arm: z.string(),
      isServed: z.boolean(),
      visitors: z.number(),
      slates: z.number(),
      clicked: z.number(),
      ctr: z.number().nullable(),
      ctrInterval: interval.nullable(),
      clickingVisitors: z.number(),
      items: z.array(
        z.looseObject({
          id: z.string(),
          text: z.string(),
          isLive: z.boolean(),
          impressions: z.number(),
          clicks: z.number(),
          ctr: z.number().nullable(),
          utility: z.number().nullable(),
          utilityInterval: interval.nullable(),
          visitors: z.number(),
          networks: z.number(),
        }),
      ),
      slotEffects: z.array(
        z.looseObject({
          slot: z.number(),
          effect: z.number(),
          interval: interval.optional(),
          clicks: z.number(),
          isEstimated: z.boolean(),
        }),
      ),
      iterations: z.array(
        z.looseObject({
          iteration: z.number(),
          slates: z.number(),
          clicked: z.number(),
          ctr: z.number().nullable(),
          uniform: z.looseObject({ slates: z.number(), interval: interval.nullable() }),
        }),
      ),
      leftOut: z.record(z.string(), z.number()),
      carriedLead: z
        .looseObject({
          leader: z.string(),
          follower: z.string(),
          networks: z.number(),
          clicksShare: z.number(),
        })
        .nullable(),
    }),
  ),
  comparisons: z.array(
    z.looseObject({
      arm: z.string(),
      against: z.string(),
      isHoldout: z.boolean(),
      lift: z.looseObject({ absolute: figure, relative: figure }).nullable(),
      waitsFor: z.array(z.looseObject({ arm: z.string(), clickingVisitors: z.number(), needed: z.number() })),
      extraClicks: z
        .looseObject({
          count: z.number(),
          costUsd: z.number().nullable(),
          costUsdInterval: z.tuple([z.number(), z.number().nullable()]).nullable(),
        })
        .nullable(),
    }),
  ),
  sampleRatio: z
    .looseObject({
      isMismatch: z.boolean(),
      arms: z.array(z.looseObject({ arm: z.string(), share: z.number(), visitors: z.number() })),
    })
    .nullable(),
  spend: z.looseObject({
    calls: z.number(),
    tokens: z.number(),
    costUsd: z.number(),
    unpriced: z.number(),
  }),
  open: z.looseObject({ impressions: z.number(), clicks: z.number() }),
})
export type ServedStatistics = z.infer<typeof statisticsSchema>

const problemSchema = z.object({ code: z.string(), detail: z.string(), field: z.string().optional() })

/** The managing side of a running service, as far as simulated visits need it. */
export interface VisitedService {
  /** Undefined when there is none of that key. */
  context(key: string): Promise<ServedContext | undefined>
  create(body: object): Promise<ServedContext>
  arms(key: string): Promise<ServedArm[]>
  /** Of the items that are served, or of all there ever were. */
  statistics(key: string, items?: 'live' | 'all'): Promise<ServedStatistics>
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
    statistics: async (key, items = 'live') =>
      found(await ask(statisticsSchema, 'GET', `${pathOf(key)}/statistics?items=${items}`), key),
  }
}
