import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SqlDatabase } from '../src/adapters/store/sql/database.ts'
import type { LiveEvent } from '../src/core/live/slate-claims.ts'
import type { Store } from '../src/ports/store/store.ts'
import { startTestServer } from '../test/postgresql-server.ts'
import type { Bench, BenchReport, CaseReport, Claim } from './harness/bench.ts'
import { fromBuild } from './harness/from-build.ts'
import { measuredForm, median } from './harness/rounds.ts'
import { type Bare, barePglite, barePostgresql } from './store/bare.ts'
import { eventSource, makeContexts } from './store/rows.ts'

/** What is measured: the build's modules, or the sources' in the test. */
export interface StoreModules {
  readonly pglite: Pick<typeof import('../src/adapters/store/pglite.ts'), 'pgliteDatabase'>
  readonly postgresql: Pick<typeof import('../src/adapters/store/postgresql.ts'), 'postgresqlDatabase'>
  readonly sqlStore: Pick<typeof import('../src/adapters/store/sql-store.ts'), 'sqlStore'>
}

export interface StoreSizes {
  readonly contexts: number
  readonly rounds: number
  /** Events of a round. */
  readonly inBatches: number
  readonly singly: number
  readonly stores: readonly ('pglite' | 'postgresql')[]
}

/** A place for a store and for the driver alone, with the same settings. */
interface Place {
  readonly name: string
  open(): Promise<SqlDatabase>
  bare(): Promise<Bare>
  remove(): Promise<void>
}

const FULL: StoreSizes = {
  contexts: 10_000,
  rounds: 5,
  inBatches: 30_000,
  singly: 10_000,
  stores: ['pglite', 'postgresql'],
}

const BATCH = 100
/** Callers at once, each waiting for its answer before it sends on. */
const CALLERS = { batches: 8, singles: 256 }
const START_MS_MAX = 3000
const SEED = 1

export const bench: Bench = {
  name: 'store',
  question:
    'How many events a second does a store acknowledge after commit, beside the driver alone with the same rows and one key; how fast does it count and start? By the clock.',
  async run(log) {
    const modules: StoreModules = {
      pglite: await fromBuild('adapters/store/pglite.js'),
      postgresql: await fromBuild('adapters/store/postgresql.js'),
      sqlStore: await fromBuild('adapters/store/sql-store.js'),
    }
    return runStoreBench(modules, FULL, log)
  },
}

export async function runStoreBench(
  modules: StoreModules,
  sizes: StoreSizes,
  log: (line: string) => void,
): Promise<BenchReport> {
  const cases: CaseReport[] = []
  const claims: Claim[] = []
  const versions: Record<string, string> = {}
  const hash = createHash('sha256')
  for (const kind of sizes.stores) {
    const place = kind === 'pglite' ? pglitePlace(modules) : await postgresqlPlace(modules)
    try {
      const database = await place.open()
      const store = modules.sqlStore.sqlStore(database)
      await store.migrate()
      await makeContexts(database, sizes.contexts)
      const [version] = await database.query<{ server_version: string }>('show server_version')
      versions[place.name] = version?.server_version ?? ''
      const bare = await place.bare()
      try {
        const measured = await measureEvents(place.name, store, bare, sizes, log)
        cases.push(...measured.cases)
        claims.push(...measured.claims)
        log(`${place.name}: counting`)
        const counting = await timedMs(() => store.countClosed(Number.MAX_SAFE_INTEGER))
        const visits = counting.result.visits
        hash.update(JSON.stringify([visits, await store.tallies(1, 'live')]))
        cases.push({
          name: `${place.name}, visits of ${sizes.contexts} contexts in turn`,
          forms: [measuredForm('forage, visits counted', [(visits / counting.ms) * 1000], 'visits/s')],
        })
      } finally {
        await bare.close()
        await store.close()
      }
      const started = await measureStart(place, modules, sizes, log)
      cases.push(started.case)
      claims.push(started.claim)
    } finally {
      await place.remove()
    }
  }
  return {
    cases,
    claims,
    versions,
    resultHash: hash.digest('hex').slice(0, 16),
    notes: [
      `Events have a key by place and one by id, and wait for what is being counted; the driver's table has one key. ${CALLERS.batches} callers send batches of ${BATCH}, ${CALLERS.singles} send single events. PostgreSQL runs with fsync on.`,
    ],
  }
}

