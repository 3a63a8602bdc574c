import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import type { LiveEvent } from '../../src/core/live/slate-claims.ts'
import { MARKS } from '../../src/core/live/visit.ts'

/** A driver with one table and nothing around it: what it could do with the same rows at best. */
export interface Bare {
  insert(events: readonly LiveEvent[]): Promise<unknown>
  close(): Promise<unknown>
}

type Value = string | number | boolean | null

/** The columns that Forage keeps of an event, with no other rule than that a place on a slate is taken once. */
const COLUMNS: readonly (readonly [name: string, type: string, value: (event: LiveEvent) => Value])[] = [
  ['slate_id', 'text', ({ slate }) => slate.slateId],
  ['is_click', 'boolean', ({ kind }) => kind === 'click'],
  ['position', 'smallint', ({ position }) => position],
  ['event_id', 'text', ({ eventId }) => eventId],
  ['context_id', 'integer', ({ slate }) => slate.contextId],
  ['arm', 'text', ({ slate }) => slate.arm],
  ['version', 'integer', ({ slate }) => slate.version],
  ['item_ids', 'text', ({ slate }) => slate.itemIds.join(' ')],
  ['is_thompson', 'boolean', ({ slate }) => slate.policy === 'thompson'],
  ['is_uniform', 'boolean', ({ slate }) => slate.isUniform],
  ['mark', 'smallint', ({ mark }) => MARKS.indexOf(mark)],
  ['propensity', 'float8', ({ slate }) => slate.propensity],
  ['issued_at_ms', 'bigint', ({ slate }) => slate.issuedAtMs],
  ['closes_at_ms', 'bigint', ({ slate }) => slate.closesAtMs],
  ['occurred_at_ms', 'bigint', ({ occurredAtMs }) => occurredAtMs],
  ['received_at_ms', 'bigint', ({ receivedAtMs }) => receivedAtMs],
  ['visitor', 'text', ({ slate }) => slate.visitor],
  ['network', 'text', ({ network }) => network],
]

const TABLE = `create table bare (${COLUMNS.map(([name, type]) => `${name} ${type}`).join(', ')}, primary key (slate_id, is_click, position))`

const BATCH = `insert into bare select * from unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')}) on conflict do nothing`

const SINGLE = `insert into bare values (${COLUMNS.map((_, index) => `$${index + 1}`).join(', ')}) on conflict do nothing`

export async function barePglite(directory: string): Promise<Bare> {
  const database = await PGlite.create(directory)
  await database.query(TABLE)
  return {
    insert: (events) => database.query(...statementOf(events)),
    close: () => database.close(),
  }
}

export async function barePostgresql(url: string): Promise<Bare> {
  const pool = new pg.Pool({ connectionString: url, max: 10 })
  await pool.query(TABLE)
  return {
    insert: (events) => pool.query(...statementOf(events)),
    close: () => pool.end(),
  }
}

function statementOf(events: readonly LiveEvent[]): [string, unknown[]] {
  const [first] = events
  if (events.length === 1 && first !== undefined) return [SINGLE, COLUMNS.map(([, , value]) => value(first))]
  return [BATCH, COLUMNS.map(([, , value]) => events.map(value))]
}
