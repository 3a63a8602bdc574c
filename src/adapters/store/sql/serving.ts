import type { PoolStore, ServingContext } from '../../../ports/store/pools.ts'
import { contextOf } from './contexts.ts'
import type { SqlDatabase, SqlRow } from './database.ts'

type Changes = Awaited<ReturnType<PoolStore['servingChanges']>>

/** One statement, so that a context and its pools are of one moment. */
export async function servingChanges(database: SqlDatabase, after: number, limit: number): Promise<Changes> {
  const rows = await database.query(
    `select s.sequence, s.context_id, s.is_removed, c.*,
      (
        select json_agg(json_build_array(a.arm, a.version, (
          select json_agg(json_build_array(i.item_id, i.text) order by place.number)
          from unnest(a.pool_ids) with ordinality place (item_id, number)
          join forage.items i on i.context_id = a.context_id and i.arm = a.arm and i.item_id = place.item_id
        )))
        from forage.arms a where a.context_id = c.id and a.is_active and a.version > 0
      ) as arms
    from (select * from forage.serving where sequence > $1 order by sequence limit $2) s
    left join forage.contexts c on c.id = s.context_id
    order by s.sequence`,
    [after, limit],
  )
  const last = rows.at(-1)
  return {
    upTo: last === undefined ? after : (last.sequence as number),
    changed: rows.filter(({ is_removed }) => is_removed !== true).map(servingContextOf),
    removed: rows.filter(({ is_removed }) => is_removed === true).map((row) => row.context_id as number),
  }
}

type ArmOfRow = readonly [arm: string, version: number, items: readonly (readonly [string, string])[] | null]

function servingContextOf(row: SqlRow): ServingContext {
  const context = contextOf(row)
  const rows = new Map(((row.arms ?? []) as ArmOfRow[]).map((one) => [one[0], one]))
  return {
    context,
    arms: context.config.arms.flatMap(({ key }) => {
      const found = rows.get(key)
      if (found === undefined) return []
      const [arm, version, items] = found
      return [{ arm, version, items: (items ?? []).map(([id, text]) => ({ id, text })) }]
    }),
  }
}
