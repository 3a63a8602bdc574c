import { createHash } from 'node:crypto'
import type { SqlDatabase } from '../src/adapters/store/sql/database.ts'
import type { StorePlace } from '../src/compose/store.ts'
import { randomStream } from '../src/core/random.ts'
import { startPaidProvider } from '../test/faults/paid-provider.ts'
import { directoryPlace, serverPlace } from '../test/faults/places.ts'
import type { Bench, BenchReport, CaseReport, FormReport } from './harness/bench.ts'
import { measuredForm } from './harness/rounds.ts'
import { measuredIterations, measuredNode } from './sizing/node.ts'
import { writeSizingTable } from './sizing/table.ts'
import { eventSource, makeContexts } from './store/rows.ts'
import type { StoreModules } from './store.ts'

export interface SizingSizes {
  readonly contexts: readonly number[]
  /** Stored to see what they take on disk. */
  readonly events: number
  /** Asked for, seen and reported over HTTP. */
  readonly slates: number
  readonly iterations: number
  readonly stores: readonly ('pglite' | 'postgresql')[]
  readonly program: 'build' | 'source'
}

const FULL: SizingSizes = {
  contexts: [10, 10_000],
  events: 200_000,
  slates: 10_000,
  iterations: 10,
  stores: ['pglite', 'postgresql'],
  program: 'build',
}

const SEED = 1
const EVENTS_AT_ONCE = 1000
/** Contexts that the events on disk are spread over. */
const BUSY_CONTEXTS = 100

export const bench: Bench = {
  name: 'sizing',
  question: 'What does a node take: memory, disk for events and for answers of models, questions to a model?',
  async run(log) {
    const { fromBuild } = await import('./harness/from-build.ts')
    const modules: StoreModules = {
      pglite: await fromBuild('adapters/store/pglite.js'),
      postgresql: await fromBuild('adapters/store/postgresql.js'),
      sqlStore: await fromBuild('adapters/store/sql-store.js'),
    }
    return runSizingBench(modules, FULL, log)
  },
  keep: writeSizingTable,
}

export async function runSizingBench(
  modules: StoreModules,
  sizes: SizingSizes,
  log: (line: string) => void,
): Promise<BenchReport> {
  const cases: CaseReport[] = []
  const hash = createHash('sha256')
  for (const kind of sizes.stores) {
    const name = kind === 'pglite' ? 'PGlite, in the process' : 'PostgreSQL, beside the process'
    for (const contexts of sizes.contexts) {
      log(`${name}: a node with ${contexts} contexts`)
      cases.push({
        name: `${name}, ${contexts} contexts`,
        forms: await inPlace(kind, async (place) => {
          await prepared(modules, place, (database) => makeContexts(database, contexts))
          const { startMb, servingMb, eventsPerSecond } = await measuredNode(place, contexts, sizes)
          return [
            measuredForm('memory after the start', [startMb], 'MB'),
            measuredForm(`memory after ${sizes.slates} slates and their impressions`, [servingMb], 'MB'),
            measuredForm(
              'events acknowledged over HTTP, batches of 100, 8 at a time',
              [eventsPerSecond],
              'events/s',
            ),
          ]
        }),
      })
    }
    log(`${name}: ${sizes.events} events`)
    cases.push({
      name: `${name}, a million events of ${BUSY_CONTEXTS} contexts, each slate of a visitor of its own`,
      forms: await inPlace(kind, async (place) => {
        const taken = await prepared(modules, place, (database) => storedEvents(modules, database, sizes))
        hash.update(JSON.stringify(taken.visits))
        return [
          measuredForm('disk for raw events', [taken.rawBytes / sizes.events], 'MB'),
          measuredForm('disk for what is counted', [taken.countedBytes / sizes.events], 'MB'),
        ]
      }),
    })
    log(`${name}: ${sizes.iterations} iterations`)
    cases.push({
      name: `${name}, explore-exploit with a pool of five, a hosted model`,
      forms: await inPlace(kind, (place) => askedForms(modules, place, sizes)),
    })
  }
  return {
    cases,
    claims: [],
    versions: {},
    resultHash: hash.digest('hex').slice(0, 16),
    notes: [
      'Memory is the resident set of the process; with PGlite the database is in it. Events are taken by ' +
        'one node with its clients and its database on the same cores, a few thousand of them: a lower bound; the bench ' +
        '`store` measures stores alone, `serve` slates.',
    ],
  }
}

