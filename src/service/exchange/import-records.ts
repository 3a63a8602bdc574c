import { isDeepStrictEqual } from 'node:util'
import { InputError } from '../../core/errors.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { Store } from '../../ports/store/store.ts'
import { type ConfigNames, checkedConfig } from '../control/checked-config.ts'
import { inputProblem } from '../problem.ts'
import type { TaskCatalogue } from '../tasks.ts'
import { type GatheredContext, gatheredContext } from './gathered-context.ts'
import { numberedLines } from './lines.ts'
import { configOf, type ExportRecord, exportRecordSchema, type RecordOf } from './records.ts'

const EVENTS_AT_ONCE = 2000
/** Characters of lines of one context that are held until its events begin. */
const HELD_MAX = 128 * 1024 * 1024

/** What became of a context: `kept` is there already and was left as it is. */
export interface ImportedContext {
  readonly key: string
  readonly outcome: 'imported' | 'completed' | 'kept'
  readonly items: number
  readonly versions: number
  readonly iterations: number
  /** Events that were not there before. */
  readonly events: number
}

export interface ImportSummary {
  readonly records: number
  readonly tasks: readonly { readonly key: string; readonly outcome: 'imported' | 'kept' }[]
  readonly contexts: readonly ImportedContext[]
}

export interface ImportOptions {
  readonly tasks: TaskCatalogue
  readonly names: ConfigNames
  readonly audit: (action: string, contextKey: string | null, details: object) => AuditEntry
  /** How messages call what is read: a file's name, or `body`. */
  readonly source: string
}

/**
 * Brings in what `exportRecords` wrote. Each context comes whole with its history, then its events; one that is
 * there already stays as it is, so importing again changes nothing, and goes on where an import was cut off.
 *
 * @throws InputError naming source, line, field, value and what to do; contexts before that line stay imported
 */
export async function importRecords(
  store: Store,
  bytes: AsyncIterable<Uint8Array>,
  options: ImportOptions,
): Promise<ImportSummary> {
  const { source } = options
  const importer = recordImporter(store, options)
  let last = 1
  for await (const { number, text } of numberedLines(bytes, source)) {
    last = number
    await importer.take(parsedRecord(text, `${source}:${number}`), `${source}:${number}`, text.length)
  }
  return importer.end(`${source}:${last}`)
}

function parsedRecord(text: string, field: string): ExportRecord {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new InputError(field, text, 'the line is not JSON; give one record a line', { cause })
  }
  const parsed = exportRecordSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const { field: where, message } = inputProblem(parsed.error, 'record')
  throw new InputError(`${field}: ${where}`, valueAt(value, where ?? ''), message.replace(`${where}: `, ''), {
    cause: parsed.error,
  })
}

/** The value that a message names: `slate.itemIds[2]`. */
function valueAt(value: unknown, field: string): unknown {
  let at = value
  for (const part of field === 'record' ? ['record'] : field.split(/[.[\]]+/).filter((name) => name !== '')) {
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined
  }
  return at
}

