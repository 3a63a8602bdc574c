import { setTimeout as pause } from 'node:timers/promises'
import { openStore, type StorePlace } from '../../src/compose/store.ts'
import { type Random, randomStream } from '../../src/core/random.ts'
import { type Findings, heldLaws } from './laws.ts'
import { emptyLedger, type Ledger } from './ledger.ts'
import { type PaidProvider, startPaidProvider } from './paid-provider.ts'
import { type ServiceProcess, startService } from './service-process.ts'
import { visitOnce } from './shopper.ts'
import { until } from './until.ts'
import { heldTakeovers, type WorkLog, type WorkSeen, workLog } from './work-log.ts'

export interface StormOptions {
  readonly seed: number
  /** Where the nodes keep their data; new and empty. */
  readonly place: StorePlace
  /** More than one on PostgreSQL only. */
  readonly nodes: number
  /** Kills, of nodes and of the database together. */
  readonly kills: number
  /** Kills the database with -9 and starts it again; absent where it dies with the node. */
  readonly restartDatabase?: () => Promise<void>
  readonly shoppers?: number
  readonly program?: 'build' | 'source'
  /** Told of each step, for people. */
  readonly say?: (what: string) => void
}

export interface StormResult extends Findings {
  readonly databaseKills: number
}

const CONTEXT = 'vacuums'
const WINDOW_SECONDS = 2
const LEASE_SECONDS = 2
const VISITORS_MAX = 500
/** Between two kills clients get this many answers at least, and up to twice as many. */
const ANSWERS_BETWEEN = 40
/** Of ten kills of nodes so many strike an iteration that is half done; the last kill always does. */
const AT_WORK = 0.4
/** Answers take up to this long while an iteration that is half done is waited for. */
const HALF_DONE_MS = 600

/**
 * Real nodes under load, killed at seeded points of their work with `kill -9` and started again, then drained and
 * held against the laws. What the seed fixes is where faults are aimed; how processes interleave it cannot fix.
 */
export async function storm(options: StormOptions): Promise<StormResult> {
  const { seed, place, kills, say = () => {} } = options
  const random = (purpose: string) => randomStream(seed, 'storm', purpose)
  const provider = await startPaidProvider(random('provider'), 'vacuums')
  const nodes: ServiceProcess[] = []
  const ledger = emptyLedger()
  const stopped = { is: false }
  const work = workLog()
  /** Numbers of processes: of each node the one that runs, and those that were killed. */
  const processes: number[] = []
  const dead = new Set<number>()
  const shopping: Promise<void>[] = []
  try {
    const node = (slot: number) =>
      startService({
        place,
        writer: 'openai-compatible:paid',
        env: {
          FORAGE_OPENAI_COMPATIBLE_URL: provider.baseUrl,
          FORAGE_LEASE_SECONDS: String(LEASE_SECONDS),
          FORAGE_LOG_LEVEL: 'info',
        },
        onLog: () => {
          const { number, take } = work.process()
          processes[slot] = number
          return take
        },
        ...(options.program === undefined ? {} : { program: options.program }),
      })
    nodes.push(await node(0))
    const key = nodes[0]?.secretKey() ?? ''
    await createContext(nodes[0] as ServiceProcess, key)
    // Together: migrations and shared secrets are raced for.
    nodes.push(
      ...(await Promise.all(Array.from({ length: options.nodes - 1 }, (_, index) => node(index + 1)))),
    )
    await until('a pool is served', () => isServed(nodes[0] as ServiceProcess, key))
    say(`${nodes.length} nodes serve`)

    const shop = { urls: nodes.map(({ url }) => url), key, contexts: [CONTEXT], ledger }
    for (let one = 0; one < (options.shoppers ?? 6); one++) {
      const own = random(`shopper ${one}`)
      shopping.push(
        (async () => {
          while (!stopped.is) await visitOnce(shop, `v${one}-${own.integer(1000)}`, own)
        })(),
      )
    }
    const killedMs: number[] = []
    let halfDoneKills = 0
    let databaseKills = 0
    const weather = random('weather')
    for (let kill = 0; kill < kills; kill++) {
      await moment(ledger, provider, weather)
      if (options.restartDatabase !== undefined && weather.uniform() < 0.4 && kill < kills - 1) {
        say(`kill ${kill + 1}: the database`)
        databaseKills++
        await options.restartDatabase()
        continue
      }
      const isAtWork = weather.uniform() < AT_WORK || kill === kills - 1
      const working = isAtWork ? await halfDone(ledger, provider, work, processes) : undefined
      const place = working === undefined ? weather.integer(nodes.length) : processes.indexOf(working.process)
      const dying = nodes[place] as ServiceProcess
      dead.add(processes[place] as number)
      if (working !== undefined) halfDoneKills++
      await dying.kill()
      killedMs.push(Date.now())
      const what =
        working === undefined
          ? ''
          : `, in ${working.arm} ${working.iteration} with ${working.answered} answers`
      say(`kill ${kill + 1}: node ${place + 1}${what}, ${provider.underWay()} questions under way`)
      if (working !== undefined && nodes.length > 1) {
        await until('another node goes on with what the dead one has begun', () => work.hasGoneOn(working))
      }
      await dying.start()
    }
    const calm = ledger.answered
    await until('clients are answered after the last kill', () => ledger.answered > calm + ANSWERS_BETWEEN)
    stopped.is = true
    await Promise.all(shopping)
    say('drained')
    await settled(nodes, key, ledger)
    for (const one of nodes) {
      const code = await one.stop()
      if (code !== 0)
        ledger.odd.push(`a node that was asked to end did so with ${code}:\n${withoutRequests(one.output())}`)
    }
    const store = await openStore(place)
    try {
      await store.countClosed(Date.now())
      const { broken, counts } = await heldLaws(store, ledger, provider.asks, killedMs)
      const takeovers = work.takeovers(dead)
      const ended = takeovers.flatMap(({ by }) => by ?? [])
      return {
        broken: [...broken, ...heldTakeovers(takeovers, halfDoneKills)],
        counts: {
          ...counts,
          'iterations begun by nodes that died': takeovers.length,
          'of these ended by another process': ended.length,
          'with answers already paid for': ended.reduce((sum, { reused }) => sum + reused, 0),
        },
        databaseKills,
      }
    } finally {
      await store.close()
    }
  } catch (error) {
    const told = nodes.map((one) => withoutRequests(one.output()).slice(-4000)).join('\n---\n')
    throw new Error(`seed ${seed}: ${(error as Error).message}\n${told}`, { cause: error })
  } finally {
    stopped.is = true
    await Promise.all(nodes.map((one) => one.kill()))
    await provider.close()
  }
}

