import type { ContextConfig } from '../../../core/live/context-config.ts'
import type { AuditEntry } from '../../../ports/store/audit.ts'
import type { ContextStore, LiveContext, NewContext } from '../../../ports/store/contexts.ts'
import { firstCommit } from '../first-commit.ts'
import { insertAudit } from './audit.ts'
import { commitPoolIn } from './commit-pool.ts'
import type { SqlDatabase, SqlRow, SqlRunner } from './database.ts'
import { keepAnswer } from './idempotency.ts'
import { lock } from './locks.ts'
import { storedConfig } from './stored-config.ts'
import { touch } from './touch.ts'

const COLUMNS = 'id, key, task, topic, article, config, status, seed, revision, created_at_ms, updated_at_ms'

export function sqlContexts(database: SqlDatabase): ContextStore {
  return {
    createContext: (given, audit, { firstPool, answer } = {}) =>
      database.transaction(async (runner) => {
        const made = await insertContext(runner, given, 'active', audit)
        if (made.kind === 'exists') return made
        await keepAnswer(runner, answer)
        const { id } = made.context
        if (firstPool === undefined) await touch(runner, id)
        else await commitPoolIn(runner, firstCommit(id, firstPool, audit))
        return made
      }),
    context: (key) => byKey(database, key),
    async contextById(id) {
      const [row] = await database.query(`select ${COLUMNS} from forage.contexts where id = $1`, [id])
      return row === undefined ? undefined : contextOf(row)
    },
    async contexts({ afterKey, limit }) {
      const rows = await database.query(
        `select ${COLUMNS} from forage.contexts where $1::text is null or key > $1 order by key limit $2`,
        [afterKey ?? null, limit],
      )
      return rows.map(contextOf)
    },
    updateContext: (key, change, expectedRevision, audit) =>
      database.transaction(async (runner) => {
        const before = await byKey(runner, key, 'for update')
        if (before === undefined) return { kind: 'missing' }
        if (expectedRevision !== null && expectedRevision !== before.revision) {
          return { kind: 'conflict', context: before }
        }
        const { topic, article, config, status } = { ...before, ...change }
        const [row] = await runner.query(
          `update forage.contexts set
            topic = $2, article = $3, config = $4, slates_per_visitor = $5, clicked_slates_per_visitor = $6,
            slates_per_network = $7, clicked_slates_per_network = $8, status = $9, revision = revision + 1,
            updated_at_ms = $10
          where id = $1 returning ${COLUMNS}`,
          [before.id, topic, article ?? null, JSON.stringify(config), ...capsOf(config), status, audit.atMs],
        )
        const context = contextOf(row as SqlRow)
        await putArms(runner, context)
        await insertAudit(runner, [audit])
        await touch(runner, context.id)
        return { kind: 'updated', context }
      }),
    deleteContext: (key, audit, expectedRevision) =>
      database.transaction(async (runner) => {
        // No count may be on its way while the counters go.
        await lock(runner, 'counting')
        if (expectedRevision !== undefined) {
          const before = await byKey(runner, key, 'for update')
          if (before !== undefined && before.revision !== expectedRevision) return 'conflict'
        }
        const [row] = await runner.query<{ id: number }>(
          'delete from forage.contexts where key = $1 returning id',
          [key],
        )
        if (row === undefined) return 'missing'
        for (const table of OF_A_CONTEXT) {
          await runner.query(`delete from forage.${table} where context_id = $1`, [row.id])
        }
        await insertAudit(runner, [audit])
        await runner.query('select forage.touch_serving($1, true)', [row.id])
        return 'deleted'
      }),
  }
}

/** All of making a context but telling the serving nodes. */
export async function insertContext(
  runner: SqlRunner,
  { key, task, topic, article, config, seed }: NewContext,
  status: LiveContext['status'],
  audit: AuditEntry,
): Promise<{ readonly kind: 'created' | 'exists'; readonly context: LiveContext }> {
  const [made] = await runner.query(
    `insert into forage.contexts (
      key, task, topic, article, config, slates_per_visitor, clicked_slates_per_visitor,
      slates_per_network, clicked_slates_per_network, status, seed, revision, created_at_ms, updated_at_ms
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12, $12)
    on conflict (key) do nothing returning ${COLUMNS}`,
    [key, task, topic, article ?? null, JSON.stringify(config), ...capsOf(config), status, seed, audit.atMs],
  )
  if (made === undefined) return { kind: 'exists', context: (await byKey(runner, key)) as LiveContext }
  const context = contextOf(made)
  await putArms(runner, context)
  await insertAudit(runner, [audit])
  return { kind: 'created', context }
}

/** Tables that hold what belongs to a context, beside those that go with its row. */
const OF_A_CONTEXT = [
  'events',
  'item_tallies',
  'slate_tallies',
  'left_out',
  'visitor_days',
  'network_days',
  'item_sources',
  'past_visitors',
  'past_sources',
  'item_totals',
  'iteration_visits',
  'visitor_sums',
]

export function contextOf(row: SqlRow): LiveContext {
  return {
    id: row.id as number,
    key: row.key as string,
    task: row.task as string,
    topic: row.topic as string,
    ...(row.article === null ? {} : { article: row.article as string }),
    config: storedConfig(row.config),
    status: row.status as LiveContext['status'],
    seed: row.seed as number,
    revision: row.revision as number,
    createdAtMs: row.created_at_ms as number,
    updatedAtMs: row.updated_at_ms as number,
  }
}

async function byKey(runner: SqlRunner, key: string, lock = ''): Promise<LiveContext | undefined> {
  const [row] = await runner.query(`select ${COLUMNS} from forage.contexts where key = $1 ${lock}`, [key])
  return row === undefined ? undefined : contextOf(row)
}

/**
 * Makes the arms that are new and brings what is copied from the configuration up to date. What failed may go well
 * now, so it is tried at once.
 */
async function putArms(runner: SqlRunner, { id, config }: LiveContext): Promise<void> {
  const { due, arms, slateSize, poolSize } = config
  await runner.query(
    `insert into forage.arms (
      context_id, arm, is_active, is_main, is_frozen, due_interactions, due_every_ms, is_due_by_evidence, size_min
    )
    select $1, arm, true, number = 1, is_frozen, $4, $5, $6, $7
    from unnest($2::text[], $3::boolean[]) with ordinality as given (arm, is_frozen, number) order by number
    on conflict (context_id, arm) do update set
      is_active = true, is_main = excluded.is_main, is_frozen = excluded.is_frozen,
      next_attempt_at_ms = 0, due_interactions = excluded.due_interactions, due_every_ms = excluded.due_every_ms,
      is_due_by_evidence = excluded.is_due_by_evidence, size_min = excluded.size_min`,
    [
      id,
      arms.map(({ key }) => key),
      arms.map(({ isFrozen }) => isFrozen),
      due.interactions ?? null,
      due.everySeconds === undefined ? null : due.everySeconds * 1000,
      due.evidence !== undefined,
      Math.min(slateSize, poolSize),
    ],
  )
  await runner.query(
    'update forage.arms set is_active = false where context_id = $1 and is_active and arm <> all ($2::text[])',
    [id, arms.map(({ key }) => key)],
  )
}

function capsOf({ caps }: ContextConfig): number[] {
  return [
    caps.slatesPerVisitor,
    caps.clickedSlatesPerVisitor,
    caps.slatesPerNetwork,
    caps.clickedSlatesPerNetwork,
  ]
}
