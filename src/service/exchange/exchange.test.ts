import { beforeAll, describe, expect, test } from 'vitest'
import { memoryStore } from '../../adapters/store/memory.ts'
import { pgliteStore } from '../../adapters/store/pglite.ts'
import { InputError } from '../../core/errors.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { Store } from '../../ports/store/store.ts'
import { ageStore, LIVED_COUNTED_MS, liveOn } from '../../testing/lived-store.ts'
import { managing } from '../../testing/managing.ts'
import { type ServiceUnderTest, serviceUnderTest } from '../../testing/service-under-test.ts'
import { audit } from '../../testing/store-conformance/fixture.ts'
import { exportRecords } from './export-records.ts'
import { type ImportSummary, importRecords } from './import-records.ts'
import { ndjson } from './lines.ts'

let service: ServiceUnderTest
let lived: Store
let text: string

beforeAll(async () => {
  service = await serviceUnderTest()
  lived = memoryStore()
  await liveOn(lived, 'vacuums', 1)
  await liveOn(lived, 'article/2', 2)
  await ageStore(lived)
  text = await exported(lived)
})

async function exported(store: Store, key?: string): Promise<string> {
  const only = key === undefined ? null : ((await store.context(key)) ?? null)
  let all = ''
  for await (const piece of ndjson(exportRecords(store, only, 5))) all += piece
  return all
}

function imported(store: Store, lines: string, pieceBytes = 1000): Promise<ImportSummary> {
  const bytes = Buffer.from(lines, 'utf8')
  const { tasks, names } = service.dependencies
  async function* pieces() {
    for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes)
  }
  return importRecords(store, pieces(), {
    tasks,
    names,
    source: 'file',
    audit: (action, contextKey, details) => ({
      atMs: 7,
      by: 'test',
      action,
      contextKey,
      details: { ...details },
    }),
  })
}

/** All that a context has, without what hangs on the store's numbers. */
async function knownOf(store: Store, key: string) {
  const context = await store.context(key)
  if (context === undefined) throw new Error(`no ${key}`)
  const arms = await store.arms(context.id)
  return {
    context: { ...context, id: 0, revision: 0, createdAtMs: 0, updatedAtMs: 0 },
    open: await store.openCounts(context.id),
    events: inOrder((await store.events({ contextId: context.id, cursor: null, limit: 10_000 })).events).map(
      (one) => ({ ...one, slate: { ...one.slate, contextId: 0 } }),
    ),
    arms: await Promise.all(
      arms.map(async (state) => {
        const { visitors: _, ...tallies } = await store.tallies(context.id, state.arm)
        return {
          ...state,
          contextId: 0,
          tallies,
          items: await store.items(context.id, state.arm),
          versions: await store.versions(context.id, state.arm, { limit: 100 }),
          iterations: await store.iterations(context.id, state.arm, { limit: 100 }),
        }
      }),
    ),
  }
}

describe.each([
  ['memory', async () => memoryStore()],
  ['pglite', () => pgliteStore({ directory: null })],
] as const)('into %s', (_name, open) => {
  test('all comes over, twice changes nothing, counts go on', async () => {
    const store = await open()
    await store.migrate()
    const first = await imported(store, text)
    expect(first.contexts.map(({ key, outcome }) => [key, outcome])).toEqual([
      ['article/2', 'imported'],
      ['vacuums', 'imported'],
    ])
    expect(first.contexts[0]).toMatchObject({ items: 12, versions: 3, iterations: 2 })
    expect(first.contexts[0]?.events).toBeGreaterThan(60)
    // The copy counts what has closed there; a new store has sealed nothing yet.
    await store.countClosed(LIVED_COUNTED_MS)
    for (const key of ['vacuums', 'article/2'])
      expect(await knownOf(store, key)).toEqual(await knownOf(lived, key))

    const second = await imported(store, text, 65_536)
    expect(second.contexts.map(({ outcome, events }) => [outcome, events])).toEqual([
      ['kept', 0],
      ['kept', 0],
    ])
    for (const key of ['vacuums', 'article/2'])
      expect(await knownOf(store, key)).toEqual(await knownOf(lived, key))
    expect(await store.recount(audit())).toMatchObject({ different: 0 })
    expect(withoutSums(await exported(store))).toEqual(withoutSums(text))
    await store.close()
  })
})

/** Records but for sums over visitors, who are two when they were seen before and after the drop. */
function withoutSums(lines: string): unknown[] {
  const records = lines
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('{"record":"counts"'))
    .map((line) => JSON.parse(line))
  return [
    ...records.filter(({ record }) => record !== 'event'),
    ...inOrder(records.filter(({ record }) => record === 'event')),
  ]
}

