import type { AuditEntry } from '../../../ports/store/audit.ts'
import { insertAudit, withFigures } from './audit.ts'
import type { SqlDatabase, SqlRunner } from './database.ts'
import { lock } from './locks.ts'

const DAY_MS = 86_400_000

/** Where the counts of days without raw events are kept. */
const PAST = -1

/** Counters by day: their keys beside context, arm and day, and their numbers. */
const BY_DAY = [
  {
    table: 'item_tallies',
    keys: ['version', 'item_id', 'position', 'is_uniform'],
    numbers: ['impressions', 'clicks', 'no_click_impressions'],
  },
  { table: 'slate_tallies', keys: ['version', 'is_uniform'], numbers: ['slates', 'clicked'] },
  { table: 'left_out', keys: ['reason'], numbers: ['visits'] },
  { table: 'visitor_days', keys: ['visitor'], numbers: ['shown', 'shown_clicked', 'slates', 'clicked'] },
  { table: 'network_days', keys: ['network'], numbers: ['shown', 'shown_clicked'] },
  { table: 'item_sources', keys: ['item_id', 'is_network', 'source'], numbers: ['clicks'] },
] as const

/** Sums over those, made by a statement of their own. `$1` is a context, or null for all. */
const SUMS = [
  {
    table: 'item_totals',
    keys: ['item_id'],
    numbers: ['impressions', 'clicks', 'no_click_impressions'],
    made: `select context_id, arm, item_id, sum(impressions)::bigint, sum(clicks)::bigint, sum(no_click_impressions)::bigint
      from forage.item_tallies where $1::integer is null or context_id = $1 group by 1, 2, 3`,
  },
  {
    table: 'iteration_visits',
    keys: ['iteration'],
    numbers: ['visits'],
    made: `select s.context_id, s.arm, p.iteration, sum(s.slates)::bigint
      from forage.slate_tallies s
      join forage.pool_versions p on p.context_id = s.context_id and p.arm = s.arm and p.version = s.version
      where $1::integer is null or s.context_id = $1 group by 1, 2, 3`,
  },
  {
    table: 'visitor_sums',
    keys: [],
    numbers: ['visitors', 'slates', 'clicked', 'slates_squared', 'clicked_squared', 'slates_times_clicked'],
    made: `select
        context_id, arm, sum(visitors)::bigint, sum(slates)::bigint, sum(clicked)::bigint,
        sum(slates_squared)::bigint, sum(clicked_squared)::bigint, sum(slates_times_clicked)::bigint
      from (
        select context_id, arm, 1 as visitors, slates, clicked, slates * slates as slates_squared,
          clicked * clicked as clicked_squared, slates * clicked as slates_times_clicked
        from (
          select context_id, arm, visitor, sum(slates)::bigint as slates, sum(clicked)::bigint as clicked
          from forage.visitor_days group by 1, 2, 3
        ) own where slates > 0
        union all
        select * from forage.past_visitors
      ) parts
      where $1::integer is null or context_id = $1 group by 1, 2`,
  },
] as const

/**
 * Counts every day anew that has raw events, each in a transaction of its own, and puts the result in place of the
 * counters. A counter is one row of a table.
 */
export async function recount(
  database: SqlDatabase,
  audit: AuditEntry,
): Promise<{ counters: number; different: number }> {
  const days = await database.query<{ day: number }>('select day from forage.event_days order by day')
  let counters = 0
  let different = 0
  for (const { day } of days) {
    const one = await database.transaction(async (runner) => {
      const counted = await recountDay(runner, day, null, database.countedAtOnce)
      // What is put right stays so, even if a later day cannot be counted.
      if (counted.different > 0)
        await insertAudit(runner, [withFigures(audit, { day: dayText(day), ...counted })])
      return counted
    })
    counters += one.counters
    different += one.different
  }
  const sums = await database.transaction(async (runner) => {
    await lock(runner, 'counting')
    const made = await remakeSums(runner, null)
    const all = { counters: counters + made.counters, different: different + made.different }
    await insertAudit(runner, [withFigures(audit, all)])
    return all
  })
  await database.tidy()
  return sums
}

/**
 * Days go whole: their counters become past ones, and visitors that are seen on no kept day become numbers. A day with
 * slates that are not counted yet stays, and one with events of an import that has not ended: they would be gone
 * before they are counted, or come again after.
 */
