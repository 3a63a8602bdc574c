import { beforeEach, describe, expect, test } from 'vitest'
import { type Managing, managing } from '../../testing/managing.ts'

const TEXTS = [
  'Is a vacuum loud?',
  'Does it need bags?',
  'Who repairs vacuums?',
  'Is it heavy?',
  'Is it cheap?',
]

let service: Managing
let contextId: number
const AT = '/v1/contexts/vacuums/arms/live'
beforeEach(async () => {
  service = await managing()
  contextId = (await service.context('vacuums', TEXTS)).id
})

const live = async (arm = 'live') => (await service.store.arms(contextId)).find((one) => one.arm === arm)
const pool = async (arm = 'live') => (await live(arm))?.poolIds
const patch = (id: string, body: object, arm = 'live') =>
  service.ask('PATCH', `/v1/contexts/vacuums/arms/${arm}/items/${id}`, body)
const bring = (body: object) => service.ask('POST', `${AT}/items`, body)
const audited = async () => (await service.store.audit({ cursor: null, limit: 20 })).entries
const slateIds = async () => {
  const ids = new Set<string>()
  for (let visit = 0; visit < 60; visit++) {
    const { body } = await service.ask('GET', `/v1/contexts/vacuums/slate?visitor=v${visit}`)
    if (body.arm === 'live') for (const { id } of body.items) ids.add(id)
  }
  return [...ids].sort()
}

describe('a ban', () => {
  test('takes a live item out of the next slate, everywhere, and asks for an iteration to fill its place', async () => {
    const { status, body } = await patch('i2', { standing: 'banned' })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      item: { id: 'i2', standing: 'banned', isLive: false },
      version: 2,
      alsoBanned: [{ arm: 'holdout', id: 'i2', version: 2 }],
    })
    expect(body.warnings).toEqual([expect.stringMatching(/4 of 5 items; the next iteration is asked for/)])
    expect(await pool()).toEqual(['i0', 'i1', 'i3', 'i4'])
    expect(await slateIds()).toEqual(['i0', 'i1', 'i3', 'i4'])
    expect((await live())?.isRunRequested).toBe(true)
    expect((await live('holdout'))?.isRunRequested).toBe(false)
    expect((await audited())[1]).toMatchObject({
      action: 'item-banned',
      by: 'test',
      details: { arm: 'live', item: 'i2', text: TEXTS[2], from: 'approved' },
    })
  })

  test('may stay with one arm', async () => {
    expect((await patch('i2', { standing: 'banned', everywhere: false })).body.alsoBanned).toEqual([])
    expect(await pool('holdout')).toHaveLength(5)
  })

  test('again changes nothing', async () => {
    await patch('i2', { standing: 'banned' })
    const before = (await audited()).length
    expect((await patch('i2', { standing: 'banned' })).body.version).toBe(2)
    expect((await audited()).length).toBe(before)
  })

  test('of everything leaves default slates, and says so', async () => {
    for (const id of ['i0', 'i1', 'i2', 'i3']) await patch(id, { standing: 'banned' })
    const { body } = await patch('i4', { standing: 'banned' })
    expect(body.warnings[0]).toMatch(/pool is empty: slates are the default ones/)
    const slate = await service.ask('GET', '/v1/contexts/vacuums/slate')
    expect(slate).toMatchObject({ status: 200, body: { isDefault: true, items: [] } })
  })

  test('can be taken back; the item gets a free place', async () => {
    await patch('i2', { standing: 'banned' })
    expect((await patch('i2', { standing: 'approved' })).body).toMatchObject({
      item: { isLive: true },
      version: 3,
    })
    expect(await pool()).toEqual(['i0', 'i1', 'i3', 'i4', 'i2'])
  })
})

