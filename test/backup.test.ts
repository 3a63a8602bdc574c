import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, type StorePlace } from '../src/compose/store.ts'
import type { Store } from '../src/ports/store/store.ts'
import { ageStore, LIVED_COUNTED_MS, liveOn, visitorOf } from '../src/testing/lived-store.ts'
import { audit } from '../src/testing/store-conformance/fixture.ts'
import { temporaryDirectory } from './cli-runner.ts'
import { type TestDatabase, testDatabase } from './postgresql.ts'
import { postgresqlBinaries } from './postgresql-binaries.ts'

const systemTools = await postgresqlBinaries(temporaryDirectory())
const hasDump = existsSync(join(systemTools, 'pg_dump'))

const databases: TestDatabase[] = []
async function newDatabase(): Promise<string> {
  const made = await testDatabase()
  databases.push(made)
  return made.url
}
afterAll(() => Promise.all(databases.map((one) => one.drop())))

/** Counters and history of every arm. */
async function knownOf(store: Store) {
  const all: unknown[] = []
  for (const context of await store.contexts({ limit: 10 })) {
    for (const state of await store.arms(context.id)) {
      all.push([
        ...[context, state, await store.tallies(context.id, state.arm)],
        ...[await store.items(context.id, state.arm), await store.clickSources(context.id, state.arm)],
      ])
    }
    all.push(await store.events({ contextId: context.id, cursor: null, limit: 1000 }))
  }
  return all
}

async function lived(place: StorePlace): Promise<unknown[]> {
  const store = await openStore(place)
  await liveOn(store, 'vacuums', 1)
  await ageStore(store)
  const known = await knownOf(store)
  await store.close()
  return known
}

async function expectRestored(place: StorePlace, known: unknown[]): Promise<void> {
  const store = await openStore(place)
  expect(await knownOf(store)).toEqual(known)
  expect(await store.recount(audit())).toMatchObject({ different: 0 })
  expect((await store.countClosed(LIVED_COUNTED_MS + 86_400_000)).visits).toBeGreaterThan(0)
  await store.close()
}

test('a copy of a stopped embedded database has all that it had, and goes on', async () => {
  const directory = join(temporaryDirectory(), 'store')
  const known = await lived({ directory })
  const copy = join(temporaryDirectory(), 'copy')
  await cp(directory, copy, { recursive: true })
  await rm(directory, { recursive: true })
  await expectRestored({ directory: copy }, known)
})

// The server that npm brings has no pg_dump beside it; that of a system has.
test.runIf(hasDump)(
  'a dump of a server, restored into an empty database, has all that it had, and goes on',
  async () => {
    const url = await newDatabase()
    const known = await lived({ url })
    const dump = join(temporaryDirectory(), 'forage.dump')
    const empty = await newDatabase()
    const run = (tool: string, ...args: string[]) => promisify(execFile)(join(systemTools, tool), args)
    await run('pg_dump', '--format=custom', '--schema=forage', `--file=${dump}`, url)
    await run('pg_restore', '--no-owner', `--dbname=${empty}`, dump)
    await expectRestored({ url: empty }, known)
  },
)

describe.each<[string, () => Promise<StorePlace>]>([
  ['embedded', async () => ({ directory: join(temporaryDirectory(), 'store') })],
  ['PostgreSQL', async () => ({ url: await newDatabase() })],
])('%s', (_name, placeOf) => {
  let store: Store
  beforeAll(async () => {
    store = await openStore(await placeOf())
  })
  afterAll(() => store.close())

  test('nothing that points to a deleted visitor remains, and counting anew gives the same', async () => {
    const context = await liveOn(store, 'vacuums', 1)
    await ageStore(store)
    const everything = async () => {
      const { events } = await store.events({ contextId: context.id, cursor: null, limit: 1000 })
      return JSON.stringify([events, await store.pastCounts(context.id, 'live')])
    }
    const { events } = await store.events({ contextId: context.id, cursor: null, limit: 1 })
    const visitor = events[0]?.slate.visitor ?? visitorOf('v1')
    expect(await everything()).toContain(visitor)
    expect((await store.deleteVisitor(visitor, audit())).events).toBeGreaterThan(0)
    expect(await everything()).not.toContain(visitor)
    expect(await store.deleteVisitor(visitor, audit())).toEqual({ events: 0 })
    expect(await store.recount(audit())).toMatchObject({ different: 0 })
  })
})