async function measureEvents(
  name: string,
  store: Store,
  bare: Bare,
  sizes: StoreSizes,
  log: (line: string) => void,
): Promise<{ cases: CaseReport[]; claims: Claim[] }> {
  const next = eventSource(SEED, sizes.contexts)
  const ways = [
    {
      way: `batches of ${BATCH}`,
      events: sizes.inBatches,
      size: BATCH,
      callers: CALLERS.batches,
      wanted: 0.5,
    },
    { way: 'single events', events: sizes.singly, size: 1, callers: CALLERS.singles, wanted: 1 },
  ]
  const cases: CaseReport[] = []
  const claims: Claim[] = []
  for (const { way, events, size, callers, wanted } of ways) {
    const ours: number[] = []
    const theirs: number[] = []
    // The first round warms up. Taking turns lets what else the machine does meet both alike.
    for (let round = 0; round <= sizes.rounds; round++) {
      log(`${name}, ${way}: round ${round} of ${sizes.rounds}`)
      const rounds = [
        async () => ours.push(await rate(next(events), size, callers, (batch) => store.ingest(batch))),
        async () => theirs.push(await rate(next(events), size, callers, (batch) => bare.insert(batch))),
      ]
      for (const one of round % 2 === 0 ? rounds : rounds.reverse()) await one()
    }
    const ratios = ours.slice(1).map((events, round) => events / (theirs[round + 1] as number))
    cases.push({
      name: `${name}, ${way}`,
      forms: [
        measuredForm('forage, acknowledged after commit', ours.slice(1), 'events/s'),
        measuredForm('driver alone, the same rows', theirs.slice(1), 'events/s', true),
      ],
    })
    claims.push({
      text: `${name}, ${way}: events a second over the driver's rows a second`,
      wanted,
      got: median(ratios),
      spread: [Math.min(...ratios), Math.max(...ratios)],
    })
  }
  return { cases, claims }
}

/** Opens, brings the schema up to date and reads all that serving needs, as a node does when it starts. */
async function measureStart(
  place: Place,
  { sqlStore }: StoreModules,
  sizes: StoreSizes,
  log: (line: string) => void,
): Promise<{ case: CaseReport; claim: Claim }> {
  const times: number[] = []
  for (let round = 0; round < 3; round++) {
    log(`${place.name}: start ${round + 1} of 3`)
    const { ms, result: store } = await timedMs(async () => {
      const opened = sqlStore.sqlStore(await place.open())
      await opened.migrate()
      let contexts = 0
      for (let after = 0; ; ) {
        const { upTo, changed } = await opened.servingChanges(after, 1000)
        if (upTo === after) break
        contexts += changed.length
        after = upTo
      }
      if (contexts !== sizes.contexts) throw new Error(`${contexts} contexts came back`)
      return opened
    })
    times.push(ms)
    await store.close()
  }
  return {
    case: {
      name: `${place.name}, start with ${sizes.contexts} contexts`,
      forms: [measuredForm('forage', times, 'ms')],
    },
    claim: {
      text: `${place.name}: milliseconds to start with ${sizes.contexts} contexts`,
      wanted: START_MS_MAX,
      atMost: true,
      got: median(times),
      spread: [Math.min(...times), Math.max(...times)],
    },
  }
}

/** Events a second. */
async function rate(
  events: readonly LiveEvent[],
  size: number,
  callers: number,
  send: (batch: readonly LiveEvent[]) => Promise<unknown>,
): Promise<number> {
  let sent = 0
  const { ms } = await timedMs(() =>
    Promise.all(
      Array.from({ length: callers }, async () => {
        while (sent < events.length) {
          const batch = events.slice(sent, sent + size)
          sent += batch.length
          await send(batch)
        }
      }),
    ),
  )
  return (events.length / ms) * 1000
}

function pglitePlace({ pglite }: StoreModules): Place {
  const directory = mkdtempSync(join(tmpdir(), 'forage-bench-'))
  return {
    name: 'PGlite',
    open: () => pglite.pgliteDatabase(join(directory, 'forage')),
    bare: () => barePglite(join(directory, 'bare')),
    remove: async () => rmSync(directory, { recursive: true }),
  }
}

async function postgresqlPlace({ postgresql }: StoreModules): Promise<Place> {
  const server = await startTestServer({ settings: ['fsync=on', 'full_page_writes=on'] })
  const url = `${server.url}/postgres`
  return {
    name: 'PostgreSQL',
    open: async () => postgresql.postgresqlDatabase({ url }),
    bare: () => barePostgresql(url),
    remove: () => server.stop(),
  }
}

async function timedMs<Result>(work: () => Promise<Result>): Promise<{ ms: number; result: Result }> {
  const start = performance.now()
  const result = await work()
  return { ms: performance.now() - start, result }
}
