import { DEFAULT_CONTEXT_CONFIG } from '../core/live/context-config.ts'
import type { LiveItem } from '../core/live/live-item.ts'
import { type LiveEvent, type SlateClaims, WHOLE_SLATE } from '../core/live/slate-claims.ts'
import { type Random, randomStream } from '../core/random.ts'
import type { LiveContext } from '../ports/store/contexts.ts'
import type { Store } from '../ports/store/store.ts'

const DAY_MS = 86_400_000

/** When the first visit was issued. */
const LIVED_FROM_MS = Date.UTC(2026, 0, 5)

const WINDOW_MS = 1_800_000

/** Up to which closing time a lived store has counted. */
export const LIVED_COUNTED_MS = LIVED_FROM_MS + DAY_MS + WINDOW_MS + 50_000

/**
 * A context with all that can be moved: two pools with lineage, two iterations, items of every standing, visits of two
 * days of which the first has been dropped, marked ones, and some whose window is open.
 */
export async function liveOn(store: Store, key: string, seed: number): Promise<LiveContext> {
  const audit = { atMs: LIVED_FROM_MS, by: 'test', action: 'context-created', contextKey: key, details: {} }
  const { context } = await store.createContext(
    {
      key,
      task: 'shopping-question',
      topic: 'Vacuums',
      config: { ...DEFAULT_CONTEXT_CONFIG, notes: 'Friendly.\nNo prices.' },
      seed,
    },
    audit,
  )
  const random = randomStream(seed, 'lived-store')
  const commit = { contextId: context.id, by: 'optimizer', audit: [] }
  for (const arm of ['live', 'holdout']) {
    await store.commitPool({
      ...commit,
      arm,
      fromVersion: 0,
      births: [0, 1, 2, 3, 4].map((number) => item(number)),
      standings: [],
      pool: { itemIds: ['i0', 'i1', 'i2', 'i3', 'i4'], iteration: 0, cause: 'initial' },
      nowMs: LIVED_FROM_MS,
    })
  }
  await store.ingest(visits(context.id, 1, ['i0', 'i1', 'i2', 'i3', 'i4'], LIVED_FROM_MS, 60, random))
  await store.commitPool({
    ...commit,
    arm: 'live',
    fromVersion: 1,
    births: [
      item(5, { mode: 'explore', parents: ['i1'], bornAt: 1, meanLogProbability: -1.5 }),
      item(6, { standing: 'waiting', mode: 'person', editedFrom: 'i2' }),
    ],
    standings: [
      { itemId: 'i0', standing: 'banned' },
      { itemId: 'i1', isPinned: true },
    ],
    pool: { itemIds: ['i5', 'i1', 'i2', 'i3', 'i4'], iteration: 1, cause: 'iteration' },
    iteration: {
      iteration: 1,
      startedAtMs: LIVED_FROM_MS + 1,
      finishedAtMs: LIVED_FROM_MS + 2,
      interactions: 60,
      clicked: 20,
      born: ['i5'],
      left: ['i0'],
      refused: { 'too-long': 1 },
      requests: [
        {
          mode: 'explore',
          attempt: 0,
          answerKey: 'a'.repeat(64),
          candidates: [{ text: 'Is "it" <b>loud</b>?', fate: 'refused', reason: 'markup' }],
        },
      ],
    },
    nowMs: LIVED_FROM_MS + DAY_MS / 2,
  })
  await store.commitPool({
    ...commit,
    arm: 'live',
    fromVersion: 2,
    births: [],
    standings: [],
    pool: null,
    iteration: {
      iteration: 2,
      startedAtMs: LIVED_FROM_MS + DAY_MS - 1,
      finishedAtMs: LIVED_FROM_MS + DAY_MS,
      interactions: 5,
      clicked: 0,
      born: [],
      left: [],
      refused: {},
      poolKept: 'nothing-planned',
      requests: [],
    },
    nowMs: LIVED_FROM_MS + DAY_MS,
  })
  await store.ingest(
    visits(context.id, 2, ['i5', 'i1', 'i2', 'i3', 'i4'], LIVED_FROM_MS + DAY_MS, 60, random),
  )
  return context
}

/** Counts the first two days but for the latest visits, and drops the raw events of the first. */
export async function ageStore(store: Store): Promise<void> {
  await store.countClosed(LIVED_COUNTED_MS)
  await store.dropEventsBefore(LIVED_FROM_MS + DAY_MS, {
    atMs: LIVED_COUNTED_MS,
    by: 'system',
    action: 'events-dropped',
    contextKey: null,
    details: {},
  })
}

function item(number: number, change: Partial<LiveItem> = {}): LiveItem {
  return {
    id: `i${number}`,
    text: `Which vacuum is number ${number}, "the quiet one"?`,
    mode: 'seed',
    parents: [],
    bornAt: 0,
    writtenBy: 'grammar',
    promptVersion: 'seed@1',
    standing: 'approved',
    isPinned: false,
    createdAtMs: LIVED_FROM_MS,
    ...change,
  }
}

function visits(
  contextId: number,
  version: number,
  pool: readonly string[],
  fromMs: number,
  count: number,
  random: Random,
): LiveEvent[] {
  return Array.from({ length: count }, (_, number) => {
    const issuedAtMs = fromMs + number * 1000
    const first = random.integer(pool.length)
    const slate: SlateClaims = {
      slateId: `slate-${contextId}-${version}-${number}`,
      contextId,
      arm: 'live',
      version,
      itemIds: [0, 1, 2].map((place) => pool[(first + place) % pool.length] as string),
      policy: 'uniform',
      isUniform: true,
      propensity: 1 / 60,
      issuedAtMs,
      closesAtMs: issuedAtMs + WINDOW_MS,
      visitor: visitorOf(`v${random.integer(20)}`),
    }
    const event = (kind: LiveEvent['kind'], position: number): LiveEvent => ({
      eventId: `${kind}-${position}`,
      slate,
      kind,
      position,
      occurredAtMs: issuedAtMs + 500,
      receivedAtMs: issuedAtMs + 600,
      mark: number % 13 === 12 ? 'bot' : 'none',
      network: `network-${random.integer(3)}`,
    })
    const seen = event('impression', WHOLE_SLATE)
    return random.integer(3) === 0 ? [seen, event('click', random.integer(3))] : [seen]
  }).flat()
}

/** The hash that a visitor of a lived store goes by. */
export function visitorOf(name: string): string {
  return `${name}-`.padEnd(22, '0')
}
