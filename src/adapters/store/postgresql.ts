import pg from 'pg'
import type { Store } from '../../ports/store/store.ts'
import type { SqlDatabase, SqlRunner } from './sql/database.ts'
import { isWorthAnotherTry, storeError } from './sql/errors.ts'
import { sqlStore } from './sql-store.ts'

export interface PostgresqlOptions {
  /** `postgres://user:password@host:port/database?sslmode=...` */
  readonly url: string
  /** Default 10. Each node has as many. */
  readonly connectionsMax?: number
  /** A statement that takes longer ends with `store-unavailable`. Default 60 seconds. */
  readonly statementTimeoutMs?: number
  /** Default 10 seconds. */
  readonly connectTimeoutMs?: number
}

const TRIES_MAX = 5

const types = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.INT8, Number],
  [pg.types.builtins.NUMERIC, Number],
])

/**
 * A store on a PostgreSQL server, version 15 or later, for as many nodes as there are. All is kept in the schema
 * `forage`.
 *
 * Durable as the server is: with its own defaults (`fsync` and `synchronous_commit` on) what was acknowledged
 * survives a crash of the server and a power cut.
 */
export function postgresqlStore(options: PostgresqlOptions): Store {
  return sqlStore(postgresqlDatabase(options))
}

/** The database without the store. */
export function postgresqlDatabase(options: PostgresqlOptions): SqlDatabase {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 10,
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 10_000,
    keepAlive: true,
    application_name: 'forage',
    types: {
      getTypeParser: (id: number, format) => types.get(id) ?? pg.types.getTypeParser(id, format as 'text'),
    },
  })
  // A connection that breaks while nobody uses it has been taken out of the pool already.
  pool.on('error', () => undefined)
  let closing: Promise<void> | undefined

  const runnerOf = (client: pg.Pool | pg.PoolClient): SqlRunner => ({
    query: async (statement, parameters) => {
      const { rows } = await client.query(statement, parameters as unknown[])
      return rows
    },
  })
  const plain = runnerOf(pool)

  return {
    kind: 'postgresql',
    ingestsAtOnce: 3,
    countedAtOnce: 20_000,
    query: (statement, parameters) => tried(() => plain.query(statement, parameters)),
    transaction: (work) => tried(() => inTransaction(pool, runnerOf, work)),
    // Autovacuum does it.
    async tidy() {},
    close() {
      closing ??= pool.end()
      return closing
    },
  }
}

async function inTransaction<Result>(
  pool: pg.Pool,
  runnerOf: (client: pg.PoolClient) => SqlRunner,
  work: (runner: SqlRunner) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  const onError = (error: Error) => {
    broken = error
  }
  // Without a listener a connection that breaks between two statements ends the process.
  client.on('error', onError)
  try {
    await client.query('begin')
    const result = await work(runnerOf(client))
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((failure: Error) => {
      broken ??= failure
    })
    throw error
  } finally {
    client.off('error', onError)
    client.release(broken)
  }
}

/** Deadlocks and serialization failures are worth another try: the database has undone all of it. */
async function tried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt < TRIES_MAX && isWorthAnotherTry(error)) continue
      // What the store itself found wrong stays as it is.
      if (error instanceof RangeError) throw error
      throw storeError(error)
    }
  }
}