/** Each store has its own order. */
function inOrder<Event extends Pick<LiveEvent, 'eventId'> & { slate: { slateId: string } }>(
  events: readonly Event[],
): Event[] {
  const key = ({ slate, eventId }: Event) => `${slate.slateId} ${eventId}`
  return [...events].sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

test('an import that was cut off goes on where it stood', async () => {
  const store = memoryStore()
  const lines = text.split('\n')
  const cut = lines.findIndex((line) => line.includes('"event"')) + 10
  await expect(imported(store, lines.slice(0, cut).join('\n'))).rejects.toThrow(
    /file:\d+: "end": the export is cut off/,
  )
  expect((await store.context('article/2'))?.status).toBe('paused')
  const { contexts } = await imported(store, text)
  expect(contexts.map(({ key, outcome }) => [key, outcome])).toEqual([
    ['article/2', 'completed'],
    ['vacuums', 'imported'],
  ])
  await store.countClosed(LIVED_COUNTED_MS)
  expect(await knownOf(store, 'article/2')).toEqual(await knownOf(lived, 'article/2'))
})

test('one context alone, and into a store that has others', async () => {
  const store = memoryStore()
  await liveOn(store, 'vacuums', 3)
  const before = await knownOf(store, 'vacuums')
  const { contexts } = await imported(store, await exported(lived, 'article/2'))
  expect(contexts.map(({ key }) => key)).toEqual(['article/2'])
  expect(await knownOf(store, 'vacuums')).toEqual(before)
})

describe('what is wrong is told with its line', () => {
  const changed = (kind: string, change: (record: Record<string, unknown>) => void) => () => {
    let isDone = false
    return text
      .split('\n')
      .map((line) => {
        if (isDone || !line.startsWith(`{"record":"${kind}"`)) return line
        isDone = true
        const record = JSON.parse(line) as Record<string, unknown>
        change(record)
        return JSON.stringify(record)
      })
      .join('\n')
  }
  test.each<[string, () => string, RegExp]>([
    ['no JSON', () => text.replace('{"record":"item"', '{"record":"item'), /file:3: .*the line is not JSON/],
    ['no UTF-8', () => '\ud800', /file:1: .*give one|not UTF-8|not JSON/],
    ['an unknown record', () => '{"record":"poem"}', /file:1: record: "poem": give one of the records/],
    ['no first line', () => text.slice(text.indexOf('\n') + 1), /file:1: "context": the first line must be/],
    [
      'another format',
      changed('forage-export', (one) => {
        one.format = 9
      }),
      /file:1: format: 9: this version reads format 1/,
    ],
    [
      'a field that is not there',
      changed('item', (one) => {
        one.colour = 'red'
      }),
      /file:3: colour: "red": there is no such field/,
    ],
    [
      'hidden characters',
      changed('item', (one) => {
        one.text = 'a\u202eb'
      }),
      /file:3: text: "a b": give one line/,
    ],
    [
      'a gap between items',
      changed('item', (one) => {
        one.id = 'i7'
      }),
      /file:3: id: "i7": .*give i0/,
    ],
    [
      'an unknown item',
      changed('version', (one) => {
        one.itemIds = ['i99']
      }),
      /file:\d+: itemIds: "i99": the arm live has no such item/,
    ],
    [
      'a gap between versions',
      changed('version', (one) => {
        one.version = 2
      }),
      /version: 2: versions count from 1/,
    ],
    [
      'a config that does not fit',
      changed('context', (one) => {
        ;(one.config as { slateSize: number }).slateSize = 9
      }),
      /file:2: "article\/2": config.slateSize: 9/,
    ],
    [
      'an unknown task',
      changed('context', (one) => {
        one.task = 'poem'
      }),
      /file:\d+: "poem": there is no such task/,
    ],
    [
      'an article too many',
      changed('context', (one) => {
        one.article = 'About it.'
      }),
      /takes no article/,
    ],
    [
      'a line of another context',
      changed('version', (one) => {
        one.context = 'other'
      }),
      /context: "other": this is not the open context, "article\/2"/,
    ],
    [
      'a place outside of the slate',
      changed('event', (one) => {
        one.position = 3
      }),
      /position: 3: give a whole number from 0 to 2/,
    ],
    [
      'a version to come',
      changed('event', (one) => {
        ;(one.slate as { version: number }).version = 9
      }),
      /slate.version: 9: the arm live has versions up to 2/,
    ],
    [
      'more clicks than impressions',
      changed('past-counts', (one) => {
        ;(one.items as { clicks: number }[])[0]!.clicks = 1e6
      }),
      /items\[0\]: .*more clicks/,
    ],
    [
      'a number missing',
      () => text.replace(/"records":\d+/, '"records":3'),
      /records: 3: lines are missing or too many/,
    ],
    [
      'a pool that may not be served',
      () => text.replaceAll('"standing":"approved"', '"standing":"rejected"'),
      /holds an item that is rejected/,
    ],
  ])('%s', async (_what, lines, message) => {
    const store = memoryStore()
    const failure = await imported(store, lines()).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(InputError)
    expect((failure as Error).message).toMatch(message)
    expect(await store.recount(audit())).toMatchObject({ different: 0 })
  })
})

test.each([
  ['the same', 'kept'],
  ['another', undefined],
])('where somebody puts %s task at the same moment theirs stays', async (which, outcome) => {
  const fresh = await managing()
  const [task] = fresh.dependencies.tasks.builtIn
  const mine = { ...(task as TaskDefinition), key: 'mine' }
  const theirs = which === 'another' ? { ...mine, name: 'Theirs' } : mine
  const { putTask } = fresh.store
  fresh.store.putTask = async (wanted, before, line) => {
    await putTask(theirs, null, line)
    return putTask(wanted, before, line)
  }
  const lines = [
    { record: 'forage-export', format: 1, exportedAtMs: 5 },
    { record: 'task', task: mine },
    { record: 'end', records: 3 },
  ].map((one) => `${JSON.stringify(one)}\n`)
  const { status, body } = await fresh.ask('POST', '/v1/import', lines.join(''), {
    'content-type': 'application/x-ndjson',
  })
  if (outcome === undefined)
    expect([status, body.detail]).toEqual([400, expect.stringMatching(/another task/)])
  else expect(body.tasks).toEqual([{ key: 'mine', outcome }])
  expect(await fresh.store.tasks()).toEqual([theirs])
})
