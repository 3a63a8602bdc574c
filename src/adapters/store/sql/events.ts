import type { LiveEvent } from '../../../core/live/slate-claims.ts'
import { MARKS } from '../../../core/live/visit.ts'
import type { EventStore } from '../../../ports/store/events.ts'
import type { SqlDatabase, SqlRow } from './database.ts'
import { grouped } from './grouped.ts'
import { sqlIngest } from './ingest.ts'
import { deleteVisitor, dropEventsBefore, recount } from './recount.ts'

/** Calls go together up to this many events. */
const GROUP_MAX = 2000

export function sqlEvents(database: SqlDatabase): EventStore & { idle(): Promise<void> } {
  const ingests = grouped(sqlIngest(database), { atOnce: database.ingestsAtOnce, sizeMax: GROUP_MAX })
  return {
    idle: () => ingests.idle(),
    ingest: (events) => ingests.run(events),
    async countClosed(toMs) {
      await database.query('select forage.seal_to($1)', [toMs])
      let visits = 0
      for (;;) {
        const [row] = await database.query<{ visits: number; is_done: boolean }>(
          'select visits, is_done from forage.count_next($1)',
          [database.countedAtOnce],
        )
        visits += row?.visits ?? 0
        if (row?.is_done !== false) break
      }
      if (visits > 0) await database.tidy()
      return { visits }
    },
    async openCounts(contextId) {
      const [row] = await database.query<{ impressions: number; clicks: number }>(
        `select count(*) filter (where not is_click) as impressions, count(*) filter (where is_click) as clicks
        from forage.events
        where context_id = $1 and closes_at_ms > (select value from forage.marks where name = 'counted-to')`,
        [contextId],
      )
      return { impressions: row?.impressions ?? 0, clicks: row?.clicks ?? 0 }
    },
    recount: (audit) => recount(database, audit),
    dropEventsBefore: (dayMs, audit) => dropEventsBefore(database, dayMs, audit),
    deleteVisitor: (visitor, audit) => deleteVisitor(database, visitor, audit),
    async events({ contextId, cursor, limit }) {
      const from = cursor === null ? undefined : placeOf(cursor)
      const days = await database.query<{ day: number }>(
        'select day from forage.event_days where $1::integer is null or day >= $1 order by day',
        [from?.day ?? null],
      )
      const rows: SqlRow[] = []
      // Day by day, so that each page is one walk along an index.
      for (const { day } of days) {
        const after = from?.day === day ? from : undefined
        rows.push(
          ...(await database.query(
            `select * from forage.events
            where day = $1 and ($2::integer is null or context_id = $2) and (
              $3::text is null or (slate_id, is_click, position) > ($3::text collate "C", $4::boolean, $5::smallint)
            )
            order by slate_id, is_click, position limit $6`,
            [
              ...[day, contextId ?? null],
              ...[after?.slateId ?? null, after?.isClick ?? null, after?.position ?? null],
              limit + 1 - rows.length,
            ],
          )),
        )
        if (rows.length > limit) break
      }
      const last = rows[limit - 1]
      return {
        events: rows.slice(0, limit).map(eventOf),
        next: rows.length > limit && last !== undefined ? cursorOf(last) : null,
      }
    },
  }
}

function cursorOf(row: SqlRow): string {
  return JSON.stringify([row.day, row.is_click, row.position, row.slate_id])
}

function placeOf(cursor: string): { day: number; isClick: boolean; position: number; slateId: string } {
  const [day, isClick, position, slateId] = JSON.parse(cursor) as [number, boolean, number, string]
  return { day, isClick, position, slateId }
}

function eventOf(row: SqlRow): LiveEvent {
  return {
    eventId: row.event_id as string,
    slate: {
      slateId: row.slate_id as string,
      contextId: row.context_id as number,
      arm: row.arm as string,
      version: row.version as number,
      itemIds: (row.item_ids as string).split(' '),
      policy: row.is_thompson === true ? 'thompson' : 'uniform',
      isUniform: row.is_uniform as boolean,
      propensity: row.propensity as number | null,
      issuedAtMs: row.issued_at_ms as number,
      closesAtMs: row.closes_at_ms as number,
      visitor: row.visitor as string,
    },
    kind: row.is_click === true ? 'click' : 'impression',
    position: row.position as number,
    occurredAtMs: row.occurred_at_ms as number,
    receivedAtMs: row.received_at_ms as number,
    mark: MARKS[row.mark as number] ?? 'none',
    network: row.network as string,
  }
}