/** Waits for the point of the work at which the next fault is to strike. */
async function moment(ledger: Ledger, provider: PaidProvider, random: Random): Promise<void> {
  const wanted = ledger.answered + ANSWERS_BETWEEN + random.integer(ANSWERS_BETWEEN)
  await until('clients are answered', () => ledger.answered >= wanted)
  const lot = random.uniform()
  const asked = provider.asks.length
  const giveUpAt = ledger.answered + 50 * ANSWERS_BETWEEN
  // In the middle of a question, or just after its answer: the second half of the time of an iteration.
  const isStriking =
    lot < 0.45
      ? () => provider.underWay() > 0
      : lot < 0.8
        ? () => provider.asks.slice(asked).some(({ answeredMs }) => answeredMs !== undefined)
        : () => true
  await until('the moment to strike', () => isStriking() || ledger.answered >= giveUpAt)
  await pause(random.integer(12))
}

/**
 * Waits until a process has an answer in the iteration that it works on, and waits for the next. Undefined when none
 * does for long.
 */
async function halfDone(
  ledger: Ledger,
  provider: PaidProvider,
  work: WorkLog,
  living: readonly number[],
): Promise<WorkSeen | undefined> {
  const giveUpAt = ledger.answered + 50 * ANSWERS_BETWEEN
  const find = () => work.underWay().find(({ process, answered }) => answered > 0 && living.includes(process))
  const usualMs = provider.slowMs
  provider.slowMs = HALF_DONE_MS
  await until('an iteration is half done', () => find() !== undefined || ledger.answered >= giveUpAt)
  provider.slowMs = usualMs
  return find()
}

/** The pool that the store has is served by every node, and every window is over. */
export async function settled(nodes: readonly ServiceProcess[], key: string, ledger: Ledger): Promise<void> {
  const closesMs = Math.max(...ledger.slates.map(({ closesAt }) => Date.parse(closesAt)))
  await until('all windows are over', () => Date.now() > closesMs)
  for (const { url } of nodes) {
    await until('a node serves what the store has', async () => {
      const { arms } = (await read(`${url}/v1/contexts/${CONTEXT}/arms`, key)) as {
        arms: { arm: string; version: number }[]
      }
      const unseen = new Map(arms.map(({ arm, version }) => [arm, version]))
      // Which arm a visitor gets is decided by a hash that is other in every installation.
      for (let visitor = 0; visitor < VISITORS_MAX && unseen.size > 0; visitor++) {
        const slate = (await read(`${url}/v1/contexts/${CONTEXT}/slate?visitor=v${visitor}`, key)) as {
          arm: string
          version: number
        }
        if (unseen.get(slate.arm) === slate.version) unseen.delete(slate.arm)
        else if (unseen.has(slate.arm)) return false
      }
      return unseen.size === 0
    })
  }
}

export async function createContext({ url }: ServiceProcess, key: string): Promise<void> {
  const response = await fetch(`${url}/v1/contexts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      key: CONTEXT,
      task: 'shopping-question',
      topic: 'Vacuums',
      seed: 1,
      config: {
        due: { interactions: 10 },
        attributionWindowSeconds: WINDOW_SECONDS,
        arms: [
          { key: 'live', share: 0.8 },
          { key: 'holdout', share: 0.2, isFrozen: true },
        ],
        caps: {
          slatesPerVisitor: 1_000_000,
          clickedSlatesPerVisitor: 1_000_000,
          slatesPerNetwork: 1_000_000,
          clickedSlatesPerNetwork: 1_000_000,
          clickMsMin: 0,
        },
      },
    }),
  })
  if (response.status !== 201) throw new Error(`no context: ${response.status} ${await response.text()}`)
}

export async function isServed({ url }: ServiceProcess, key: string): Promise<boolean> {
  return ((await read(`${url}/v1/contexts/${CONTEXT}/slate`, key)) as { token: string | null }).token !== null
}

async function read(url: string, key: string): Promise<unknown> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } })
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.json()
}

/** Lines of requests hide the others. */
function withoutRequests(output: string): string {
  return output
    .split('\n')
    .filter((line) => !line.includes('"msg":"request"'))
    .join('\n')
}
