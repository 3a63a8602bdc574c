import { isDeepStrictEqual } from 'node:util'
import { type Budget, NO_BUDGET } from '../../../core/live/context-config.ts'
import type { TaskDefinition } from '../../../core/task.ts'
import type { AccessStore, ApiKey } from '../../../ports/store/access.ts'
import { insertAudit } from './audit.ts'
import type { SqlDatabase, SqlRow, SqlRunner } from './database.ts'
import { keepAnswer } from './idempotency.ts'
import { lock } from './locks.ts'
import { storedBudget } from './stored-config.ts'

export function sqlAccess(database: SqlDatabase): AccessStore {
  return {
    addKey: (key, audit, answer) =>
      database.transaction(async (runner) => {
        await insertKey(runner, key)
        await insertAudit(runner, [audit])
        await keepAnswer(runner, answer)
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
        const key = await keyToEnd(runner, id)
        if (key === undefined) return 'missing'
        if (key.endsAtMs !== null && key.endsAtMs <= endsAtMs) return 'ended'
        if (key.kind === 'secret') {
          const [other] = await runner.query(
            `select 1 from forage.api_keys where kind = 'secret' and ends_at_ms is null and id <> $1 limit 1`,
            [id],
          )
          if (other === undefined) return 'last-secret'
        }
        await runner.query('update forage.api_keys set ends_at_ms = $2 where id = $1', [id, endsAtMs])
        await insertAudit(runner, [audit])
        return 'done'
      }),
    rotateKey: ({ id, endsAtMs, key }, audit, answer) =>
      database.transaction(async (runner) => {
        const before = await keyToEnd(runner, id)
        if (before === undefined) return 'missing'
        if (before.endsAtMs !== null) return 'ended'
        await insertKey(runner, key)
        await runner.query('update forage.api_keys set ends_at_ms = $2 where id = $1', [id, endsAtMs])
        await insertAudit(runner, audit)
        await keepAnswer(runner, answer)
        return 'done'
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
    async tasks() {
      const rows = await database.query<{ definition: TaskDefinition }>(
        'select definition from forage.tasks order by made',
      )
      return rows.map(({ definition }) => definition)
    },
    putTask: (task, before, audit) =>
      database.transaction(async (runner) => {
        const put = await runner.query(
          before === null
            ? 'insert into forage.tasks (key, definition) values ($1, $2) on conflict (key) do nothing returning key'
            : `update forage.tasks set definition = $2
              where key = $1 and (definition ->> 'version')::integer = $3 returning key`,
          [task.key, JSON.stringify(task), ...(before === null ? [] : [before])],
        )
        if (put.length === 0) return false
        await insertAudit(runner, [audit])
        return true
      }),
    budget: () => budgetOf(database),
    setBudget: (budget, before, audit) =>
      database.transaction(async (runner) => {
        // A row to lock: of two who set the first budget the second waits too.
        await runner.query(
          `insert into forage.settings (name, value) values ('budget', $1) on conflict (name) do nothing`,
          [JSON.stringify(NO_BUDGET)],
        )
        if (!isDeepStrictEqual(await budgetOf(runner, 'for update'), before)) return false
        await runner.query(`update forage.settings set value = $1 where name = 'budget'`, [
          JSON.stringify(budget),
        ])
        await runner.query('update forage.arms set next_attempt_at_ms = 0 where failures > 0')
        await insertAudit(runner, [audit])
        return true
      }),
  }
}

async function insertKey(runner: SqlRunner, key: ApiKey): Promise<void> {
  await runner.query(
    `insert into forage.api_keys (id, kind, name, hash, origins, may_create_contexts, created_at_ms, ends_at_ms)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[key.id, key.kind, key.name, key.hash, key.origins, key.mayCreateContexts],
      ...[key.createdAtMs, key.endsAtMs],
    ],
  )
}

/** Keys end one at a time, so that the last one is known to be the last. */
async function keyToEnd(runner: SqlRunner, id: string): Promise<ApiKey | undefined> {
  await lock(runner, 'keys')
  const [row] = await runner.query('select * from forage.api_keys where id = $1', [id])
  return row === undefined ? undefined : keyOf(row)
}

async function budgetOf(runner: SqlRunner, forUpdate = ''): Promise<Budget> {
  const [row] = await runner.query<{ value: unknown }>(
    `select value from forage.settings where name = 'budget' ${forUpdate}`,
  )
  return row === undefined ? NO_BUDGET : storedBudget(row.value)
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
