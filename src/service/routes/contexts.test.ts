import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { type Managing, managing } from '../../testing/managing.ts'

let service: Managing
beforeEach(async () => {
  service = await managing()
})

const VACUUMS = { key: 'vacuums', topic: 'Vacuums' }
const create = (body: object = {}, headers = {}) =>
  service.ask('POST', '/v1/contexts', { ...VACUUMS, ...body }, headers)

describe('creating', () => {
  test('answers the context with the paper as its defaults, and audits who made it', async () => {
    const { status, headers, body } = await create()
    expect(status).toBe(201)
    expect(headers.get('location')).toBe('/v1/contexts/vacuums')
    expect(headers.get('etag')).toBe('"1"')
    expect(body).toMatchObject({
      key: 'vacuums',
      task: 'shopping-question',
      topic: 'Vacuums',
      status: 'active',
    })
    expect(body.config).toEqual(DEFAULT_CONTEXT_CONFIG)
    expect((await service.store.audit({ cursor: null, limit: 1 })).entries[0]).toMatchObject({
      action: 'context-created',
      by: 'test',
      contextKey: 'vacuums',
    })
    expect((await service.ask('GET', '/v1/contexts/vacuums/arms')).body.arms).toMatchObject([
      { arm: 'live', version: 0, iteration: null, isServed: true },
      { arm: 'holdout', version: 0 },
    ])
  })

  test('a key may hold a slash, sent as %2F', async () => {
    await create({ key: 'shop/vacuums ä' })
    const { status, body } = await service.ask('GET', `/v1/contexts/${encodeURIComponent('shop/vacuums ä')}`)
    expect([status, body.key]).toEqual([200, 'shop/vacuums ä'])
  })

  test('with Prefer: wait the answer waits for the first pool, and no longer than asked', async () => {
    const { clock } = service
    const startedAt = clock.now()
    /** Lets the time go on until it is answered. */
    const answerOf = async (asked: ReturnType<typeof create>) => {
      let isAnswered = false
      void asked.finally(() => {
        isAnswered = true
      })
      while (!isAnswered) await clock.advance(50)
      return asked
    }
    const waiting = create({}, { prefer: 'respond-async, wait=30' })
    while ((await service.ask('GET', '/v1/contexts/vacuums')).status === 404) await clock.advance(50)
    const items = ['Is it loud?', 'Is a vacuum heavy?', 'Does it need bags?'].map((text) => ({ text }))
    const added = await service.ask('POST', '/v1/contexts/vacuums/arms/live/items', { items })
    expect(added.status).toBe(200)
    const { status, headers } = await answerOf(waiting)
    expect([status, headers.get('preference-applied')]).toEqual([201, 'wait=30'])
    expect(clock.now() - startedAt).toBeLessThan(30_000)

    const beforeMs = clock.now()
    expect((await answerOf(create({ key: 'kettles' }, { prefer: 'wait=2' }))).status).toBe(201)
    expect(clock.now() - beforeMs).toBeGreaterThanOrEqual(2_000)
    expect((await create({ key: 'irons' }, { prefer: 'wait=soon' })).headers.has('preference-applied')).toBe(
      false,
    )
  })

  test('texts that people wrote are the first pool at once, and are served', async () => {
    await create({ items: ['Is it loud?', 'Is a vacuum heavy?', 'Does it need bags?'] })
    const { body: slate } = await service.ask('GET', '/v1/contexts/vacuums/slate?visitor=a')
    expect(slate).toMatchObject({ arm: 'live', version: 1 })
    expect(slate.items).toHaveLength(3)
    const { body } = await service.ask('GET', '/v1/contexts/vacuums/arms/live/versions')
    expect(body.versions).toMatchObject([{ version: 1, cause: 'import', by: 'test', iteration: 0 }])
  })

  test.each([
    [{ items: ['Is it loud?'] }, 'items'],
    [{ items: ['a?', 'b?', 'c?', 'd?', 'e?', 'f?'] }, 'items'],
    [{ items: ['Is it loud?', 'is it LOUD', 'c?'] }, 'items[1]'],
    [{ items: ['Is it loud?', '<b>x</b>', 'c?'] }, 'items[1]'],
    [{ task: 'shoping-question' }, 'task'],
    [{ article: 'A text.' }, 'article'],
    [{ task: 'headline' }, 'article'],
    [{ topic: '  ' }, 'topic'],
    [{ key: '' }, 'key'],
    [{ key: '..' }, 'key'],
    [{ key: 'a\u202eb' }, 'key'],
    [{ key: 'a\u200bb' }, 'key'],
    [{ key: 'a\u0000b' }, 'key'],
    [{ key: 'a\ud800' }, 'key'],
    [{ key: 'e\u0301' }, 'key'],
    [{ key: 'x'.repeat(201) }, 'key'],
    [{ seed: -1 }, 'seed'],
    [{ colour: 'red' }, 'colour'],
  ])('refuses %j by its field', async (change, field) => {
    const { status, body } = await create(change)
    expect(body).toMatchObject({ code: 'bad-input', field })
    expect(status).toBe(400)
    expect(await service.store.contexts({ limit: 10 })).toEqual([])
  })

  test('an unknown task or strategy is told the nearest name', async () => {
    expect((await create({ task: 'shoping-question' })).body.detail).toMatch(
      /did you mean shopping-question\?/,
    )
    const arms = [{ key: 'live', share: 1, strategy: 'explore-exploid' }]
    expect((await create({ config: { arms } })).body.detail).toMatch(/did you mean explore-exploit\?/)
  })

  test('a key that is taken is no second context', async () => {
    await create()
    expect(await create()).toMatchObject({ status: 409, body: { code: 'context-exists', field: 'key' } })
  })

  test('the same request with an Idempotency-Key gets the first answer; another body is refused', async () => {
    const headers = { 'idempotency-key': 'one' }
    const first = await create({}, headers)
    const again = await create({}, headers)
    expect([again.status, again.body]).toEqual([201, first.body])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('etag')).toBe('"1"')
    expect(await create({ topic: 'Brooms' }, headers)).toMatchObject({
      status: 422,
      body: { code: 'idempotency-key-reused' },
    })
  })

  test('a request that failed can be tried again with its Idempotency-Key', async () => {
    await create()
    const headers = { 'idempotency-key': 'two' }
    expect((await create({}, headers)).status).toBe(409)
    await service.ask('DELETE', '/v1/contexts/vacuums')
    expect((await create({}, headers)).status).toBe(201)
  })
})

