import { NO_BUDGET } from '../../../core/live/context-config.ts'
import type { TaskDefinition } from '../../../core/task.ts'
import type { AccessStore, ApiKey } from '../../../ports/store/access.ts'
import { insertAudit } from './audit.ts'
import type { SqlDatabase, SqlRow } from './database.ts'
import { storedBudget } from './stored-config.ts'

const DAY_MS = 86_400_000

export function sqlAccess(database: SqlDatabase): AccessStore {
  return {
    addKey: (key, audit) =>
      database.transaction(async (runner) => {
        await runner.query(
          `insert into forage.api_keys (id, kind, name, hash, origins, may_create_contexts, created_at_ms, ends_at_ms)
          values ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            ...[key.id, key.kind, key.name, key.hash, key.origins, key.mayCreateContexts],
            ...[key.createdAtMs, key.endsAtMs],
          ],
        )
        await insertAudit(runner, [audit])
      }),
    async keys() {
      const rows = await database.query(
        `select id, kind, name, hash, origins, may_create_contexts, created_at_ms, ends_at_ms
        from forage.api_keys order by created_at_ms, id`,
      )
      return rows.map(keyOf)
    },
    endKey: (id, endsAtMs, audit) =>
      database.transaction(async (runner) => {
        const ended = await runner.query(
          'update forage.api_keys set ends_at_ms = $2 where id = $1 returning id',
          [id, endsAtMs],
        )
        if (ended.length === 0) return false
        await insertAudit(runner, [audit])
        return true
      }),
    async sharedSecret(name, made) {
      // The update changes nothing; it waits for another's insert and gives the row back.
      const [row] = await database.query<{ value: string }>(
        `insert into forage.secrets as s (name, value) values ($1, $2)
        on conflict (name) do update set value = s.value returning value`,
        [name, made],
      )
      return row?.value as string
    },
    idempotent: (scope, key, requestHash, nowMs) =>
      database.transaction(async (runner) => {
        await runner.query('delete from forage.idempotency_keys where claimed_at_ms <= $1', [nowMs - DAY_MS])
        const claimed = await runner.query(
          `insert into forage.idempotency_keys (scope, key, request_hash, claimed_at_ms) values ($1, $2, $3, $4)
          on conflict (scope, key) do nothing returning key`,
          [scope, key, requestHash, nowMs],
        )
        if (claimed.length > 0) return undefined
        const [row] = await runner.query(
          'select request_hash, status, body from forage.idempotency_keys where scope = $1 and key = $2',
          [scope, key],
        )
        return row === undefined
          ? undefined
          : {
              requestHash: row.request_hash as string,
              status: row.status as number | null,
              body: row.body as string | null,
            }
      }),
    async keepIdempotent(scope, key, status, body) {
      await database.query(
        'update forage.idempotency_keys set status = $3, body = $4 where scope = $1 and key = $2',
        [scope, key, status, body],
      )
    },
    async dropIdempotent(scope, key) {
      await database.query('delete from forage.idempotency_keys where scope = $1 and key = $2', [scope, key])
    },
    async tasks() {
      const rows = await database.query<{ definition: TaskDefinition }>(
        'select definition from forage.tasks order by made',
      )
      return rows.map(({ definition }) => definition)
    },
    putTask: (task, audit) =>
      database.transaction(async (runner) => {
        await runner.query(
          `insert into forage.tasks (key, definition) values ($1, $2)
          on conflict (key) do update set definition = excluded.definition`,
          [task.key, JSON.stringify(task)],
        )
        await insertAudit(runner, [audit])
      }),
    async budget() {
      const [row] = await database.query<{ value: unknown }>(
        `select value from forage.settings where name = 'budget'`,
      )
      return row === undefined ? NO_BUDGET : storedBudget(row.value)
    },
    setBudget: (budget, audit) =>
      database.transaction(async (runner) => {
        await runner.query(
          `insert into forage.settings (name, value) values ('budget', $1)
          on conflict (name) do update set value = excluded.value`,
          [JSON.stringify(budget)],
        )
        await insertAudit(runner, [audit])
      }),
  }
}

function keyOf(row: SqlRow): ApiKey {
  return {
    id: row.id as string,
    kind: row.kind as ApiKey['kind'],
    name: row.name as string,
    hash: row.hash as string,
    origins: row.origins as string[],
    mayCreateContexts: row.may_create_contexts as boolean,
    createdAtMs: row.created_at_ms as number,
    endsAtMs: row.ends_at_ms as number | null,
  }
}
