import {
  type ArmTallies,
  type ItemTally,
  type LeftOutReason,
  NO_VISITORS,
  type SlateTally,
  type VisitorSums,
} from '../../../core/live/tallies.ts'
import type { ItemTotals, PoolStore } from '../../../ports/store/pools.ts'
import type { SqlDatabase, SqlRow } from './database.ts'

/** By number, as `i2` comes before `i10`. */
export const ITEM_ORDER = 'length(item_id), item_id'

export function tallies(database: SqlDatabase, contextId: number, arm: string): Promise<ArmTallies> {
  return talliesOf(database, [contextId, arm], {
    days: '',
    visitors: 'select row_to_json(s) from forage.visitor_sums s where context_id = $1 and arm = $2',
  })
}

/** Of the days whose raw events are gone. */
export function pastTallies(database: SqlDatabase, contextId: number, arm: string): Promise<ArmTallies> {
  return talliesOf(database, [contextId, arm], {
    days: 'and day = -1',
    visitors: `select row_to_json(s) from (
      select
        coalesce(sum(visitors), 0)::bigint as visitors, coalesce(sum(slates), 0)::bigint as slates,
        coalesce(sum(clicked), 0)::bigint as clicked, coalesce(sum(slates_squared), 0)::bigint as slates_squared,
        coalesce(sum(clicked_squared), 0)::bigint as clicked_squared,
        coalesce(sum(slates_times_clicked), 0)::bigint as slates_times_clicked
      from (
        select 1 as visitors, slates, clicked, slates * slates as slates_squared,
          clicked * clicked as clicked_squared, slates * clicked as slates_times_clicked
        from forage.visitor_days where context_id = $1 and arm = $2 and day = -1 and slates > 0
        union all
        select visitors, slates, clicked, slates_squared, clicked_squared, slates_times_clicked
        from forage.past_visitors where context_id = $1 and arm = $2
      ) parts
    ) s`,
  })
}

function talliesOf(
  database: SqlDatabase,
  own: readonly unknown[],
  { days, visitors }: { readonly days: string; readonly visitors: string },
): Promise<ArmTallies> {
  // One transaction is not enough for one moment when others count meanwhile; one statement is.
  return database
    .query<{ items: ItemTally[] | null; slates: SlateTally[] | null; left_out: object | null } & VisitorRow>(
      `select
        (select json_agg(t) from (
          select version, item_id as "itemId", position, is_uniform as "isUniform",
            sum(impressions)::bigint as impressions, sum(clicks)::bigint as clicks,
            sum(no_click_impressions)::bigint as "noClickImpressions"
          from forage.item_tallies where context_id = $1 and arm = $2 ${days}
          group by version, item_id, position, is_uniform
          order by version, ${ITEM_ORDER}, position, is_uniform
        ) t) as items,
        (select json_agg(t) from (
          select version, is_uniform as "isUniform", sum(slates)::bigint as slates, sum(clicked)::bigint as clicked
          from forage.slate_tallies where context_id = $1 and arm = $2 ${days}
          group by version, is_uniform order by version, is_uniform
        ) t) as slates,
        (select json_object_agg(reason, visits) from (
          select reason, sum(visits)::bigint as visits
          from forage.left_out where context_id = $1 and arm = $2 ${days} group by reason
        ) t) as left_out,
        (${visitors}) as visitors`,
      own,
    )
    .then(([row]) => ({
      items: row?.items ?? [],
      slates: row?.slates ?? [],
      visitors: visitorSums(row?.visitors ?? null),
      leftOut: (row?.left_out ?? {}) as Partial<Record<LeftOutReason, number>>,
    }))
}

interface VisitorRow {
  readonly visitors: SqlRow | null
}

function visitorSums(row: SqlRow | null): VisitorSums {
  if (row === null) return NO_VISITORS
  return {
    visitors: row.visitors as number,
    slates: row.slates as number,
    clicked: row.clicked as number,
    slatesSquared: row.slates_squared as number,
    clickedSquared: row.clicked_squared as number,
    slatesTimesClicked: row.slates_times_clicked as number,
  }
}

export async function clickSources(
  database: SqlDatabase,
  contextId: number,
  arm: string,
): ReturnType<PoolStore['clickSources']> {
  return database.query(
    `select
      item_id as "itemId", sum(visitors)::bigint as visitors, sum(networks)::bigint as networks,
      sum(clicks)::bigint as clicks, max(busiest)::bigint as "clicksOfBusiestNetwork"
    from (
      select item_id, (not is_network)::integer as visitors, is_network::integer as networks,
        case when is_network then sum(clicks) else 0 end as clicks,
        case when is_network then sum(clicks) else 0 end as busiest
      from forage.item_sources where context_id = $1 and arm = $2 group by item_id, is_network, source
      union all
      select item_id, visitors, networks, clicks, clicks_of_busiest_network
      from forage.past_sources where context_id = $1 and arm = $2
    ) sources
    group by item_id order by ${ITEM_ORDER}`,
    [contextId, arm],
  )
}

export async function itemTotals(
  database: SqlDatabase,
  arms: readonly { readonly contextId: number; readonly arm: string }[],
): ReturnType<PoolStore['itemTotals']> {
  const rows = await database.query(
    `select a.context_id as "contextId", a.arm,
      (
        select coalesce(json_agg(json_build_object(
          'itemId', place.item_id, 'impressions', coalesce(t.impressions, 0), 'clicks', coalesce(t.clicks, 0),
          'noClickImpressions', coalesce(t.no_click_impressions, 0)
        ) order by place.number), '[]')
        from unnest(a.pool_ids) with ordinality place (item_id, number)
        left join forage.item_totals t
          on t.context_id = a.context_id and t.arm = a.arm and t.item_id = place.item_id
      ) as totals
    from unnest($1::integer[], $2::text[]) with ordinality wanted (context_id, arm, number)
    join forage.arms a on a.context_id = wanted.context_id and a.arm = wanted.arm
    order by wanted.number`,
    [arms.map(({ contextId }) => contextId), arms.map(({ arm }) => arm)],
  )
  return rows.map((row) => ({
    contextId: row.contextId as number,
    arm: row.arm as string,
    totals: row.totals as ItemTotals[],
  }))
}