describe('a pin', () => {
  test('is set and taken away; only a live item has one', async () => {
    expect((await patch('i1', { isPinned: true })).body.item.isPinned).toBe(true)
    expect((await patch('i1', { isPinned: false })).body.item.isPinned).toBe(false)
    await patch('i1', { standing: 'banned' })
    expect((await patch('i1', { isPinned: true })).body.code).toBe('item-standing')
    expect((await patch('i1', { standing: 'approved', isPinned: true })).body.item).toMatchObject({
      isPinned: true,
      standing: 'approved',
    })
  })

  test('keeps an item where the worst would have to leave', async () => {
    for (const id of ['i0', 'i1', 'i2', 'i3', 'i4']) await patch(id, { isPinned: true })
    const full = await bring({ items: [{ text: 'Is it red?' }], place: 'worst' })
    expect(full).toMatchObject({ status: 409, body: { code: 'pool-full', field: 'place' } })
    await patch('i3', { isPinned: false })
    expect((await bring({ items: [{ text: 'Is it red?' }], place: 'worst' })).status).toBe(200)
    expect(await pool()).toEqual(['i0', 'i1', 'i2', 'i4', 'i5'])
  })
})

describe('an import', () => {
  test('needs a place in a full pool', async () => {
    expect((await bring({ items: [{ text: 'Is it red?' }] })).body.code).toBe('pool-full')
    expect(
      (await bring({ items: TEXTS.map((text) => ({ text: `${text} Really?` })), place: 'all' })).body,
    ).toMatchObject({
      version: 2,
      results: [{ status: 'imported', id: 'i5' }, {}, {}, {}, { id: 'i9' }],
    })
    expect(await pool()).toEqual(['i5', 'i6', 'i7', 'i8', 'i9'])
    const { body } = await service.ask('GET', `${AT}/versions`)
    expect(body.versions.map(({ cause, by }: { cause: string; by: string }) => [cause, by])).toEqual([
      ['import', 'test'],
      ['initial', 'test'],
    ])
  })

  test('tells what became of each; what is refused stays out', async () => {
    const items = [
      'Is it red?',
      'IS IT RED',
      TEXTS[0],
      '<b>Is it?</b>',
      'a\u202eb?',
      'Two\nlines?',
      'see http://x.example',
    ].map((text) => ({ text }))
    const { body } = await bring({ items, place: 'worst' })
    expect(
      body.results.map((result: { id?: string; reason?: string }) => result.id ?? result.reason),
    ).toEqual(['i5', 'duplicate', 'duplicate', 'markup', 'control-characters', 'multi-line', 'markup'])
    expect(await pool()).toHaveLength(5)
  })

  test('may be held to all that a model is held to', async () => {
    const { body } = await bring({
      items: [{ text: 'Nothing of vacuums to be asked about' }],
      place: 'worst',
      checks: 'task',
    })
    expect(body.results[0]).toMatchObject({ status: 'refused', reason: 'ending' })
    expect((await live())?.version).toBe(1)
  })

  test('replaces the item with the lowest CTR, not one that was never shown', async () => {
    await service.store.ingest([])
    const tallies = service.store.tallies
    service.store.tallies = async (id, arm) => ({
      ...(await tallies(id, arm)),
      items: [
        {
          version: 1,
          itemId: 'i0',
          position: 0,
          isUniform: true,
          impressions: 10,
          clicks: 5,
          noClickImpressions: 5,
        },
        {
          version: 1,
          itemId: 'i3',
          position: 1,
          isUniform: true,
          impressions: 10,
          clicks: 1,
          noClickImpressions: 9,
        },
      ],
    })
    await bring({ items: [{ text: 'Is it red?' }], place: 'worst' })
    expect(await pool()).toEqual(['i0', 'i1', 'i2', 'i4', 'i5'])
  })

  test('the same request again imports nothing again', async () => {
    const body = JSON.stringify({ items: [{ text: 'Is it red?' }], place: 'worst' })
    const send = () => service.ask('POST', `${AT}/items`, body, { 'idempotency-key': 'a' })
    const first = await send()
    expect(await send()).toMatchObject({ status: 200, body: first.body })
    expect((await live())?.version).toBe(2)
  })
})