export async function dropEventsBefore(
  database: SqlDatabase,
  dayMs: number,
  audit: AuditEntry,
): Promise<{ days: number; events: number }> {
  const dropped = await database.transaction(async (runner) => {
    await lock(runner, 'counting')
    const old = await runner.query<{ day: number }>(
      'select day from forage.event_days where day < $1 order by day',
      [Math.floor(dayMs / DAY_MS)],
    )
    const days: number[] = []
    let events = 0
    for (const { day } of old) {
      const [row] = await runner.query<{ events: number; is_open: boolean }>(
        `select count(*) as events, coalesce(max(closes_at_ms) > (
          select value from forage.marks where name = 'counted-to'
        ), false) or exists (
          select from forage.imports i where exists (
            select from forage.events e where e.day = $1 and e.context_id = i.context_id
          )
        ) as is_open
        from forage.events where day = $1`,
        [day],
      )
      if (row === undefined || row.is_open) continue
      days.push(day)
      events += row.events
    }
    if (days.length === 0) return { days: 0, events: 0 }
    for (const counter of BY_DAY) {
      if (counter.table === 'network_days')
        await runner.query('delete from forage.network_days where day = any ($1)', [days])
      else await addToPast(runner, counter, days)
    }
    await forgetVisitors(runner)
    for (const day of days) {
      const name = `forage.events_${String(day).replace('-', 'before_')}`
      await runner.query(`alter table forage.events detach partition ${name}`)
      await runner.query(`drop table ${name}`)
    }
    await runner.query('delete from forage.event_days where day = any ($1)', [days])
    const dropped = { days: days.length, events }
    await insertAudit(runner, [withFigures(audit, dropped)])
    return dropped
  })
  if (dropped.days > 0) await database.tidy()
  return dropped
}

/** Counts the days and contexts anew that the visitor was seen in; what is past keeps the visitor as a number. */
export async function deleteVisitor(
  database: SqlDatabase,
  visitor: string,
  audit: AuditEntry,
): Promise<{ events: number }> {
  const deleted = await database.transaction(async (runner) => {
    await lock(runner, 'counting')
    const gone = await runner.query<{ day: number; context_id: number }>(
      'delete from forage.events where visitor = $1 returning day, context_id',
      [visitor],
    )
    const touched = new Map(gone.map((row) => [`${row.day} ${row.context_id}`, row]))
    for (const { day, context_id } of touched.values()) {
      await recountDay(runner, day, context_id, database.countedAtOnce)
    }
    await forgetVisitors(runner)
    for (const contextId of new Set(gone.map((row) => row.context_id))) await remakeSums(runner, contextId)
    const events = gone.length
    await insertAudit(runner, [withFigures(audit, { events })])
    return { events }
  })
  if (deleted.events > 0) await database.tidy()
  return deleted
}

/**
 * Runs the counting of `count_visits` into empty tables that stand before the real ones, then compares.
 *
 * @param contextId null for all but those whose import has not ended: what they have counts when it ends
 */
export async function recountDay(
  runner: SqlRunner,
  day: number,
  contextId: number | null,
  countedAtOnce: number,
): Promise<{ counters: number; different: number }> {
  await lock(runner, 'counting')
  for (const { table } of [...BY_DAY, ...SUMS]) {
    await runner.query(
      `create temporary table if not exists ${table} (like forage.${table} including all) on commit drop`,
    )
    await runner.query(`delete from pg_temp.${table}`)
  }
  await runner.query('set local search_path = pg_temp, forage')
  const [mark] = await runner.query<{ value: number }>(
    // The mark of a store that has counted nothing is more than a number can hold.
    `select greatest(value, $1) as value from forage.marks where name = 'counted-to'`,
    [Number.MIN_SAFE_INTEGER],
  )
  const counted = mark?.value ?? 0
  let after: number | null = null
  for (;;) {
    const [row]: { closes_at_ms: number }[] = await runner.query(
      `select closes_at_ms from forage.events
      where day = $1 and ($2::bigint is null or closes_at_ms > $2) and closes_at_ms <= $3
      order by closes_at_ms offset $4 limit 1`,
      [day, after, counted, countedAtOnce - 1],
    )
    const to: number = row?.closes_at_ms ?? counted
    await runner.query(
      'select forage.count_visits(coalesce($1::bigint, -9223372036854775808), $2, $3, $3, $4)',
      [...[after, to, day, contextId]],
    )
    if (row === undefined) break
    after = to
  }
  await runner.query('set local search_path = public')
  let counters = 0
  let different = 0
  const own = 'coalesce(context_id = $1, context_id not in (select context_id from forage.imports))'
  for (const { table, keys, numbers } of BY_DAY) {
    const ofRow = ['context_id', 'arm', ...keys, 'day']
    const one = await replaced(runner, {
      table,
      scope: `day = ${day} and ${own}`,
      made: `select ${[...ofRow, ...numbers].join(', ')} from pg_temp.${table} where ${own}`,
      keys: ofRow,
      numbers,
      parameters: [contextId],
    })
    counters += one.counters
    different += one.different
  }
  return { counters, different }
}

export async function remakeSums(
  runner: SqlRunner,
  contextId: number | null,
): Promise<{ counters: number; different: number }> {
  let counters = 0
  let different = 0
  for (const { table, keys, numbers, made } of SUMS) {
    const one = await replaced(runner, {
      table,
      scope: '($1::integer is null or context_id = $1)',
      made,
      keys: ['context_id', 'arm', ...keys],
      numbers,
      parameters: [contextId],
    })
    counters += one.counters
    different += one.different
  }
  return { counters, different }
}

