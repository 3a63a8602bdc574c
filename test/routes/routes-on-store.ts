import { afterAll, beforeAll, describe } from 'vitest'
import type { SqlDatabase } from '../../src/adapters/store/sql/database.ts'
import { sqlStore } from '../../src/adapters/store/sql-store.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { useTestStores } from '../../src/testing/service-under-test.ts'
import { settled } from '../../src/testing/test-clock.ts'

/** The tests of the service's routes. Each stands beside its routes, and runs there on the store in memory. */
const ROUTES = {
  access: () => import('../../src/service/routes/access.test.ts'),
  contexts: () => import('../../src/service/routes/contexts.test.ts'),
  events: () => import('../../src/service/routes/events.test.ts'),
  exchange: () => import('../../src/service/routes/exchange.test.ts'),
  idempotency: () => import('../../src/service/routes/idempotency.test.ts'),
  items: () => import('../../src/service/routes/items.test.ts'),
  service: () => import('../../src/service/routes/service.test.ts'),
  slates: () => import('../../src/service/routes/slates.test.ts'),
  statistics: () => import('../../src/service/routes/statistics.test.ts'),
  twoWriters: () => import('../../src/service/routes/two-writers.test.ts'),
}

/** Runs the tests of all routes on a database, emptied for each service that a test makes. */
export function describeRoutes(name: string, open: () => Promise<SqlDatabase>): void {
  let database: SqlDatabase | undefined
  beforeAll(async () => {
    database = await open()
    await sqlStore(database).migrate()
    await database.query(EMPTYING)
    const { watched, isIdle } = watchedDatabase(database)
    useTestStores({
      async make() {
        await watched.query('select forage_emptied()')
        return unclosed(sqlStore(watched))
      },
      // What a call has started may ask again as soon as it is answered.
      async settled() {
        for (let idle = 0; idle < 2; idle = isIdle() ? idle + 1 : 0) await settled()
      },
    })
  })
  afterAll(() => database?.close())

  for (const [routes, tests] of Object.entries(ROUTES)) {
    describe(`${routes} on ${name}`, async () => {
      await tests()
    })
  }
}

/** Knows whether an answer is under way, so that a test's clock can wait for it. */
function watchedDatabase(database: SqlDatabase) {
  let underWay = 0
  const counted = async <Result>(answer: Promise<Result>): Promise<Result> => {
    underWay++
    try {
      return await answer
    } finally {
      underWay--
    }
  }
  const watched: SqlDatabase = {
    ...database,
    query: (statement, parameters) => counted(database.query(statement, parameters)),
    transaction: (work) => counted(database.transaction(work)),
  }
  return { watched, isIdle: () => underWay === 0 }
}

/** A service may be stopped by its test; the database goes on. */
function unclosed(store: Store): Store {
  return { ...store, close: async () => undefined }
}

/** Days of events stay, without events. Deleting is faster than truncating where there is little. */
const EMPTYING = `
  create function forage_emptied() returns void language plpgsql as $$
  declare
    one record;
  begin
    set local session_replication_role = replica;
    for one in
      select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'forage' and c.relkind in ('r', 'p') and not c.relispartition
        and c.relname not in ('migrations', 'marks', 'event_days')
    loop
      execute format('delete from forage.%I', one.name);
    end loop;
    for one in select sequencename as name from pg_sequences where schemaname = 'forage' loop
      perform setval(format('forage.%I', one.name), 1, false);
    end loop;
    update forage.marks set value = case name when 'serving-sequence' then 0 else -9223372036854775808 end;
  end
  $$`