describe('approval', () => {
  const births = async (texts: string[], iteration: number, left: string[]) => {
    const state = await live()
    const known = (await service.store.items(contextId, 'live')).length
    const items = texts.map((text, index) => ({
      id: `i${known + index}`,
      text,
      mode: 'seed',
      parents: [],
      bornAt: iteration,
      writtenBy: 'test',
      promptVersion: 'test@1',
      standing: 'waiting' as const,
      isPinned: false,
      createdAtMs: 0,
    }))
    const born = items.map(({ id }) => id)
    await service.store.commitPool({
      contextId,
      arm: 'live',
      fromVersion: state?.version ?? 0,
      births: items,
      standings: [],
      pool: state?.version === 0 ? null : { itemIds: state?.poolIds ?? [], iteration, cause: 'iteration' },
      iteration: {
        iteration,
        startedAtMs: 0,
        finishedAtMs: 0,
        interactions: 0,
        clicked: 0,
        born,
        left,
        refused: {},
        requests: [],
      },
      by: 'optimizer',
      nowMs: 0,
      audit: [],
    })
  }

  test('brings a waiting item in for the one that its iteration meant to replace', async () => {
    await births(['Is it red?', 'Is it blue?'], 1, ['i1', 'i3'])
    expect(await pool()).toHaveLength(5)
    expect((await patch('i5', { standing: 'approved' })).body.item).toMatchObject({
      isLive: true,
      standing: 'approved',
    })
    expect(await pool()).toEqual(['i0', 'i2', 'i3', 'i4', 'i5'])
    expect((await patch('i6', { standing: 'rejected' })).body.item).toMatchObject({
      standing: 'rejected',
      isLive: false,
    })
    expect(await pool()).toEqual(['i0', 'i2', 'i3', 'i4', 'i5'])
    expect((await live())?.iteration).toBe(1)
    expect((await patch('i0', { standing: 'rejected' })).body.code).toBe('item-standing')
  })

  test('starts the first pool once one slate is approved', async () => {
    contextId = (await service.context('vacuums2', [])).id
    await births(TEXTS, 0, [])
    const approve = (id: string) =>
      service.ask('PATCH', `/v1/contexts/vacuums2/arms/live/items/${id}`, { standing: 'approved' })
    expect((await approve('i1')).body).toMatchObject({
      version: 0,
      warnings: [expect.stringMatching(/3 approved items; there are 1/)],
    })
    await approve('i3')
    expect((await approve('i0')).body.version).toBe(1)
    expect(await pool()).toEqual(['i1', 'i3', 'i0'])
    expect((await live())?.iteration).toBe(0)
    await approve('i2')
    expect(await pool()).toEqual(['i1', 'i3', 'i0', 'i2'])
  })
})

describe('an edit', () => {
  const edit = (id: string, body: object) => service.ask('POST', `${AT}/items/${id}/edit`, body)

  test('is another item in the same place, with its lineage and pin', async () => {
    await patch('i1', { isPinned: true })
    const { status, body } = await edit('i1', { text: 'Does a vacuum need bags?' })
    expect(status).toBe(201)
    expect(body.item).toMatchObject({
      id: 'i5',
      editedFrom: 'i1',
      parents: ['i1'],
      mode: 'person',
      isPinned: true,
      isLive: true,
    })
    expect(await pool()).toEqual(['i0', 'i5', 'i2', 'i3', 'i4'])
    const { body: list } = await service.ask('GET', `${AT}/items?live=false`)
    expect(list.items).toMatchObject([{ id: 'i1', text: TEXTS[1], isPinned: false, standing: 'approved' }])
    expect((await audited())[0]).toMatchObject({
      action: 'item-edited',
      details: { item: 'i1', into: 'i5', text: [TEXTS[1], 'Does a vacuum need bags?'] },
    })
  })

  test.each([
    ['i1', { text: TEXTS[1] }, 400, 'bad-input'],
    ['i1', { text: TEXTS[2] }, 400, 'bad-input'],
    ['i1', { text: '<script>alert(1)</script>' }, 400, 'bad-input'],
    ['i9', { text: 'Is it red?' }, 404, 'item-unknown'],
    ['i1', { text: 5 }, 400, 'bad-input'],
    ['x', { text: 'Is it red?' }, 400, 'bad-input'],
  ])('%s to %j is refused', async (id, body, status, code) => {
    expect(await edit(id, body)).toMatchObject({ status, body: { code } })
    expect((await live())?.version).toBe(1)
  })

  test('of its own case is one', async () => {
    expect((await edit('i1', { text: 'Does it need BAGS?' })).status).toBe(201)
  })
})

