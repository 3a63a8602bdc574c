import {
  type Amount,
  type BudgetSpend,
  hasLimit,
  NOTHING_SPENT,
  plusAmount,
  spendRefusal,
} from '../../../core/live/budget.ts'
import { type Budget, NO_BUDGET } from '../../../core/live/context-config.ts'
import type { SpendHold, SpendHoldStore } from '../../../ports/store/spend-holds.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'
import { lock } from './locks.ts'
import { storedBudget } from './stored-config.ts'

const DAY_MS = 86_400_000

export function sqlSpendHolds(database: SqlDatabase): SpendHoldStore {
  return {
    async holdSpend(hold) {
      const unlimited = await insert(database, hold, NO_LIMITS)
      if (unlimited !== undefined) return { kind: 'held', hold: unlimited }
      return database.transaction(async (runner) => {
        // One after the other over all nodes: two that look at the same time would both find room for one.
        await lock(runner, 'spending')
        const { own, all } = await budgets(runner, hold.contextId)
        const spend = await spendOf(runner, hold, all)
        const refused = spendRefusal([own, spend.own], [all, spend.all], hold.amount)
        if (refused !== null) return { kind: 'refused', ...refused }
        return { kind: 'held', hold: (await insert(runner, hold)) as string }
      })
    },
    async dropHold(hold) {
      await database.query('delete from forage.spend_holds where id = $1', [hold])
    },
  }
}

async function budgets(
  runner: SqlRunner,
  contextId: number,
): Promise<{ readonly own: Budget; readonly all: Budget }> {
  const [row] = await runner.query<{ own: unknown; everyone: unknown }>(
    `select
      (select config -> 'budget' from forage.contexts where id = $1) as own,
      (select value from forage.settings where name = 'budget') as everyone`,
    [contextId],
  )
  return { own: storedBudget(row?.own ?? NO_BUDGET), all: storedBudget(row?.everyone ?? NO_BUDGET) }
}

/** Kept answers and holds in one statement: an answer that is kept meanwhile is in one of the two and not in both. */
async function spendOf(
  runner: SqlRunner,
  { contextId, nowMs }: SpendHold,
  all: Budget,
): Promise<{ readonly own: BudgetSpend; readonly all: BudgetSpend }> {
  const isEver = all.calls !== null || all.tokens !== null || all.usd !== null
  const rows = await runner.query<Amount & { is_own: boolean; period: 'today' | 'before' | 'held' }>(
    `with parts as (
      select context_id, case when day >= $2 then 'today' else 'before' end as period, calls, tokens, cost_usd
      from forage.spend_days where context_id = $1 or ($4 and (day >= $2 or $5))
      union all
      select context_id, 'held', calls, tokens, coalesce(cost_usd, 0) from forage.spend_holds
      where until_ms > $3 and ($4 or context_id = $1)
    )
    select
      context_id = $1 as is_own, period, sum(calls)::bigint as calls, sum(tokens)::bigint as tokens,
      sum(cost_usd) as usd
    from parts group by 1, 2`,
    [contextId, Math.floor(nowMs / DAY_MS), nowMs, hasLimit(all), isEver],
  )
  const spend = (isWanted: (row: (typeof rows)[number]) => boolean): BudgetSpend => {
    const sum = (periods: readonly string[]) =>
      rows
        .filter((row) => isWanted(row) && periods.includes(row.period))
        .reduce<Amount>(plusAmount, NOTHING_SPENT)
    return { today: sum(['today']), inAll: sum(['today', 'before']), held: sum(['held']) }
  }
  return { own: spend(({ is_own }) => is_own), all: spend(() => true) }
}

/** Where there is no budget, which is most often, one statement does. */
const NO_LIMITS = `where not exists (
  select from forage.contexts c, json_each(c.config -> 'budget') b where c.id = $1 and json_typeof(b.value) <> 'null'
) and not exists (
  select from forage.settings s, json_each(s.value) b where s.name = 'budget' and json_typeof(b.value) <> 'null'
)`

/** @returns the name of the hold; undefined where the condition does not hold */
async function insert(
  runner: SqlRunner,
  { contextId, amount: { calls, tokens, usd }, nowMs, untilMs }: SpendHold,
  condition = '',
): Promise<string | undefined> {
  const [row] = await runner.query<{ id: number }>(
    `with lapsed as (delete from forage.spend_holds where until_ms <= $6)
    insert into forage.spend_holds (context_id, calls, tokens, cost_usd, until_ms)
    select $1::integer, $2::bigint, $3::bigint, $4::double precision, $5::bigint ${condition}
    returning id`,
    [contextId, calls, tokens, usd, untilMs, nowMs],
  )
  return row === undefined ? undefined : String(row.id)
}
