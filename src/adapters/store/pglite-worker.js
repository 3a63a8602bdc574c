import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'

// The database lives here, away from the thread that serves: a statement blocks the thread it runs on. Plain
// JavaScript, so that tests run the same file as the package. Statements come one at a time.

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)

/** @type {PGlite | undefined} */
let database

port.on(
  'message',
  async (
    /** @type {{ id: number, statement?: string, parameters?: unknown[], isEnd?: boolean }} */ message,
  ) => {
    const { id, statement, parameters, isEnd } = message
    try {
      if (isEnd) {
        await database?.close()
        port.postMessage({ id, rows: [] })
        port.close()
        return
      }
      database ??= await PGlite.create({
        ...(workerData.directory === null ? {} : { dataDir: workerData.directory }),
        parsers: { [types.INT8]: Number, [types.NUMERIC]: Number },
      })
      const rows = statement === undefined ? [] : (await database.query(statement, parameters)).rows
      port.postMessage({ id, rows })
    } catch (error) {
      const { message: text, code } = /** @type {{ message?: string, code?: string }} */ (error)
      port.postMessage({ id, error: { message: text ?? String(error), code: code ?? '' } })
    }
  },
)