describe('configuration', () => {
  const config = (config: object) => create({ config })

  test('is merged with the defaults', async () => {
    const { body } = await config({
      poolSize: 8,
      caps: { clickersMin: 1 },
      budget: { usdPerDay: 2 },
      due: {},
    })
    expect(body.config).toEqual({
      ...DEFAULT_CONTEXT_CONFIG,
      poolSize: 8,
      due: {},
      caps: { ...DEFAULT_CONTEXT_CONFIG.caps, clickersMin: 1 },
      budget: { ...DEFAULT_CONTEXT_CONFIG.budget, usdPerDay: 2 },
    })
  })

  test.each([
    [{ slateSize: 6 }, 'config.slateSize'],
    [{ poolSize: 2 }, 'config.slateSize'],
    [{ replacedPerIteration: 6 }, 'config.replacedPerIteration'],
    [{ replacedPerIteration: 3 }, 'config.replacedPerIteration'],
    [{ poolSize: 0 }, 'config.poolSize'],
    [{ poolSize: 2.5 }, 'config.poolSize'],
    [{ poolSize: '5' }, 'config.poolSize'],
    [{ samplingTemperature: 3 }, 'config.samplingTemperature'],
    [{ approval: 'yes' }, 'config.approval'],
    [{ due: { evidence: 0.5 } }, 'config.due.evidence'],
    [{ due: { clicks: 5 } }, 'config.due.clicks'],
    [{ budget: { usd: -1 } }, 'config.budget.usd'],
    [{ arms: [] }, 'config.arms'],
    [{ arms: [{ key: 'live', share: 0.5 }] }, 'config.arms'],
    [{ arms: [{ key: 'live', share: 1, isFrozen: true }] }, 'config.arms[0].isFrozen'],
    [
      {
        arms: [
          { key: 'live', share: 0.5 },
          { key: 'live', share: 0.5 },
        ],
      },
      'config.arms[1].key',
    ],
    [{ arms: [{ key: 'Live', share: 1 }] }, 'config.arms[0].key'],
    [{ arms: [{ key: 'live', share: 1, strategy: 'best' }] }, 'config.arms[0].strategy'],
    [
      { arms: [{ key: 'live', share: 1, policy: { kind: 'thompson' } }] },
      'config.arms[0].policy.uniformShare',
    ],
    [
      {
        arms: [
          { key: 'live', share: 0 },
          { key: 'b', share: 1 },
        ],
      },
      'config.arms[0].share',
    ],
  ])('%j is refused by its field', async (change, field) => {
    expect(await config(change)).toMatchObject({ status: 400, body: { code: 'bad-input', field } })
  })

  test('notes are kept, changed and taken away, and the audit tells', async () => {
    const notes = 'Friendly, for families.\nNo prices.'
    await create({ config: { notes } })
    const config = async () => (await service.ask('GET', '/v1/contexts/vacuums')).body.config
    expect((await config()).notes).toBe(notes)
    await service.ask('PATCH', '/v1/contexts/vacuums', { config: { poolSize: 6 } })
    expect((await config()).notes).toBe(notes)
    await service.ask('PATCH', '/v1/contexts/vacuums', { config: { notes: 'Plain.' } })
    expect((await config()).notes).toBe('Plain.')
    const { status } = await service.ask('PATCH', '/v1/contexts/vacuums', { config: { notes: null } })
    expect(status).toBe(200)
    expect(await config()).not.toHaveProperty('notes')
    const { entries } = await service.store.audit({ cursor: null, limit: 2 })
    expect(entries.map(({ details }) => details)).toMatchObject([
      { 'config.notes': ['Plain.', null] },
      { 'config.notes': [notes, 'Plain.'] },
    ])
  })

  test.each([
    '',
    ' \n ',
    '...',
    'x'.repeat(2001),
    'Be \u202eecin\u202c',
    'Be \u0000 nice',
    'Be \ud800 nice',
    7,
    ['Be nice'],
  ])('notes that nobody could read are refused: %j', async (notes) => {
    const { status, body } = await create({ config: { notes } })
    expect([status, body.code, body.field]).toEqual([400, 'bad-input', 'config.notes'])
  })

  test('several wrong fields are told at once', async () => {
    const { body } = await config({ poolSize: 0, slateSize: 0 })
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual([
      'config.poolSize',
      'config.slateSize',
    ])
  })

  test('shares may be decimals that do not add up to the last digit', async () => {
    const arms = [0.1, 0.2, 0.7].map((share, index) => ({ key: `a${index}`, share }))
    expect((await config({ arms })).status).toBe(201)
  })
})

