import { randomBytes } from 'node:crypto'
import { InputError } from '../core/errors.ts'
import { STRATEGIES } from '../core/strategies/index.ts'
import { checkedTask, loadTask, TASK_NAMES } from '../lab/task-file.ts'
import type { Store } from '../ports/store/store.ts'
import { exportRecords } from '../service/exchange/export-records.ts'
import { type ImportSummary, importRecords } from '../service/exchange/import-records.ts'
import { ndjson } from '../service/exchange/lines.ts'
import { type OpenBanditOptions, openBanditRecords } from '../service/exchange/open-bandit.ts'
import { keyedHashes } from '../service/keyed-hashes.ts'
import { taskCatalogue } from '../service/tasks.ts'

export type { ImportSummary } from '../service/exchange/import-records.ts'

const VISITOR_SECRET = 'visitor-hashes'
const SECRET_BYTES = 32

/**
 * An export of a store, in pieces of text.
 *
 * @param contextKey null for all contexts
 * @throws InputError when there is no such context; ForageError `export-changed`
 */
export async function* exportedText(
  store: Store,
  contextKey: string | null,
  nowMs: number,
): AsyncGenerator<string> {
  const only = contextKey === null ? null : await store.context(contextKey)
  if (only === undefined) throw new InputError('--context', contextKey, 'there is no such context')
  await store.appendAudit({ atMs: nowMs, by: 'system', action: 'data-exported', contextKey, details: {} })
  yield* ndjson(exportRecords(store, only, nowMs))
}

/** A log in the Open Bandit layout as the text of an export. */
export function openBanditText(options: OpenBanditOptions): AsyncIterable<string> {
  return ndjson(openBanditRecords(options))
}

/**
 * Imports into a store. Writers that its configurations name are not looked for: nodes have them, or say so.
 *
 * @param source how messages call what is read
 */
export async function importInto(
  store: Store,
  bytes: AsyncIterable<Uint8Array>,
  source: string,
  nowMs: number,
): Promise<ImportSummary> {
  const builtIn = await Promise.all(TASK_NAMES.map(async (name) => (await loadTask(name)).task))
  return importRecords(store, bytes, {
    tasks: taskCatalogue(store, builtIn, (value) => checkedTask(value, 'task')),
    names: { strategies: STRATEGIES, checkWriter: () => undefined },
    source,
    audit: (action, contextKey, details) => ({
      atMs: nowMs,
      by: 'system',
      action,
      contextKey,
      details: { ...details },
    }),
  })
}

/** Deletes what is known of a visitor, by the name that requests gave. */
export async function forgetVisitor(
  store: Store,
  name: string,
  nowMs: number,
): Promise<{ readonly events: number }> {
  const secret = await store.sharedSecret(VISITOR_SECRET, randomBytes(SECRET_BYTES).toString('hex'))
  return store.deleteVisitor(keyedHashes(Buffer.from(secret, 'hex')).visitor(name), {
    atMs: nowMs,
    by: 'system',
    action: 'visitor-deleted',
    contextKey: null,
    details: {},
  })
}

/** Counts everything anew, as `Store.recount` says. */
export function recounted(
  store: Store,
  nowMs: number,
): Promise<{ readonly counters: number; readonly different: number }> {
  return store.recount({ atMs: nowMs, by: 'system', action: 'recounted', contextKey: null, details: {} })
}
