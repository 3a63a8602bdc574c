import { parentPort, workerData } from 'node:worker_threads'
import { PGlite, types } from '@electric-sql/pglite'

// The database lives here, away from the thread that serves: a statement blocks the thread it runs on. Plain
// JavaScript, so that tests run the same file as the package. Statements come one at a time.

const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)

const asText = (/** @type {string} */ text) => text

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
        parsers: { [types.INT8]: Number, [types.NUMERIC]: Number, [types.JSON]: asText },
      })
      if (statement === undefined) {
        port.postMessage({ id, rows: [] })
        return
      }
      const { rows, fields } = await database.query(statement, parameters)
      // A text crosses threads faster than the objects it says.
      const json = fields.filter(({ dataTypeID }) => dataTypeID === types.JSON).map(({ name }) => name)
      port.postMessage({ id, rows, json })
    } catch (error) {
      const { message: text, code } = /** @type {{ message?: string, code?: string }} */ (error)
      port.postMessage({ id, error: { message: text ?? String(error), code: code ?? '' } })
    }
  },
)
