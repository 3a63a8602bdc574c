import { randomBytes, randomInt } from 'node:crypto'
import { STRATEGIES } from '../core/strategies/index.ts'
import { checkedTask, loadTask, TASK_NAMES } from '../lab/task-file.ts'
import { createOptimizer, type Optimizer } from '../optimizer/optimizer.ts'
import type { Clock } from '../ports/clock.ts'
import type { Store } from '../ports/store/store.ts'
import { background } from '../service/background/background.ts'
import { serviceCounters } from '../service/counters.ts'
import { createApp } from '../service/create-app.ts'
import type { ServiceDependencies } from '../service/dependencies.ts'
import { Health } from '../service/health.ts'
import { keyedHashes } from '../service/keyed-hashes.ts'
import { KeyRing } from '../service/keys/key-ring.ts'
import { createKey, firstSecretKey } from '../service/keys/manage-keys.ts'
import { KeyRateLimits, scaledRateLimits } from '../service/keys/rate-limits.ts'
import { listen } from '../service/listen.ts'
import { ServiceMetrics } from '../service/metrics.ts'
import { IMPORT_PATH } from '../service/routes/exchange.ts'
import { systemRandom } from '../service/service-random.ts'
import { servingState } from '../service/serving/serving-state.ts'
import { slateTokens } from '../service/slate-token.ts'
import { fastSlates } from '../service/slates/fast-slates.ts'
import { LiveViews } from '../service/statistics/live-views.ts'
import { taskCatalogue } from '../service/tasks.ts'
import { timedStore } from '../service/timed-store.ts'
import type { ModelsHost } from './resources.ts'
import { serviceLog } from './service-log.ts'
import type { ServiceSettings } from './service-settings.ts'
import { type ServiceWriters, serviceWriters } from './service-writers.ts'
import { openStore } from './store.ts'
import { systemClock } from './system-clock.ts'

/** Keys of a new installation, which are shown once. */
export interface FirstKeys {
  readonly secret: string
  readonly publishable: string
}

/** A node of the service that answers requests. */
export interface RunningService {
  /** `http://127.0.0.1:8787` */
  readonly url: string
  /** `pglite` or `postgresql`. */
  readonly store: string
  readonly contexts: number
  readonly writer: string | undefined
  readonly writerIsStandIn: boolean
  readonly firstKeys: FirstKeys | undefined
  /**
   * Stops in order: no new connections, requests under way are answered, the background work ends, leases are given
   * back, what the store has under way is finished. Safe to call twice.
   */
  stop(): Promise<void>
}

const SECRET_BYTES = 32
const PENDING_EVENTS_MAX = 50_000
const CREATED_CONTEXTS_PER_MINUTE = 60

/**
 * Starts a node: opens the store, loads all contexts, listens, and begins to rewrite pools.
 *
 * @throws InputError, ForageError for what cannot be had; nothing is left running then
 */
export async function startService(
  settings: ServiceSettings,
  host: ModelsHost & { readonly log: (line: string) => unknown },
  version: string,
): Promise<RunningService> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one()
  }
  try {
    const clock = systemClock
    const log = serviceLog(settings.logLevel, host.log)
    const writers = await serviceWriters(settings.writer, host)
    closing.push(() => writers.close())
    const store = await openStore(settings.place)
    closing.push(() => store.close())
    const dependencies = await dependenciesOf({ store, clock, log, writers, settings, version })
    const { serving, keys, health, liveViews } = dependencies
    const firstKeys = await keysOfNewInstallation(store, keys, clock)
    await Promise.all([serving.refresh(), keys.refresh()])
    await serving.refreshTotals()
    const work = background(dependencies, { retentionDays: settings.retentionDays })
    const optimizer = settings.runsOptimizer
      ? optimizerOf(dependencies, writers, settings.leaseSeconds * 1000)
      : undefined
    const server = await listen(createApp(dependencies), {
      host: settings.host,
      port: settings.port,
      clock,
      before: fastSlates(dependencies),
      isLongBody: (url) => url.startsWith(IMPORT_PATH),
    })
    work.start()
    optimizer?.start()
    log.info({ url: server.url, version, contexts: serving.contextCount }, 'service started')
    let stopping: Promise<void> | undefined
    return {
      url: server.url,
      store: store.kind,
      contexts: serving.contextCount,
      writer: writers.own,
      writerIsStandIn: writers.isStandIn,
      firstKeys,
      stop() {
        stopping ??= (async () => {
          log.info({}, 'service stops')
          health.stop()
          liveViews.close()
          await Promise.all([server.close(settings.stopSeconds * 1000), optimizer?.stop()])
          await work.stop()
          await close()
          log.info({}, 'service stopped')
        })()
        return stopping
      },
    }
  } catch (error) {
    await close().catch(() => undefined)
    throw error
  }
}

