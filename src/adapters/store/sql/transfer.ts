import type { LiveEvent } from '../../../core/live/slate-claims.ts'
import type { ArmImport, ClickSources, PastCounts, TransferStore } from '../../../ports/store/transfer.ts'
import { importedStanding } from '../imported-arm.ts'
import { insertAudit } from './audit.ts'
import { insertItems } from './commit-pool.ts'
import { insertContext } from './contexts.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'
import { columnsOf, dayOf } from './ingest.ts'
import { lock } from './locks.ts'
import { recountDay, remakeSums } from './recount.ts'
import { ITEM_ORDER, pastTallies } from './tallies.ts'
import { touch } from './touch.ts'

export function sqlTransfer(database: SqlDatabase): TransferStore {
  return {
    async pastCounts(contextId, arm) {
      const [tallies, sources] = await Promise.all([
        pastTallies(database, contextId, arm),
        pastSources(database, contextId, arm),
      ])
      return { ...tallies, sources }
    },
    importContext: (given, arms, audit) =>
      database.transaction(async (runner) => {
        const { kind, context } = await insertContext(runner, given, 'paused', audit)
        if (kind === 'exists') {
          const open = await runner.query('select 1 from forage.imports where context_id = $1', [context.id])
          return { kind: open.length > 0 ? 'unfinished' : 'exists', context }
        }
        await runner.query('insert into forage.imports (context_id) values ($1)', [context.id])
        for (const arm of arms) await importArm(runner, context.id, arm)
        await lock(runner, 'counting')
        await remakeSums(runner, context.id)
        await touch(runner, context.id)
        return { kind: 'imported', context }
      }),
    importEvents: (contextId, events) => importEvents(database, contextId, events),
    finishImport: (contextId, status, audit) =>
      database.transaction(async (runner) => {
        await lock(runner, 'counting')
        const open = await runner.query(
          'delete from forage.imports where context_id = $1 returning context_id',
          [contextId],
        )
        if (open.length === 0) return
        const days = await runner.query<{ day: number }>(
          'select distinct day from forage.events where context_id = $1 order by day',
          [contextId],
        )
        for (const { day } of days) await recountDay(runner, day, contextId, database.countedAtOnce)
        await remakeSums(runner, contextId)
        await runner.query('update forage.contexts set status = $2 where id = $1', [contextId, status])
        await insertAudit(runner, [audit])
        await touch(runner, contextId)
      }),
  }
}

/** The counting is kept out meanwhile: what is stored has either been passed by `counted-to` or will be counted. */
async function importEvents(
  database: SqlDatabase,
  contextId: number,
  events: readonly LiveEvent[],
): Promise<number> {
  const days = [...new Set(events.map(({ slate }) => dayOf(slate.issuedAtMs)))].sort((a, b) => a - b)
  return database.transaction(async (runner) => {
    await lock(runner, 'counting')
    const open = await runner.query('select 1 from forage.imports where context_id = $1', [contextId])
    if (open.length === 0 || events.length === 0) return 0
    await runner.query('select forage.make_event_days($1)', [days])
    const stored = await runner.query(
      `insert into forage.events (
        day, slate_id, is_click, position, event_id, context_id, arm, version, item_ids, is_thompson, is_uniform,
        mark, propensity, issued_at_ms, closes_at_ms, occurred_at_ms, received_at_ms, visitor, network
      )
      select * from unnest(
        $1::integer[], $2::text[], $3::boolean[], $4::smallint[], $5::text[], $6::integer[], $7::text[],
        $8::integer[], $9::text[], $10::boolean[], $11::boolean[], $12::smallint[], $13::float8[], $14::bigint[],
        $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::text[]
      )
      on conflict do nothing returning 1`,
      columnsOf(events),
    )
    return stored.length
  })
}

