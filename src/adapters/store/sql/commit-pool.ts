import type { LiveItem } from '../../../core/live/live-item.ts'
import type { CommitResult, IterationRecord, PoolCommit } from '../../../ports/store/pools.ts'
import { insertAudit } from './audit.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'
import { keepAnswer } from './idempotency.ts'
import { touch } from './touch.ts'

interface ArmRow {
  readonly version: number
  readonly iteration: number
  readonly lease_epoch: number
}

export function commitPool(database: SqlDatabase, commit: PoolCommit): Promise<CommitResult> {
  return database.transaction((runner) => commitPoolIn(runner, commit))
}

/** The row of the arm is locked first, so of two changes from one version the second finds another version. */
export async function commitPoolIn(runner: SqlRunner, commit: PoolCommit): Promise<CommitResult> {
  const { contextId, arm, fromVersion, lease, births, standings, pool, iteration, nowMs } = commit
  const [before] = await runner.query<ArmRow>(
    'select version, iteration, lease_epoch from forage.arms where context_id = $1 and arm = $2 for update',
    [contextId, arm],
  )
  if (before === undefined) return { kind: 'conflict', reason: 'missing' }
  if (lease !== undefined && lease.epoch !== before.lease_epoch) return { kind: 'conflict', reason: 'lease' }
  if (fromVersion !== before.version) return { kind: 'conflict', reason: 'version' }
  if (lease !== undefined && pool !== null && (await leavesOutPinned(runner, commit, pool.itemIds))) {
    return { kind: 'conflict', reason: 'version' }
  }
  if (await standsOtherwise(runner, commit)) return { kind: 'conflict', reason: 'version' }
  if (iteration !== undefined) {
    const [there] = await runner.query(
      'select 1 from forage.iterations where context_id = $1 and arm = $2 and iteration = $3',
      [contextId, arm, iteration.iteration],
    )
    if (there !== undefined) return { kind: 'conflict', reason: 'iteration' }
    await runner.query(
      'insert into forage.iterations (context_id, arm, iteration, record) values ($1, $2, $3, $4)',
      [contextId, arm, iteration.iteration, JSON.stringify(iteration)],
    )
    await runner.query('update forage.arms set is_run_requested = false where context_id = $1 and arm = $2', [
      contextId,
      arm,
    ])
  }
  if (iteration !== undefined && pool === null && before.version > 0)
    await startAnew(runner, commit, iteration)
  if (births.length > 0) await insertItems(runner, contextId, arm, births)
  if (standings.length > 0) await changeStandings(runner, commit)
  const version = pool === null ? before.version : before.version + 1
  if (pool !== null) {
    await mustBeApproved(runner, contextId, arm, pool.itemIds)
    await runner.query(
      `insert into forage.pool_versions (
          context_id, arm, version, iteration, item_ids, cause, made_by, created_at_ms
        ) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [contextId, arm, version, pool.iteration, pool.itemIds, pool.cause, commit.by, nowMs],
    )
    await runner.query(
      `update forage.arms set
          version = $3, pool_ids = $4,
          looked_at_interactions = case when iteration = $5 then looked_at_interactions else 0 end,
          visits_before = case when iteration = $5 then visits_before else 0 end,
          last_iteration_at_ms = case when iteration = $5 then last_iteration_at_ms else $6 end,
          iteration = $5
        where context_id = $1 and arm = $2`,
      [contextId, arm, version, pool.itemIds, pool.iteration, nowMs],
    )
  }
  if (commit.requestsRun === true) await requestRunIn(runner, contextId, [arm])
  await insertAudit(runner, commit.audit)
  await keepAnswer(runner, commit.answer)
  await touch(runner, contextId)
  return { kind: 'committed', version }
}

/** Makes arms due at once, and tells which are there. */
export async function requestRunIn(
  runner: SqlRunner,
  contextId: number,
  arms: readonly string[],
): Promise<string[]> {
  const asked = await runner.query<{ arm: string }>(
    `update forage.arms set is_run_requested = true, next_attempt_at_ms = 0
    where context_id = $1 and arm = any ($2::text[]) returning arm`,
    [contextId, arms],
  )
  return asked.map(({ arm }) => arm)
}

/** After an iteration that left the pool as it is. */
async function startAnew(
  runner: SqlRunner,
  { contextId, arm, nowMs }: PoolCommit,
  { interactions }: IterationRecord,
): Promise<void> {
  await runner.query(
    `update forage.arms set last_iteration_at_ms = $3, visits_before = $4::bigint, looked_at_interactions = 2 * $4::bigint
    where context_id = $1 and arm = $2`,
    [contextId, arm, nowMs, interactions],
  )
}

export async function insertItems(
  runner: SqlRunner,
  contextId: number,
  arm: string,
  items: readonly LiveItem[],
): Promise<void> {
  // Lists within lists must all be of one length in SQL, so parents go as JSON.
  await runner.query(
    `insert into forage.items (
      context_id, arm, item_id, number, text, mode, parents, born_at, written_by, prompt_version,
      mean_log_probability, standing, is_pinned, edited_from, created_at_ms
    )
    select
      $1, $2, item_id, (select count(*) from forage.items where context_id = $1 and arm = $2) + number, text, mode,
      array(select json_array_elements_text(parents::json)), born_at, written_by, prompt_version,
      mean_log_probability, standing, is_pinned, edited_from, created_at_ms
    from unnest(
      $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::text[], $9::text[], $10::float8[],
      $11::text[], $12::boolean[], $13::text[], $14::bigint[]
    ) with ordinality as given (
      item_id, text, mode, parents, born_at, written_by, prompt_version, mean_log_probability, standing, is_pinned,
      edited_from, created_at_ms, number
    )`,
    [
      contextId,
      arm,
      items.map(({ id }) => id),
      items.map(({ text }) => text),
      items.map(({ mode }) => mode),
      items.map(({ parents }) => JSON.stringify(parents)),
      items.map(({ bornAt }) => bornAt),
      items.map(({ writtenBy }) => writtenBy),
      items.map(({ promptVersion }) => promptVersion),
      items.map(({ meanLogProbability }) => meanLogProbability ?? null),
      items.map(({ standing }) => standing),
      items.map(({ isPinned }) => isPinned),
      items.map(({ editedFrom }) => editedFrom ?? null),
      items.map(({ createdAtMs }) => createdAtMs),
    ],
  )
}

async function changeStandings(runner: SqlRunner, commit: PoolCommit): Promise<void> {
  const { contextId, arm, standings } = commit
  for (const { itemId, standing, isPinned } of standings) {
    const changed = await runner.query(
      `update forage.items set standing = coalesce($4, standing), is_pinned = coalesce($5, is_pinned)
      where context_id = $1 and arm = $2 and item_id = $3 returning item_id`,
      [contextId, arm, itemId, standing ?? null, isPinned ?? null],
    )
    if (changed.length === 0) throw new RangeError(`standings: no item ${itemId}`)
  }
}

/** Approvals and rejections of waiting items make no version, so of two at once the second is found out here. */
async function standsOtherwise(
  runner: SqlRunner,
  { contextId, arm, standings }: PoolCommit,
): Promise<boolean> {
  const known = standings.filter(({ from }) => from !== undefined)
  if (known.length === 0) return false
  const [other] = await runner.query(
    `select 1 from unnest($3::text[], $4::text[], $5::boolean[]) as wanted (item_id, standing, is_pinned)
    join forage.items i on i.context_id = $1 and i.arm = $2 and i.item_id = wanted.item_id
    where i.standing <> wanted.standing or i.is_pinned <> wanted.is_pinned limit 1`,
    [
      ...[contextId, arm, known.map(({ itemId }) => itemId)],
      ...[known.map(({ from }) => from?.standing), known.map(({ from }) => from?.isPinned)],
    ],
  )
  return other !== undefined
}

/** A pin makes no version, so an iteration that was planned before it is found out here. */
async function leavesOutPinned(
  runner: SqlRunner,
  { contextId, arm }: PoolCommit,
  itemIds: readonly string[],
): Promise<boolean> {
  const [lost] = await runner.query(
    `select 1 from forage.arms a
    join forage.items i on i.context_id = a.context_id and i.arm = a.arm and i.item_id = any (a.pool_ids)
    where a.context_id = $1 and a.arm = $2 and i.is_pinned and i.item_id <> all ($3::text[]) limit 1`,
    [contextId, arm, itemIds],
  )
  return lost !== undefined
}

async function mustBeApproved(
  runner: SqlRunner,
  contextId: number,
  arm: string,
  itemIds: readonly string[],
): Promise<void> {
  const [wrong] = await runner.query<{ item_id: string }>(
    `select item_id from unnest($3::text[]) wanted (item_id) where not exists (
      select from forage.items i
      where i.context_id = $1 and i.arm = $2 and i.item_id = wanted.item_id and i.standing = 'approved'
    ) limit 1`,
    [contextId, arm, itemIds],
  )
  if (wrong !== undefined) throw new RangeError(`pool: item ${wrong.item_id} is not there or not approved`)
}