function recordImporter(store: Store, { tasks, names, audit }: ImportOptions) {
  const done: ImportedContext[] = []
  const doneTasks: ImportSummary['tasks'][number][] = []
  let records = 0
  let hasBegun = false
  let hasEnded = false
  /** The context whose lines are being read. */
  let open: GatheredContext | undefined
  /** Once its history has gone to the store. */
  let begun: { id: number; kind: 'imported' | 'unfinished' | 'exists'; events: number } | undefined
  let waiting: LiveEvent[] = []
  let held = 0

  async function begin(context: GatheredContext, field: string) {
    context.checkPools(field)
    const { key, task, topic, article, seed } = context.record
    const definition = await tasks.find(task)
    if (definition === undefined) throw new InputError(field, task, 'there is no such task; import it first')
    if (definition.needsArticle !== (article !== undefined)) {
      const advice = definition.needsArticle ? 'needs an article' : 'takes no article'
      throw new InputError(field, task, `the context ${key} does not fit its task, which ${advice}`)
    }
    const made = await store.importContext(
      {
        key,
        task,
        topic,
        seed,
        config: configOf(context.record),
        ...(article === undefined ? {} : { article }),
      },
      context.arms,
      audit('context-imported', key, { arms: context.arms.map(({ arm }) => arm) }),
    )
    begun = { id: made.context.id, kind: made.kind, events: 0 }
    return begun
  }

  async function storeWaiting(): Promise<void> {
    if (begun === undefined || waiting.length === 0) return
    begun.events += await store.importEvents(begun.id, waiting)
    waiting = []
  }

  async function takeTask(record: RecordOf<'task'>, field: string): Promise<void> {
    const task = inLine(field, 'task', () => tasks.checked(record.task))
    const isPut = (await tasks.find(task.key)) === undefined && (await putTask(task))
    // There already, or just put by somebody else.
    if (!isPut && !isDeepStrictEqual(await tasks.find(task.key), task)) {
      throw new InputError(field, task.key, 'another task has this key here; rename or remove one of the two')
    }
    doneTasks.push({ key: task.key, outcome: isPut ? 'imported' : 'kept' })
  }

  function putTask(task: TaskDefinition): Promise<boolean> {
    const details = { task: task.key, version: task.version, before: null }
    return store.putTask(task, null, audit('task-put', null, details))
  }

  async function finish(context: GatheredContext, field: string): Promise<void> {
    const { id, kind } = begun ?? (await begin(context, field))
    await storeWaiting()
    const { key, status } = context.record
    if (kind !== 'exists')
      await store.finishImport(
        id,
        status,
        audit('context-import-finished', key, { status, events: begun?.events ?? 0 }),
      )
    const count = (of: 'items' | 'versions' | 'iterations') =>
      context.arms.reduce((sum, arm) => sum + arm[of].length, 0)
    done.push({
      key,
      outcome: kind === 'exists' ? 'kept' : kind === 'unfinished' ? 'completed' : 'imported',
      items: count('items'),
      versions: count('versions'),
      iterations: count('iterations'),
      events: begun?.events ?? 0,
    })
    open = undefined
    begun = undefined
    held = 0
  }

  /** Lines of a context stand between its `context` and its `context-end`. */
  function openContext(key: string, field: string): GatheredContext {
    if (open?.record.key === key) return open
    const advice =
      open === undefined
        ? 'no context is open; its lines stand between its context and its context-end'
        : `this is not the open context, ${JSON.stringify(open.record.key)}`
    throw new InputError(`${field}: context`, key, advice)
  }

  return {
    async take(record: ExportRecord, field: string, length: number): Promise<void> {
      records++
      if (hasEnded) throw new InputError(field, record.record, 'nothing may follow the end')
      if (!hasBegun && record.record !== 'forage-export') {
        throw new InputError(field, record.record, 'the first line must be the record forage-export')
      }
      switch (record.record) {
        case 'forage-export':
          if (hasBegun) throw new InputError(field, record.record, 'it stands on the first line only')
          hasBegun = true
          return
        case 'task':
          return takeTask(record, field)
        case 'context': {
          if (open !== undefined) openContext(record.key, field)
          if (open !== undefined) throw new InputError(field, record.key, 'this context is open already')
          // Refuses sizes, arms and names that do not fit together.
          inLine(field, record.key, () => checkedConfig(configOf(record), {}, names))
          open = gatheredContext(record)
          return
        }
        case 'item':
        case 'version':
        case 'iteration':
        case 'past-counts': {
          const context = openContext(record.context, field)
          if (begun !== undefined)
            throw new InputError(field, record.record, 'the history stands before the events')
          held += length
          if (held > HELD_MAX)
            throw new InputError(field, held, `the history of a context has at most ${HELD_MAX} bytes`)
          context.add(record, field)
          return
        }
        case 'counts':
          openContext(record.context, field)
          return
        case 'event': {
          const context = openContext(record.context, field)
          const { id, kind } = begun ?? (await begin(context, field))
          const event = context.event(record, id, field)
          if (kind !== 'exists') waiting.push(event)
          if (waiting.length >= EVENTS_AT_ONCE) await storeWaiting()
          return
        }
        case 'context-end':
          return finish(openContext(record.context, field), field)
        case 'end':
          if (open !== undefined)
            throw new InputError(field, open.record.key, 'the context is open; its context-end is missing')
          if (record.records !== records) {
            throw new InputError(
              `${field}: records`,
              record.records,
              `lines are missing or too many: there are ${records}`,
            )
          }
          hasEnded = true
      }
    },
    end(field: string): ImportSummary {
      if (!hasEnded) {
        throw new InputError(
          field,
          'end',
          'the export is cut off: its last line, the record end, is missing; import it whole',
        )
      }
      return { records, tasks: doneTasks, contexts: done }
    },
  }
}

/** What another module finds wrong, told with the line that it stands on. */
function inLine<T>(field: string, value: unknown, check: () => T): T {
  try {
    return check()
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(field, value, error.message, { cause: error })
  }
}
