import type { PoolStore } from '../../../ports/store/pools.ts'
import type { SqlDatabase } from './database.ts'
import { ITEM_ORDER } from './tallies.ts'

/** Reads a bounded number of visitors, along the keys. On day -1, of past days, only some clicks still have names. */
export async function clickSpread(
  database: SqlDatabase,
  contextId: number,
  arm: string,
  itemIds: readonly string[],
  visitorsMax: number,
): ReturnType<PoolStore['clickSpread']> {
  return database.query(
    `with last as materialized (
      select max(visitor) as visitor from (
        select distinct visitor from forage.visitor_days
        where context_id = $1 and arm = $2 and day >= 0 order by visitor limit $4
      ) sampled
    ),
    unclicked as materialized (
      select d.visitor, d.day, (d.slates - d.clicked)::float8 as slates
      from forage.visitor_days d
      where d.context_id = $1 and d.arm = $2 and d.visitor <= (select visitor from last)
        and d.day >= 0 and d.slates > d.clicked
    ),
    share as materialized (
      select t.item_id, t.day, sum(t.no_click_impressions)::float8 / min(s.slates) as share
      from forage.item_tallies t
      join (
        select day, sum(slates - clicked)::float8 as slates from forage.slate_tallies
        where context_id = $1 and arm = $2 group by day
      ) s on s.day = t.day and s.slates > 0
      where t.context_id = $1 and t.arm = $2 and t.item_id = any ($3::text[]) and t.day >= 0
      group by t.item_id, t.day having sum(t.no_click_impressions) > 0
    ),
    expected as (
      select s.item_id, u.visitor, sum(u.slates * s.share) as expected,
        sum(u.slates * s.share * s.share) as share_squared
      from unclicked u join share s on s.day = u.day group by s.item_id, u.visitor
    ),
    clicked as (
      select item_id, source as visitor, sum(clicks)::float8 as clicks
      from forage.item_sources
      where context_id = $1 and arm = $2 and item_id = any ($3::text[]) and not is_network
        and source <= (select visitor from last) and day >= 0
      group by item_id, source
    )
    select item_id as "itemId",
      coalesce(sum(clicks), 0) as clicks, coalesce(sum(clicks * clicks), 0) as "clicksSquared",
      coalesce(sum(expected), 0) as expected, coalesce(sum(expected * expected), 0) as "expectedSquared",
      coalesce(sum(clicks * expected), 0) as "clicksTimesExpected",
      coalesce(sum(share_squared), 0) as "shareSquared"
    from expected full join clicked using (item_id, visitor)
    group by item_id order by ${ITEM_ORDER}`,
    [contextId, arm, itemIds, visitorsMax],
  )
}

export async function clickPatterns(
  database: SqlDatabase,
  contextId: number,
  arm: string,
  itemIds: readonly string[],
): ReturnType<PoolStore['clickPatterns']> {
  if (itemIds.length === 0) return []
  const clicks = itemIds.map(
    (_, place) => `coalesce(sum(clicks) filter (where item_id = $${place + 3}), 0)::integer`,
  )
  const own = itemIds.map((_, place) => `$${place + 3}`)
  return database.query(
    `select to_json(clicks) as clicks, count(*) as sources from (
      select array[${clicks.join(', ')}] as clicks
      from forage.item_sources
      where context_id = $1 and arm = $2 and item_id in (${own.join(', ')}) and is_network and day >= 0
      group by source
    ) own
    group by own.clicks order by own.clicks`,
    [contextId, arm, ...itemIds],
  )
}