async function importArm(runner: SqlRunner, contextId: number, given: ArmImport): Promise<void> {
  const { arm, items, versions, iterations, past } = given
  const standing = importedStanding(given)
  await runner.query(
    `insert into forage.arms as a (
      context_id, arm, is_active, is_main, is_frozen, is_due_by_evidence, size_min, version, iteration, pool_ids,
      last_iteration_at_ms, visits_before, looked_at_interactions
    ) values ($1, $2, false, false, true, false, 0, $3, $4, $5, $6, $7, $8)
    on conflict (context_id, arm) do update set
      version = excluded.version, iteration = excluded.iteration, pool_ids = excluded.pool_ids,
      last_iteration_at_ms = excluded.last_iteration_at_ms, visits_before = excluded.visits_before,
      looked_at_interactions = excluded.looked_at_interactions`,
    [
      ...[contextId, arm, standing.version, standing.iteration, standing.poolIds],
      ...[standing.lastIterationAtMs, standing.visitsBefore, standing.lookedAtInteractions],
    ],
  )
  if (items.length > 0) await insertItems(runner, contextId, arm, items)
  const own = [contextId, arm]
  await runner.query(
    `insert into forage.pool_versions (
      context_id, arm, version, iteration, item_ids, cause, made_by, created_at_ms
    )
    select $1, $2, version, iteration, array(select json_array_elements_text("itemIds")), cause, by, "createdAtMs"
    from json_to_recordset($3::text::json) as given (
      version integer, iteration integer, "itemIds" json, cause text, by text, "createdAtMs" bigint
    )`,
    [...own, JSON.stringify(versions)],
  )
  await runner.query(
    `insert into forage.iterations (context_id, arm, iteration, record)
    select $1, $2, (record ->> 'iteration')::integer, record from json_array_elements($3::text::json) as given (record)`,
    [...own, JSON.stringify(iterations)],
  )
  await insertPast(runner, own, past)
}

/** Day -1 holds the days without raw events. */
async function insertPast(runner: SqlRunner, own: readonly unknown[], past: PastCounts): Promise<void> {
  await runner.query(
    `insert into forage.item_tallies (
      context_id, arm, version, item_id, position, is_uniform, day, impressions, clicks, no_click_impressions
    )
    select $1, $2, version, "itemId", position, "isUniform", -1, impressions, clicks, "noClickImpressions"
    from json_to_recordset($3::text::json) as given (
      version integer, "itemId" text, position smallint, "isUniform" boolean, impressions bigint, clicks bigint,
      "noClickImpressions" bigint
    )`,
    [...own, JSON.stringify(past.items)],
  )
  await runner.query(
    `insert into forage.slate_tallies (context_id, arm, version, is_uniform, day, slates, clicked)
    select $1, $2, version, "isUniform", -1, slates, clicked
    from json_to_recordset($3::text::json) as given (
      version integer, "isUniform" boolean, slates bigint, clicked bigint
    )`,
    [...own, JSON.stringify(past.slates)],
  )
  await runner.query(
    `insert into forage.left_out (context_id, arm, reason, day, visits)
    select $1, $2, key, -1, value::bigint from json_each_text($3::text::json)`,
    [...own, JSON.stringify(past.leftOut)],
  )
  const { visitors, slates, clicked, slatesSquared, clickedSquared, slatesTimesClicked } = past.visitors
  await runner.query(
    `insert into forage.past_visitors (
      context_id, arm, visitors, slates, clicked, slates_squared, clicked_squared, slates_times_clicked
    ) select $1, $2, $3, $4, $5, $6, $7, $8 where $3::bigint > 0`,
    [...own, visitors, slates, clicked, slatesSquared, clickedSquared, slatesTimesClicked],
  )
  await runner.query(
    `insert into forage.past_sources (
      context_id, arm, item_id, visitors, networks, clicks, clicks_of_busiest_network
    )
    select $1, $2, "itemId", visitors, networks, clicks, "clicksOfBusiestNetwork"
    from json_to_recordset($3::text::json) as given (
      "itemId" text, visitors bigint, networks bigint, clicks bigint, "clicksOfBusiestNetwork" bigint
    )`,
    [...own, JSON.stringify(past.sources)],
  )
}

function pastSources(database: SqlDatabase, contextId: number, arm: string): Promise<ClickSources[]> {
  return database.query(
    `select
      item_id as "itemId", sum(visitors)::bigint as visitors, sum(networks)::bigint as networks,
      sum(clicks)::bigint as clicks, max(busiest)::bigint as "clicksOfBusiestNetwork"
    from (
      select item_id, (not is_network)::integer as visitors, is_network::integer as networks,
        case when is_network then clicks else 0 end as clicks, case when is_network then clicks else 0 end as busiest
      from forage.item_sources where context_id = $1 and arm = $2 and day = -1
      union all
      select item_id, visitors, networks, clicks, clicks_of_busiest_network
      from forage.past_sources where context_id = $1 and arm = $2
    ) sources
    group by item_id order by ${ITEM_ORDER}`,
    [contextId, arm],
  )
}