describe('rolling back', () => {
  const rollback = (version: unknown) => service.ask('POST', `${AT}/rollback`, { version })

  test('makes a new version of an old pool, without what was banned since', async () => {
    await bring({ items: [{ text: 'Is it red?' }, { text: 'Is it blue?' }], place: 'worst' })
    await patch('i3', { standing: 'banned' })
    const { status, body } = await rollback(1)
    expect(status).toBe(200)
    expect(body).toMatchObject({ version: 4, items: ['i0', 'i1', 'i2', 'i4'] })
    expect(body.warnings[0]).toMatch(/not be served any more: i3/)
    expect(await pool()).toEqual(['i0', 'i1', 'i2', 'i4'])
    expect((await audited())[0]).toMatchObject({
      action: 'pool-rolled-back',
      details: { to: 1, from: 3, leftOut: ['i3'] },
    })
    expect((await rollback(4)).body.warnings).toEqual(['The pool is that of this version already.'])
  })

  test('to nothing is refused', async () => {
    for (const id of ['i0', 'i1', 'i2', 'i3', 'i4']) await patch(id, { standing: 'banned' })
    expect(await rollback(1)).toMatchObject({ status: 409, body: { code: 'pool-empty' } })
    expect(await rollback(99)).toMatchObject({ status: 404, body: { code: 'version-unknown' } })
    expect(await rollback(0)).toMatchObject({ status: 400, body: { field: 'version' } })
  })
})

test('a change that loses the race is planned again on what won', async () => {
  const commit = service.store.commitPool
  let lost = 0
  service.store.commitPool = async (change) => {
    if (lost++ === 0) {
      service.store.commitPool = commit
      await patch('i0', { standing: 'banned', everywhere: false })
    }
    return commit(change)
  }
  expect((await patch('i1', { standing: 'banned', everywhere: false })).body.version).toBe(3)
  expect(await pool()).toEqual(['i2', 'i3', 'i4'])
})

test('a pool that never stands still is a conflict to be tried again', async () => {
  service.store.commitPool = async () => ({ kind: 'conflict', reason: 'version' })
  const { status, headers, body } = await patch('i1', { standing: 'banned' })
  expect([status, body.code, headers.get('retry-after')]).toEqual([409, 'pool-conflict', '1'])
})

test('pausing, resuming and running', async () => {
  const post = (path: string, body?: object) => service.ask('POST', `/v1/contexts/vacuums/${path}`, body)
  expect((await post('pause')).body).toEqual({ key: 'vacuums', status: 'paused' })
  expect((await post('pause')).status).toBe(200)
  expect((await post('run')).body.code).toBe('context-paused')
  expect((await post('resume')).body.status).toBe('active')
  expect(await post('run')).toMatchObject({ status: 202, body: { arms: ['live'] } })
  expect((await live())?.isRunRequested).toBe(true)
  expect((await post('run', { arm: 'holdout' })).body.code).toBe('arm-frozen')
  expect((await post('run', { arm: 'other' })).body.code).toBe('arm-unknown')
  expect((await audited()).map(({ action }) => action).slice(0, 3)).toEqual([
    'run-requested',
    'context-resumed',
    'context-paused',
  ])
})

test('items are listed page by page', async () => {
  const first = await service.ask('GET', `${AT}/items?limit=2`)
  const second = await service.ask('GET', `${AT}/items?limit=3&cursor=${first.body.next}`)
  expect([...first.body.items, ...second.body.items].map(({ text }: { text: string }) => text)).toEqual(TEXTS)
  expect(second.body.next).toBeNull()
  const other = await service.ask('GET', `/v1/contexts/vacuums/arms/holdout/items?cursor=${first.body.next}`)
  expect(other.body.code).toBe('cursor-unknown')
})
