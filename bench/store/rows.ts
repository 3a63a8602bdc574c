import type { SqlDatabase } from '../../src/adapters/store/sql/database.ts'
import { DEFAULT_CONTEXT_CONFIG } from '../../src/core/live/context-config.ts'
import type { LiveEvent } from '../../src/core/live/slate-claims.ts'
import { type Random, randomStream } from '../../src/core/random.ts'

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const START_MS = 1_764_028_800_000
const WINDOW_MS = 1_800_000

/** Events as people make them: each slate is seen, one in five is clicked. Slates go over all contexts in turn. */
export function eventSource(seed: number, contexts: number): (count: number) => LiveEvent[] {
  const random = randomStream(seed, 'store-bench')
  let slates = 0
  const left: LiveEvent[] = []
  return (count) => {
    while (left.length < count) {
      const number = slates++
      const issuedAtMs = START_MS + number
      const slate: LiveEvent['slate'] = {
        slateId: name(random),
        contextId: (number % contexts) + 1,
        arm: 'live',
        version: 1,
        itemIds: ['i0', 'i3', 'i4'],
        policy: 'uniform',
        isUniform: true,
        propensity: 1 / 60,
        issuedAtMs,
        closesAtMs: issuedAtMs + WINDOW_MS,
        visitor: name(random),
      }
      const common = {
        slate,
        occurredAtMs: issuedAtMs + 900,
        receivedAtMs: issuedAtMs + 1000,
        mark: 'none',
      } as const
      const network = name(random)
      left.push({ ...common, eventId: name(random), kind: 'impression', position: -1, network })
      if (random.integer(5) === 0) {
        left.push({ ...common, eventId: name(random), kind: 'click', position: random.integer(3), network })
      }
    }
    return left.splice(0, count)
  }
}

/** 22 characters, as ids of slates, visitors and networks are. */
function name(random: Random): string {
  let text = ''
  while (text.length < 22) {
    const bits = random.next32() >>> 0
    text +=
      (DIGITS[bits & 63] as string) +
      DIGITS[(bits >>> 6) & 63] +
      DIGITS[(bits >>> 12) & 63] +
      DIGITS[(bits >>> 18) & 63]
  }
  return text.slice(0, 22)
}

/** Contexts with two arms of five items each, put there by SQL: making them one by one is not the question. */
export async function makeContexts(database: SqlDatabase, count: number): Promise<void> {
  await database.query(
    `insert into forage.contexts (
      key, task, topic, config, slates_per_visitor, clicked_slates_per_visitor, clicked_slates_per_network, status,
      seed, revision, created_at_ms, updated_at_ms
    ) select 'context-' || n, 'shopping-question', 'Vacuums', $2, 500, 20, 500, 'active', 1, 1, 1, 1
    from generate_series(1, $1::integer) n`,
    [count, JSON.stringify(DEFAULT_CONTEXT_CONFIG)],
  )
  await database.query(
    `insert into forage.arms (
      context_id, arm, is_active, is_main, is_frozen, is_due_by_evidence, due_interactions, size_min, version,
      iteration, pool_ids, last_iteration_at_ms
    ) select id, arm, true, arm = 'live', arm <> 'live', false, 5000, 3, 1, 0, '{i0,i1,i2,i3,i4}', 1
    from forage.contexts, unnest('{live,holdout}'::text[]) arm`,
  )
  await database.query(
    `insert into forage.items (
      context_id, arm, item_id, number, text, mode, parents, born_at, written_by, prompt_version, standing, is_pinned,
      created_at_ms
    ) select context_id, arm, 'i' || n, n, 'Which vacuum number ' || n || ' is the one for long hair?', 'seed', '{}', 0,
      'grammar', 'seed@1', 'approved', false, 1
    from forage.arms, generate_series(0, 4) n`,
  )
  await database.query(
    `insert into forage.pool_versions (context_id, arm, version, iteration, item_ids, cause, made_by, created_at_ms)
    select context_id, arm, 1, 0, pool_ids, 'initial', 'optimizer', 1 from forage.arms`,
  )
  await database.query(
    'insert into forage.serving (context_id, sequence, is_removed) select id, id, false from forage.contexts',
  )
  await database.query(`update forage.marks set value = $1 where name = 'serving-sequence'`, [count])
}
