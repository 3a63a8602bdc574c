import type { LiveItem, PoolVersion } from '../../../core/live/live-item.ts'
import type { ArmState, IterationRecord, PoolStore } from '../../../ports/store/pools.ts'
import { commitPool } from './commit-pool.ts'
import type { SqlDatabase, SqlRow } from './database.ts'
import { servingChanges } from './serving.ts'
import { clickPatterns, clickSpread } from './spread.ts'
import { clickSources, itemTotals, tallies } from './tallies.ts'

/** An arm with the visits of its iteration: to be used as a table named `a`. */
export const ARM_COLUMNS = `a.context_id, a.arm, a.version, a.iteration, a.pool_ids,
  greatest(coalesce(v.visits, 0) - a.visits_before, 0) as visits,
  greatest(a.iteration, (
    select max(i.iteration) from forage.iterations i where i.context_id = a.context_id and i.arm = a.arm
  )) as latest_iteration,
  a.last_iteration_at_ms, a.next_attempt_at_ms, a.failures, a.is_run_requested, a.last_failure`
export const ARM_VISITS = `left join forage.iteration_visits v
  on v.context_id = a.context_id and v.arm = a.arm and v.iteration = a.iteration`

export function sqlPools(database: SqlDatabase): PoolStore {
  return {
    async arms(contextId) {
      const rows = await database.query(
        `select ${ARM_COLUMNS} from forage.arms a ${ARM_VISITS} where a.context_id = $1 order by a.made`,
        [contextId],
      )
      return rows.map(armStateOf)
    },
    async items(contextId, arm) {
      const rows = await database.query(
        'select * from forage.items where context_id = $1 and arm = $2 order by number',
        [contextId, arm],
      )
      return rows.map(itemOf)
    },
    async versions(contextId, arm, { beforeVersion, limit }) {
      const rows = await database.query(
        `select version, iteration, item_ids, cause, made_by, created_at_ms from forage.pool_versions
        where context_id = $1 and arm = $2 and ($3::integer is null or version < $3) order by version desc limit $4`,
        [contextId, arm, beforeVersion ?? null, limit],
      )
      return rows.map(versionOf)
    },
    async version(contextId, arm, version) {
      const [row] = await database.query(
        `select version, iteration, item_ids, cause, made_by, created_at_ms from forage.pool_versions
        where context_id = $1 and arm = $2 and version = $3`,
        [contextId, arm, version],
      )
      return row === undefined ? undefined : versionOf(row)
    },
    async iterations(contextId, arm, { before, limit }) {
      const rows = await database.query<{ record: IterationRecord }>(
        `select record from forage.iterations
        where context_id = $1 and arm = $2 and ($3::integer is null or iteration < $3)
        order by iteration desc limit $4`,
        [contextId, arm, before ?? null, limit],
      )
      return rows.map(({ record }) => record)
    },
    commitPool: (commit) => commitPool(database, commit),
    tallies: (contextId, arm) => tallies(database, contextId, arm),
    clickSources: (contextId, arm) => clickSources(database, contextId, arm),
    clickSpread: (...asked) => clickSpread(database, ...asked),
    clickPatterns: (...asked) => clickPatterns(database, ...asked),
    servingChanges: (after, limit) => servingChanges(database, after, limit),
    itemTotals: (arms) => itemTotals(database, arms),
  }
}

export function armStateOf(row: SqlRow): ArmState {
  return {
    contextId: row.context_id as number,
    arm: row.arm as string,
    version: row.version as number,
    iteration: row.iteration as number,
    latestIteration: row.latest_iteration as number,
    poolIds: row.pool_ids as string[],
    interactionsSince: row.visits as number,
    lastIterationAtMs: row.last_iteration_at_ms as number | null,
    nextAttemptAtMs: row.next_attempt_at_ms as number,
    failures: row.failures as number,
    isRunRequested: row.is_run_requested as boolean,
    ...(row.last_failure === null ? {} : { lastFailure: row.last_failure as string }),
  }
}

function itemOf(row: SqlRow): LiveItem {
  return {
    id: row.item_id as string,
    text: row.text as string,
    mode: row.mode as string,
    parents: row.parents as string[],
    bornAt: row.born_at as number,
    writtenBy: row.written_by as string,
    promptVersion: row.prompt_version as string,
    ...(row.mean_log_probability === null ? {} : { meanLogProbability: row.mean_log_probability as number }),
    standing: row.standing as LiveItem['standing'],
    isPinned: row.is_pinned as boolean,
    ...(row.edited_from === null ? {} : { editedFrom: row.edited_from as string }),
    createdAtMs: row.created_at_ms as number,
  }
}

function versionOf(row: SqlRow): PoolVersion {
  return {
    version: row.version as number,
    iteration: row.iteration as number,
    itemIds: row.item_ids as string[],
    cause: row.cause as PoolVersion['cause'],
    by: row.made_by as string,
    createdAtMs: row.created_at_ms as number,
  }
}
