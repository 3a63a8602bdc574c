import type { Hono } from 'hono'
import { memoryStore } from '../adapters/store/memory.ts'
import { type ContextConfig, DEFAULT_CONTEXT_CONFIG } from '../core/live/context-config.ts'
import { randomStream } from '../core/random.ts'
import { STRATEGIES } from '../core/strategies/index.ts'
import { checkedTask, loadTask, TASK_NAMES } from '../lab/task-file.ts'
import type { ApiKey } from '../ports/store/access.ts'
import type { LiveContext } from '../ports/store/contexts.ts'
import type { Store } from '../ports/store/store.ts'
import { serviceCounters } from '../service/counters.ts'
import { createApp } from '../service/create-app.ts'
import type { ServiceConfig, ServiceDependencies } from '../service/dependencies.ts'
import { Health } from '../service/health.ts'
import { keyedHashes } from '../service/keyed-hashes.ts'
import { KeyRing } from '../service/keys/key-ring.ts'
import { createKey } from '../service/keys/manage-keys.ts'
import { KeyRateLimits, type RateLimitSettings } from '../service/keys/rate-limits.ts'
import { ServiceMetrics } from '../service/metrics.ts'
import type { ServiceEnvironment } from '../service/service-app.ts'
import { seededServiceRandom } from '../service/service-random.ts'
import { servingState } from '../service/serving/serving-state.ts'
import { slateTokens } from '../service/slate-token.ts'
import { LiveViews } from '../service/statistics/live-views.ts'
import { taskCatalogue } from '../service/tasks.ts'
import { settled, type TestClock, testClock } from './test-clock.ts'

const builtInTasks = Promise.all(TASK_NAMES.map(async (name) => (await loadTask(name)).task))

/** Noon of a day, so that a test's slates fall into one day. */
export const TEST_START_MS = Date.UTC(2026, 0, 5, 12)

export interface ServiceUnderTestOptions {
  readonly store?: Store
  readonly seed?: number
  readonly rateLimits?: RateLimitSettings
  readonly config?: Partial<ServiceConfig>
}

/** The whole service over a store, in memory unless told otherwise, with a clock that a test moves and randomness from a seed. */
export interface ServiceUnderTest {
  readonly app: Hono<ServiceEnvironment>
  readonly dependencies: ServiceDependencies
  readonly store: Store
  readonly clock: TestClock
  /** Lines that were logged. */
  readonly logged: { level: string; fields: Readonly<Record<string, unknown>>; message: string }[]
  /** Whole keys, as a client sends them. */
  readonly secretKey: string
  readonly publishableKey: string
  key(wanted: Partial<Pick<ApiKey, 'kind' | 'origins' | 'mayCreateContexts'>>): Promise<string>
  /** Makes a context with pools of these texts in each arm, none for an empty list, and serves it. */
  context(key: string, texts: readonly string[], config?: Partial<ContextConfig>): Promise<LiveContext>
  /** Asks with the publishable key, unless `init` has headers. */
  get(path: string, init?: RequestInit): Promise<Response>
  /** Posts JSON with the publishable key. */
  post(path: string, body: unknown): Promise<Response>
}

/** What services of a test file work on. */
export interface TestStores {
  /** A new, empty store. */
  make(): Promise<Store>
  /** Resolves when nothing is under way in it any more. */
  settled(): Promise<void>
}

let stores: TestStores = { make: async () => memoryStore(), settled }

/** Has services of this test file work on other stores than the one in memory. */
export function useTestStores(others: TestStores): void {
  stores = others
}

export async function serviceUnderTest(options: ServiceUnderTestOptions = {}): Promise<ServiceUnderTest> {
  const store = options.store ?? (await stores.make())
  const clock = testClock(TEST_START_MS, stores.settled)
  const logged: ServiceUnderTest['logged'] = []
  const logger = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    logged.push({ level, fields, message })
  }
  const keys = new KeyRing(store)
  const serving = servingState(store)
  const counters = serviceCounters()
  const liveViews = new LiveViews({ store, clock })
  const dependencies: ServiceDependencies = {
    store,
    serving,
    keys,
    clock,
    tokens: slateTokens([{ id: 1, secret: new Uint8Array(32).fill(7) }]),
    limits: new KeyRateLimits(options.rateLimits),
    hashes: keyedHashes(new Uint8Array(32).fill(8)),
    random: seededServiceRandom(randomStream(options.seed ?? 1, 'service')),
    log: { info: logger('info'), warn: logger('warn'), error: logger('error') },
    counters,
    tasks: taskCatalogue(store, await builtInTasks, (value) => checkedTask(value, 'body')),
    liveViews,
    health: new Health(store, serving, clock),
    metrics: new ServiceMetrics({
      counters,
      contexts: () => serving.contextCount,
      streams: () => liveViews.streams,
      now: () => clock.now(),
    }),
    version: '0.0.0-test',
    names: { strategies: STRATEGIES, checkWriter: () => undefined },
    config: { trustedProxies: 0, pendingEventsMax: 10_000, createdContextsPerMinute: 60, ...options.config },
  }
  const app = createApp(dependencies)
  const key: ServiceUnderTest['key'] = async (wanted) => {
    const whole = {
      kind: 'publishable' as const,
      name: 'test',
      origins: ['*'],
      mayCreateContexts: false,
      ...wanted,
    }
    return (await createKey(store, keys, whole, { by: 'test', nowMs: clock.now() })).text
  }
  const publishableKey = await key({})
  const authorization = `Bearer ${publishableKey}`
  return {
    app,
    dependencies,
    store,
    clock,
    logged,
    secretKey: await key({ kind: 'secret' }),
    publishableKey,
    key,
    async context(contextKey, texts, config = {}) {
      const audit = { atMs: clock.now(), by: 'test', action: 'context-created', contextKey, details: {} }
      const { context } = await store.createContext(
        {
          key: contextKey,
          task: 'shopping-question',
          topic: 'Vacuums',
          config: { ...DEFAULT_CONTEXT_CONFIG, ...config },
          seed: 1,
        },
        audit,
      )
      if (texts.length > 0) {
        for (const { key: arm } of context.config.arms)
          await firstPool(store, context.id, arm, texts, clock.now())
      }
      await serving.refresh()
      return context
    },
    get: async (path, init) => app.request(path, { headers: { authorization }, ...init }),
    post: async (path, body) =>
      app.request(path, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  }
}

async function firstPool(
  store: Store,
  contextId: number,
  arm: string,
  texts: readonly string[],
  nowMs: number,
): Promise<void> {
  const births = texts.map((text, index) => ({
    id: `i${index}`,
    text,
    mode: 'seed',
    parents: [],
    bornAt: 0,
    writtenBy: 'test',
    promptVersion: 'test@1',
    standing: 'approved' as const,
    isPinned: false,
    createdAtMs: nowMs,
  }))
  const committed = await store.commitPool({
    contextId,
    arm,
    fromVersion: 0,
    births,
    standings: [],
    pool: { itemIds: births.map(({ id }) => id), iteration: 0, cause: 'initial' },
    by: 'test',
    nowMs,
    audit: [],
  })
  if (committed.kind !== 'committed') throw new Error(`no pool for ${arm}: ${committed.reason}`)
}
