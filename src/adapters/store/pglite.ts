import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { ForageError } from '../../core/errors.ts'
import { takeTouchedLockFile } from '../../locks/lock-file.ts'
import type { Store } from '../../ports/store/store.ts'
import type { SqlDatabase, SqlRunner } from './sql/database.ts'
import { storeClosed, storeError } from './sql/errors.ts'
import { sqlStore } from './sql-store.ts'

interface Answer {
  readonly id: number
  readonly rows?: Record<string, unknown>[]
  /** Columns that hold JSON, as text. */
  readonly json?: readonly string[]
  readonly error?: { readonly message: string; readonly code: string }
}

/** Counting a few visits at a time keeps single statements short: while one runs, events wait. */
const COUNTED_AT_ONCE = 500

/** Vacuumed after this many tidy calls: nothing does it by itself in this database. */
const TIDY_EVERY = 200

/**
 * A store in one directory, with PGlite (PostgreSQL in WebAssembly) on a thread of its own. One process at a time.
 *
 * Durable against the end of the process: what was acknowledged has been handed to the operating system. PGlite
 * never calls fsync, so a power cut or a crash of the operating system can lose the latest commits; where that
 * matters, use PostgreSQL.
 *
 * @param options.directory made when it is not there; null keeps everything in memory
 * @throws ForageError `store-in-use` when another process has the directory open, `store-failed` when it cannot be
 * made or is no database
 */
export async function pgliteStore(options: { readonly directory: string | null }): Promise<Store> {
  return sqlStore(await pgliteDatabase(options.directory))
}

/** The database without the store. */
export async function pgliteDatabase(directory: string | null): Promise<SqlDatabase> {
  const unlock = directory === null ? () => {} : await locked(directory)
  const worker = new Worker(new URL('./pglite-worker.js', import.meta.url), {
    // The process's own flags may not fit a file: `--input-type`, or loaders that it does not need.
    execArgv: [],
    workerData: { directory: directory === null ? null : join(directory, 'pglite') },
  })
  const waiting = new Map<number, { resolve(rows: unknown[]): void; reject(error: unknown): void }>()
  let lastId = 0
  let isClosed = false
  // Who closes waits for the thread's end, which nothing else would keep the process alive for.
  let isEnding = false
  let tidied = 0

  worker.on('message', ({ id, rows = [], json = [], error }: Answer) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (waiting.size === 0 && !isEnding) worker.unref()
    if (error === undefined) {
      for (const name of json) {
        for (const row of rows) row[name] = row[name] === null ? null : JSON.parse(row[name] as string)
      }
      call?.resolve(rows)
    } else call?.reject(Object.assign(new Error(error.message), { code: error.code }))
  })
  const ended = new Promise<void>((resolve) => {
    const fail = (error: unknown) => {
      isClosed = true
      for (const { reject } of waiting.values()) reject(error)
      waiting.clear()
      resolve()
    }
    worker.on('error', fail)
    worker.on('exit', () => fail(storeClosed()))
  })

  const send = (message: object) =>
    new Promise<unknown[]>((resolve, reject) => {
      if (isClosed) {
        reject(storeClosed())
        return
      }
      waiting.set(++lastId, { resolve, reject })
      // A process that only waits for this store may end; one that waits for an answer may not.
      worker.ref()
      worker.postMessage({ id: lastId, ...message })
    })

  // There is one connection: whoever has a transaction has it alone.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const mine = turn.then(work)
    turn = mine.catch(() => undefined)
    return mine
  }
  const runner: SqlRunner = {
    query: async (statement, parameters = []) => {
      try {
        return (await send({ statement, parameters })) as never[]
      } catch (error) {
        throw storeError(error)
      }
    },
  }
  const run = async <Result>(work: (runner: SqlRunner) => Promise<Result>): Promise<Result> => {
    await runner.query('begin')
    try {
      const result = await work(runner)
      await runner.query('commit')
      return result
    } catch (error) {
      await runner.query('rollback').catch(() => undefined)
      throw error
    }
  }

  const database: SqlDatabase = {
    kind: 'pglite',
    ingestsAtOnce: 1,
    countedAtOnce: COUNTED_AT_ONCE,
    query: (statement, parameters) => inTurn(() => runner.query(statement, parameters)),
    transaction: (work) => inTurn(() => run(work)),
    async tidy() {
      if (++tidied % TIDY_EVERY === 0) await database.query('vacuum (analyze)')
    },
    async close() {
      isEnding = true
      if (!isClosed) await inTurn(() => send({ isEnd: true })).catch(() => undefined)
      // The lock is to be given back before the process ends, though nothing else may keep it alive.
      worker.ref()
      await ended
      unlock()
    },
  }
  try {
    await inTurn(() => send({}))
  } catch (error) {
    await worker.terminate()
    unlock()
    throw storeError(error)
  }
  return database
}

async function locked(directory: string): Promise<() => void> {
  try {
    mkdirSync(directory, { recursive: true })
    return await takeTouchedLockFile(
      join(directory, 'lock'),
      (holder) =>
        new ForageError(
          'store-in-use',
          `store: ${holder} has ${directory} open; end it, give another directory, or remove ${join(directory, 'lock')} if that process is gone`,
        ),
    )
  } catch (error) {
    if (error instanceof ForageError) throw error
    throw new ForageError('store-failed', `store: cannot make ${directory}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}