describe('reading and changing', () => {
  beforeEach(() => create())
  const patch = (body: object, headers = {}) => service.ask('PATCH', '/v1/contexts/vacuums', body, headers)

  test('an unchanged context need not be sent again', async () => {
    const { headers } = await service.ask('GET', '/v1/contexts/vacuums')
    const tag = headers.get('etag') as string
    const again = await service.ask('GET', '/v1/contexts/vacuums', undefined, { 'if-none-match': tag })
    expect([again.status, again.body]).toEqual([304, ''])
    await patch({ topic: 'Vacuum Cleaners' })
    expect(
      (await service.ask('GET', '/v1/contexts/vacuums', undefined, { 'if-none-match': tag })).status,
    ).toBe(200)
  })

  test('a change made from an old revision is refused', async () => {
    expect((await patch({ topic: 'A b' }, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"')
    const late = await patch({ topic: 'C d' }, { 'if-match': '"1"' })
    expect(late).toMatchObject({ status: 412, body: { code: 'revision-mismatch' } })
    expect(late.headers.get('etag')).toBe('"2"')
    expect((await patch({ topic: 'C d' }, { 'if-match': '*' })).status).toBe(200)
    expect((await patch({ topic: 'C d' }, { 'if-match': 'nonsense' })).body.field).toBe('If-Match')
  })

  test('a change tells the audit old and new, one that changes nothing tells it nothing', async () => {
    await patch({ config: { poolSize: 7 } })
    await patch({ config: { poolSize: 7 } })
    const { entries } = await service.store.audit({ cursor: null, limit: 10 })
    expect(
      entries.filter(({ action }) => action === 'context-changed').map(({ details }) => details),
    ).toMatchObject([{ 'config.poolSize': [5, 7] }])
  })

  test('a change is checked against what stays', async () => {
    await patch({ config: { slateSize: 5 } })
    expect((await patch({ config: { poolSize: 4 } })).body.field).toBe('config.slateSize')
  })

  test('an arm that goes keeps its history and is served no more', async () => {
    await patch({ config: { arms: [{ key: 'live', share: 1 }] } })
    const { body } = await service.ask('GET', '/v1/contexts/vacuums/arms')
    expect(body.arms.map(({ arm, isServed }: { arm: string; isServed: boolean }) => [arm, isServed])).toEqual(
      [
        ['live', true],
        ['holdout', false],
      ],
    )
  })

  test('a deleted context is gone, its audit stays', async () => {
    expect((await service.ask('DELETE', '/v1/contexts/vacuums')).status).toBe(204)
    expect((await service.ask('GET', '/v1/contexts/vacuums')).body.code).toBe('context-unknown')
    expect((await service.ask('DELETE', '/v1/contexts/vacuums')).status).toBe(404)
    expect((await service.get('/v1/contexts/vacuums/slate')).status).toBe(404)
    expect((await service.store.audit({ cursor: null, limit: 1 })).entries[0]?.action).toBe('context-deleted')
  })
})

test('an iteration that left the pool as it was is told with why, and the arm with both numbers', async () => {
  await create({ items: ['Is it loud?', 'Is a vacuum heavy?', 'Does it need bags?'] })
  const { id = 0 } = (await service.store.context('vacuums')) ?? {}
  await service.store.commitPool({
    contextId: id,
    arm: 'live',
    fromVersion: 1,
    births: [],
    standings: [],
    pool: null,
    iteration: {
      iteration: 1,
      startedAtMs: 1,
      finishedAtMs: 2,
      interactions: 0,
      clicked: 0,
      born: [],
      left: [],
      refused: { markup: 4 },
      poolKept: 'nothing-accepted',
      requests: [],
    },
    by: 'optimizer',
    nowMs: 2,
    audit: [],
  })
  const { body } = await service.ask('GET', '/v1/contexts/vacuums/arms/live/iterations')
  expect(body.iterations).toMatchObject([
    { iteration: 1, poolKept: 'nothing-accepted', refused: { markup: 4 } },
  ])
  expect((await service.ask('GET', '/v1/contexts/vacuums/arms')).body.arms[0]).toMatchObject({
    version: 1,
    iteration: 0,
    latestIteration: 1,
  })
})

describe('listing', () => {
  test('goes page by page through all, and a tampered cursor is refused', async () => {
    for (const key of ['b', 'a', 'd', 'c', 'e']) await create({ key })
    const keys: string[] = []
    let next: string | null = ''
    while (next !== null) {
      const query: string = next === '' ? '' : `&cursor=${next}`
      const { body } = await service.ask('GET', `/v1/contexts?limit=2${query}`)
      keys.push(...body.contexts.map(({ key }: { key: string }) => key))
      next = body.next
    }
    expect(keys).toEqual(['a', 'b', 'c', 'd', 'e'])
    const { body } = await service.ask('GET', '/v1/contexts?limit=2')
    for (const cursor of [`${body.next}a`, `x${body.next}`, 'b', "';drop table contexts--", '%00']) {
      expect((await service.ask('GET', `/v1/contexts?cursor=${cursor}`)).body.code).toBe('cursor-unknown')
    }
    for (const limit of ['0', '201', '1e2', '-1', 'a']) {
      expect((await service.ask('GET', `/v1/contexts?limit=${limit}`)).body.field).toBe('limit')
    }
  })
})