async function dependenciesOf({
  store: untimed,
  clock,
  log,
  writers,
  settings,
  version,
}: {
  readonly store: Store
  readonly clock: Clock
  readonly log: ServiceDependencies['log']
  readonly writers: ServiceWriters
  readonly settings: ServiceSettings
  readonly version: string
}): Promise<ServiceDependencies> {
  const counters = serviceCounters()
  const store = timedStore(untimed, (method, isOk, seconds) => metrics.stored(method, isOk, seconds))
  const serving = servingState(store)
  const liveViews = new LiveViews({ store, clock })
  const metrics = new ServiceMetrics({
    counters,
    contexts: () => serving.contextCount,
    streams: () => liveViews.streams,
    now: () => clock.now(),
    withProcess: true,
  })
  const builtIn = await Promise.all(TASK_NAMES.map(async (name) => (await loadTask(name)).task))
  return {
    store,
    clock,
    log,
    serving,
    liveViews,
    health: new Health(store, serving, clock),
    metrics,
    version,
    tokens: slateTokens(await signingKeys(store, settings.signingKey)),
    keys: new KeyRing(store),
    limits: new KeyRateLimits(scaledRateLimits(settings.rateLimitFactor)),
    hashes: keyedHashes(await sharedSecret(store, 'visitor-hashes')),
    random: systemRandom(),
    counters,
    tasks: taskCatalogue(store, builtIn, (value) => checkedTask(value, 'body')),
    names: { strategies: STRATEGIES, checkWriter: writers.checkWriter },
    config: {
      trustedProxies: settings.trustedProxies,
      pendingEventsMax: PENDING_EVENTS_MAX,
      createdContextsPerMinute: CREATED_CONTEXTS_PER_MINUTE,
    },
  }
}

/**
 * The key that signs, and its neighbours: while nodes are changed to the next key one after the other, each takes the
 * slates of the other, and slates that were signed before the change stay good.
 */
async function signingKeys(store: Store, id: number) {
  const ids = [id, id - 1, id + 1].filter((one) => one >= 1)
  return Promise.all(
    ids.map(async (one) => ({ id: one, secret: await sharedSecret(store, `slate-signing-${one}`) })),
  )
}

/** All nodes have the one that the first of them made. */
async function sharedSecret(store: Store, name: string): Promise<Uint8Array> {
  return Buffer.from(await store.sharedSecret(name, randomBytes(SECRET_BYTES).toString('hex')), 'hex')
}

async function keysOfNewInstallation(
  store: Store,
  keys: KeyRing,
  clock: Clock,
): Promise<FirstKeys | undefined> {
  const secret = await firstSecretKey(store, clock.now())
  if (secret === undefined) return undefined
  const wanted = { kind: 'publishable', name: 'first', origins: ['*'], mayCreateContexts: false } as const
  const publishable = await createKey(store, keys, wanted, { by: 'system', nowMs: clock.now() })
  return { secret: secret.text, publishable: publishable.text }
}

function optimizerOf(
  { store, clock, tasks, log, serving, metrics }: ServiceDependencies,
  writers: ServiceWriters,
  leaseMs: number,
): Optimizer {
  return createOptimizer({
    store,
    clock,
    writerOf: writers.writerOf,
    ...(writers.encoder === undefined ? {} : { encoder: writers.encoder }),
    taskOf: tasks.find,
    priceUsd: async (writer, inputTokens, outputTokens) =>
      (await import('../compose.ts')).listPriceUsd(writer, inputTokens, outputTokens),
    node: randomBytes(6).toString('hex'),
    seed: randomInt(2 ** 31),
    leaseMs,
    onEvent: (event) => {
      metrics.optimized(event)
      const isBad = event.kind === 'iteration-failed' || event.kind === 'pass-failed'
      // This node serves its own new pools at once; other nodes' come with the next refresh.
      if (event.kind === 'iteration-committed') serving.refresh().catch(() => undefined)
      if (isBad) log.warn({ ...event }, event.kind)
      else log.info({ ...event }, event.kind)
    },
  })
}
