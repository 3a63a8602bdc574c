import type { ModelCall, ModelCallStore, Spend } from '../../../ports/store/model-calls.ts'
import type { SqlDatabase, SqlRow } from './database.ts'

const DAY_MS = 86_400_000

const COLUMNS = `number, key, context_id, arm, writer, model, question, answer, calls, input_tokens, output_tokens,
  cost_usd, seconds, created_at_ms`

export function sqlModelCalls(database: SqlDatabase): ModelCallStore {
  return {
    async modelCall(key) {
      const [row] = await database.query(`select ${COLUMNS} from forage.model_calls where key = $1`, [key])
      return row === undefined ? undefined : callOf(row)
    },
    async keepModelCall({ usage, ...call }, hold) {
      await database.query(
        `with kept as (
          insert into forage.model_calls (
            key, context_id, arm, writer, model, question, answer, calls, input_tokens, output_tokens, cost_usd,
            seconds, created_at_ms
          ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
          on conflict (key) do nothing
          returning context_id, calls, input_tokens + output_tokens as tokens, cost_usd
        ), settled as (
          delete from forage.spend_holds where id = $15
        )
        insert into forage.spend_days as d (context_id, day, calls, tokens, cost_usd, unpriced)
        select
          coalesce(context_id, 0), $14, calls, tokens, coalesce(cost_usd, 0),
          case when cost_usd is null then calls else 0 end
        from kept
        on conflict (context_id, day) do update set
          calls = d.calls + excluded.calls, tokens = d.tokens + excluded.tokens,
          cost_usd = d.cost_usd + excluded.cost_usd, unpriced = d.unpriced + excluded.unpriced`,
        [
          ...[call.key, call.contextId, call.arm, call.writer, call.model, call.question, call.answer],
          ...[usage.modelCalls, usage.inputTokens, usage.outputTokens, usage.costUsd, usage.seconds],
          ...[call.createdAtMs, Math.floor(call.createdAtMs / DAY_MS), hold ?? null],
        ],
      )
    },
    async modelCalls(contextId, { cursor, limit }) {
      const rows = await database.query(
        `select ${COLUMNS} from forage.model_calls
        where context_id = $1 and ($2::bigint is null or number < $2) order by number desc limit $3`,
        [contextId, cursor, limit + 1],
      )
      const last = rows[limit - 1]
      return {
        calls: rows.slice(0, limit).map(callOf),
        next: rows.length > limit && last !== undefined ? String(last.number) : null,
      }
    },
    async spend(contextId, sinceMs) {
      // Whole days from their sums; of a day that is cut, the calls themselves.
      const day = Math.ceil(sinceMs / DAY_MS)
      const [row] = await database.query<Spend & SqlRow>(
        `select
          coalesce(sum(calls), 0)::bigint as calls, coalesce(sum(tokens), 0)::bigint as tokens,
          coalesce(sum(cost_usd), 0) as "costUsd", coalesce(sum(unpriced), 0)::bigint as unpriced
        from (
          select calls, tokens, cost_usd, unpriced from forage.spend_days
          where ($1::integer is null or context_id = $1) and day >= $2
          union all
          select calls, input_tokens + output_tokens, coalesce(cost_usd, 0), case when cost_usd is null then calls else 0 end
          from forage.model_calls
          where ($1::integer is null or context_id = $1) and created_at_ms >= $3 and created_at_ms < $4
        ) parts`,
        [contextId, day, sinceMs, day * DAY_MS],
      )
      const { calls, tokens, costUsd, unpriced } = row as Spend
      return { calls, tokens, costUsd, unpriced }
    },
  }
}

function callOf(row: SqlRow): ModelCall {
  return {
    key: row.key as string,
    contextId: row.context_id as number | null,
    arm: row.arm as string | null,
    writer: row.writer as string,
    model: row.model as string,
    question: row.question as string,
    answer: row.answer as string,
    usage: {
      modelCalls: row.calls as number,
      inputTokens: row.input_tokens as number,
      outputTokens: row.output_tokens as number,
      costUsd: row.cost_usd as number | null,
      seconds: row.seconds as number,
    },
    createdAtMs: row.created_at_ms as number,
  }
}
