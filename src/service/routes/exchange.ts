import { exportRoute, importRoute } from '../contract/exchange.ts'
import { existingContext } from '../control/context-lookup.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { exportRecords } from '../exchange/export-records.ts'
import { importRecords } from '../exchange/import-records.ts'
import { ndjson } from '../exchange/lines.ts'
import { auditEntry } from '../managed/audit-entry.ts'
import { Problem } from '../problem.ts'
import type { ServiceApp } from '../service-app.ts'

/** Bodies sent there may take long. */
export const IMPORT_PATH = '/v1/import'
/** Bytes of an import over HTTP; larger ones go in by `forage import`, at the store itself. */
export const IMPORT_BYTES_MAX = 256 * 1024 * 1024

/** Export and import as NDJSON, sent and read while it is made. */
export function addExchangeRoutes(managed: ServiceApp, dependencies: ServiceDependencies): void {
  const { store, serving, clock, log, tasks, names } = dependencies

  managed.openapi(exportRoute, async (c) => {
    const { context: key } = c.req.valid('query')
    const only = key === undefined ? null : await existingContext(store, key)
    await store.appendAudit(auditEntry(c, clock.now(), 'data-exported', key ?? null))
    const pieces = ndjson(exportRecords(store, only, clock.now()))
    const requestId = c.get('requestId')
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { done, value } = await pieces.next()
          if (done === true) controller.close()
          else controller.enqueue(Buffer.from(value, 'utf8'))
        } catch (error) {
          log.error({ requestId, err: error }, 'export cut off')
          controller.error(error)
        }
      },
      async cancel() {
        await pieces.return(undefined)
      },
    })
    return new Response(body, {
      headers: {
        'Content-Type': 'application/x-ndjson',
        'Content-Disposition': 'attachment; filename="forage-export.ndjson"',
      },
    }) as never
  })

  managed.openapi(importRoute, async (c) => {
    const type = (c.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    if (!/^application\/(x-ndjson|ndjson|jsonl)$/.test(type)) {
      throw new Problem('media-type-unknown', 'Send Content-Type: application/x-ndjson.', {
        field: 'Content-Type',
      })
    }
    const body = c.req.raw.body
    if (body === null) throw new Problem('bad-input', 'body: send the lines of an export', { field: 'body' })
    try {
      const summary = await importRecords(store, atMost(body, IMPORT_BYTES_MAX), {
        tasks,
        names,
        source: 'body',
        audit: (action, contextKey, details) =>
          auditEntry(c, clock.now(), action, contextKey, { ...details }),
      })
      const { records, tasks: done, contexts } = summary
      return c.json({ records, tasks: [...done], contexts: [...contexts] }, 200)
    } finally {
      // Also after a mistake: contexts before it are there.
      await serving.refresh()
    }
  })
}

async function* atMost(body: AsyncIterable<Uint8Array>, bytesMax: number): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > bytesMax) {
      throw new Problem(
        'body-too-large',
        `Send at most ${bytesMax} bytes; import larger files with forage import, at the store.`,
      )
    }
    yield chunk
  }
}