async function inPlace(
  kind: 'pglite' | 'postgresql',
  measure: (place: StorePlace) => Promise<FormReport[]>,
): Promise<FormReport[]> {
  const { place, remove } = kind === 'pglite' ? await directoryPlace() : await serverPlace()
  try {
    return await measure(place)
  } finally {
    await remove()
  }
}

async function prepared<Result>(
  { pglite, postgresql, sqlStore }: StoreModules,
  place: StorePlace,
  work: (database: SqlDatabase) => Promise<Result>,
): Promise<Result> {
  const database =
    'url' in place ? await postgresql.postgresqlDatabase(place) : await pglite.pgliteDatabase(place.directory)
  const store = sqlStore.sqlStore(database)
  try {
    await store.migrate()
    return await work(database)
  } finally {
    await store.close()
  }
}

async function storedEvents(
  { sqlStore }: StoreModules,
  database: SqlDatabase,
  { events }: SizingSizes,
): Promise<{ rawBytes: number; countedBytes: number; visits: number }> {
  const store = sqlStore.sqlStore(database)
  await makeContexts(database, BUSY_CONTEXTS)
  const before = await bytesOf(database)
  const next = eventSource(SEED, BUSY_CONTEXTS)
  for (let sent = 0; sent < events; sent += EVENTS_AT_ONCE)
    await store.ingest(next(Math.min(EVENTS_AT_ONCE, events - sent)))
  const { visits } = await store.countClosed(Number.MAX_SAFE_INTEGER)
  const after = await bytesOf(database)
  return {
    rawBytes: after.raw - before.raw,
    countedBytes: after.others - before.others,
    visits,
  }
}

/** Tables with their indexes, in bytes: partitions of raw events, and all others. */
async function bytesOf(database: SqlDatabase): Promise<{ raw: number; others: number }> {
  const [row] = await database.query<{ raw: number; others: number }>(
    `select
      coalesce(sum(pg_total_relation_size(oid)) filter (where relname ~ '^events_'), 0)::bigint as raw,
      coalesce(sum(pg_total_relation_size(oid)) filter (where relname !~ '^events_'), 0)::bigint as others
    from pg_class where relkind = 'r' and relnamespace = 'forage'::regnamespace`,
  )
  return row ?? { raw: 0, others: 0 }
}

async function askedForms(
  modules: StoreModules,
  place: StorePlace,
  { iterations, program }: SizingSizes,
): Promise<FormReport[]> {
  const provider = await startPaidProvider(randomStream(SEED, 'sizing'), 'vacuums')
  try {
    provider.slowMs = 0
    const asked = await measuredIterations(place, provider, iterations, program)
    const bytes = await prepared(modules, place, async (database) => {
      const [row] = await database.query<{ bytes: number; calls: number }>(
        `select pg_total_relation_size('forage.model_calls')::bigint as bytes, count(*) as calls
        from forage.model_calls`,
      )
      return (row?.bytes ?? 0) / Math.max(1, row?.calls ?? 0)
    })
    return [
      measuredForm('questions for the first pool', [asked.first], 'questions'),
      measuredForm('questions an iteration', asked.questions, 'questions'),
      measuredForm('prompt of a question', asked.characters, 'characters'),
      measuredForm('disk for a kept answer', [bytes / 1000], 'kB'),
    ]
  } finally {
    await provider.close()
  }
}
