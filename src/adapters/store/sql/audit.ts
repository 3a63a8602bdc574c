import type { AuditEntry, AuditStore } from '../../../ports/store/audit.ts'
import type { SqlDatabase, SqlRow, SqlRunner } from './database.ts'

export function sqlAudit(database: SqlDatabase): AuditStore {
  return {
    appendAudit: (entry) => insertAudit(database, [entry]),
    async audit({ contextKey, cursor, limit }) {
      const rows = await database.query(
        `select id, at_ms, made_by, action, context_key, details from forage.audit
        where ($1::text is null or context_key = $1) and ($2::bigint is null or id < $2)
        order by id desc limit $3`,
        [contextKey ?? null, cursor, limit + 1],
      )
      const entries = rows.slice(0, limit).map(entryOf)
      return { entries, next: rows.length > limit ? (entries.at(-1)?.id ?? null) : null }
    },
  }
}

export async function insertAudit(runner: SqlRunner, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  await runner.query(
    `insert into forage.audit (at_ms, made_by, action, context_key, details)
    select at_ms, made_by, action, context_key, details::json
    from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
      with ordinality as given (at_ms, made_by, action, context_key, details, number)
    order by number`,
    [
      entries.map(({ atMs }) => atMs),
      entries.map(({ by }) => by),
      entries.map(({ action }) => action),
      entries.map(({ contextKey }) => contextKey),
      entries.map(({ details }) => JSON.stringify(details)),
    ],
  )
}

/** A line of the audit with what came of the change. */
export function withFigures(audit: AuditEntry, figures: Readonly<Record<string, unknown>>): AuditEntry {
  return { ...audit, details: { ...audit.details, ...figures } }
}

function entryOf(row: SqlRow): AuditEntry & { readonly id: string } {
  return {
    id: String(row.id),
    atMs: row.at_ms as number,
    by: row.made_by as string,
    action: row.action as string,
    contextKey: row.context_key as string | null,
    details: row.details as AuditEntry['details'],
  }
}
