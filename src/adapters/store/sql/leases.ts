import type { DueReason, Lease, LeaseStore } from '../../../ports/store/leases.ts'
import { insertAudit } from './audit.ts'
import { requestRunIn } from './commit-pool.ts'
import type { SqlDatabase } from './database.ts'
import { ARM_COLUMNS, ARM_VISITS, armStateOf } from './pools.ts'

/** Why an arm is due, null when it is not. `$1` is now. A frozen arm takes over the main arm's first pool, so it waits for that. */
const WHY = `case
  when a.version = 0 then case when not a.is_frozen or a.is_main or exists (
    select from forage.arms m where m.context_id = a.context_id and m.is_active and m.is_main and m.version > 0
  ) then 'first-pool' end
  when a.is_frozen then null
  when cardinality(a.pool_ids) < a.size_min then 'short-pool'
  when a.is_run_requested then 'requested'
  when coalesce(v.visits, 0) - a.visits_before >= a.due_interactions then 'interactions'
  when v.visits > a.visits_before and $1::bigint - a.last_iteration_at_ms >= a.due_every_ms then 'schedule'
  when a.is_due_by_evidence and coalesce(v.visits, 0) > a.looked_at_interactions then 'evidence'
end`

export function sqlLeases(database: SqlDatabase): LeaseStore {
  return {
    async claimDueArms({ node, nowMs, leaseMs, limit }) {
      const untilMs = nowMs + leaseMs
      // A row that another node changes meanwhile is skipped, or judged again as it is then.
      const rows = await database.query(
        `with due as (
          select a.context_id, a.arm, ${WHY} as why
          from forage.arms a
          join forage.contexts c on c.id = a.context_id and c.status = 'active'
          ${ARM_VISITS}
          where a.is_active and a.next_attempt_at_ms <= $1 and (a.lease_until_ms is null or a.lease_until_ms <= $1)
            and (${WHY}) is not null
          order by coalesce(a.last_iteration_at_ms, 0), a.made
          limit $4
          for update of a skip locked
        ), taken as (
          update forage.arms a set lease_node = $2, lease_until_ms = $3, lease_epoch = a.lease_epoch + 1
          from due where a.context_id = due.context_id and a.arm = due.arm
          returning a.*, due.why
        )
        select ${ARM_COLUMNS}, a.lease_epoch, a.why from taken a ${ARM_VISITS}
        order by coalesce(a.last_iteration_at_ms, 0), a.made`,
        [nowMs, node, untilMs, limit],
      )
      return rows.map((row) => {
        const state = armStateOf(row)
        const { contextId, arm } = state
        const lease: Lease = { contextId, arm, node, epoch: row.lease_epoch as number, untilMs }
        return { lease, state, why: row.why as DueReason }
      })
    },
    async renewLease(lease, untilMs) {
      const renewed = await database.query(
        `update forage.arms set lease_until_ms = $4
        where context_id = $1 and arm = $2 and lease_epoch = $3 and lease_until_ms is not null returning arm`,
        [lease.contextId, lease.arm, lease.epoch, untilMs],
      )
      return renewed.length > 0
    },
    async releaseLease(lease, outcome) {
      const own = [lease.contextId, lease.arm, lease.epoch]
      const release = (change: string, parameters: readonly unknown[] = []) =>
        database.query(
          `update forage.arms a set lease_node = null, lease_until_ms = null, ${change}
          where a.context_id = $1 and a.arm = $2 and a.lease_epoch = $3`,
          [...own, ...parameters],
        )
      switch (outcome.kind) {
        case 'waits':
          await release('next_attempt_at_ms = $4', [outcome.untilMs])
          break
        case 'failed':
          await release('failures = failures + 1, next_attempt_at_ms = $4, last_failure = $5', [
            outcome.nextAttemptAtMs,
            outcome.failure,
          ])
          break
        case 'looked':
          await release(`failures = 0, last_failure = null, looked_at_interactions = coalesce((
            select visits from forage.iteration_visits v
            where v.context_id = a.context_id and v.arm = a.arm and v.iteration = a.iteration
          ), 0)`)
          break
        case 'done':
          await release('failures = 0, last_failure = null')
      }
    },
    requestRun: (contextId, arms, audit) =>
      database.transaction(async (runner) => {
        const asked = await requestRunIn(runner, contextId, arms)
        if (asked.length > 0) await insertAudit(runner, [audit])
        return asked
      }),
  }
}