/** Brings the rows of a table in a scope to what was made, and says how many were not so before. */
async function replaced(
  runner: SqlRunner,
  change: {
    readonly table: string
    readonly scope: string
    readonly made: string
    readonly keys: readonly string[]
    readonly numbers: readonly string[]
    readonly parameters: readonly unknown[]
  },
): Promise<{ counters: number; different: number }> {
  const { table, scope, made, keys, numbers, parameters } = change
  const columns = [...keys, ...numbers].join(', ')
  const isSame = keys.map((key) => `t.${key} = made.${key}`).join(' and ')
  // A row that only holds zeros says the same as none.
  const isSomething = numbers.map((name) => `t.${name} <> 0`).join(' or ')
  const [row] = await runner.query<{ counters: number; gone: number; put: number }>(
    `with made (${columns}) as materialized (${made}),
    gone as (
      delete from forage.${table} t
      where ${scope} and not exists (select from made where ${isSame})
      returning (${isSomething}) as is_something
    ),
    put as (
      insert into forage.${table} as t (${columns})
      select ${columns} from made order by ${keys.join(', ')}
      on conflict (${keys.join(', ')}) do update set ${numbers.map((name) => `${name} = excluded.${name}`).join(', ')}
      where (${numbers.map((name) => `t.${name}`).join(', ')}) is distinct from (${numbers.map((name) => `excluded.${name}`).join(', ')})
      returning 1
    )
    select
      (select count(*) from made) as counters, (select count(*) from gone where is_something) as gone,
      (select count(*) from put) as put`,
    parameters,
  )
  return { counters: row?.counters ?? 0, different: (row?.gone ?? 0) + (row?.put ?? 0) }
}

/** `2026-11-25` of a day counted from 1970. */
function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

async function addToPast(
  runner: SqlRunner,
  { table, keys, numbers }: (typeof BY_DAY)[number],
  days: readonly number[],
): Promise<void> {
  const names = ['context_id', 'arm', ...keys].join(', ')
  await runner.query(
    `with gone as (
      delete from forage.${table} where day = any ($1) returning ${names}, ${numbers.join(', ')}
    )
    insert into forage.${table} as t (${names}, day, ${numbers.join(', ')})
    select ${names}, ${PAST}, ${numbers.map((name) => `sum(${name})`).join(', ')} from gone group by ${names} order by ${names}
    on conflict (${names}, day) do update set ${numbers.map((name) => `${name} = t.${name} + excluded.${name}`).join(', ')}`,
    [days],
  )
}

/** Past rows of visitors and networks without a kept day become numbers that point to nobody. */
async function forgetVisitors(runner: SqlRunner): Promise<void> {
  await runner.query(
    `with gone as (
      delete from forage.visitor_days p where day = ${PAST} and not exists (
        select from forage.visitor_days d
        where d.context_id = p.context_id and d.arm = p.arm and d.visitor = p.visitor and d.day <> ${PAST}
      ) returning context_id, arm, slates, clicked
    )
    insert into forage.past_visitors as t
    select context_id, arm, count(*), sum(slates), sum(clicked), sum(slates * slates), sum(clicked * clicked),
      sum(slates * clicked)
    from gone where slates > 0 group by 1, 2 order by 1, 2
    on conflict (context_id, arm) do update set
      visitors = t.visitors + excluded.visitors, slates = t.slates + excluded.slates,
      clicked = t.clicked + excluded.clicked, slates_squared = t.slates_squared + excluded.slates_squared,
      clicked_squared = t.clicked_squared + excluded.clicked_squared,
      slates_times_clicked = t.slates_times_clicked + excluded.slates_times_clicked`,
  )
  await runner.query(
    `with gone as (
      delete from forage.item_sources p where day = ${PAST} and not exists (
        select from forage.item_sources d
        where d.context_id = p.context_id and d.arm = p.arm and d.item_id = p.item_id
          and d.is_network = p.is_network and d.source = p.source and d.day <> ${PAST}
      ) returning context_id, arm, item_id, is_network, clicks
    )
    insert into forage.past_sources as t
    select context_id, arm, item_id, count(*) filter (where not is_network), count(*) filter (where is_network),
      coalesce(sum(clicks) filter (where is_network), 0), coalesce(max(clicks) filter (where is_network), 0)
    from gone group by 1, 2, 3 order by 1, 2, 3
    on conflict (context_id, arm, item_id) do update set
      visitors = t.visitors + excluded.visitors, networks = t.networks + excluded.networks,
      clicks = t.clicks + excluded.clicks,
      clicks_of_busiest_network = greatest(t.clicks_of_busiest_network, excluded.clicks_of_busiest_network)`,
  )
}
