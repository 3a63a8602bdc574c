import { beforeEach, describe, expect, test } from 'vitest'
import { type Managing, managing } from '../../testing/managing.ts'

const TEXTS = ['Is a vacuum loud?', 'Does it need bags?', 'Who repairs vacuums?', 'Is it heavy?']
const AT = '/v1/contexts/vacuums/arms/live'

let service: Managing
beforeEach(async () => {
  service = await managing()
  await service.context('vacuums', TEXTS)
  // Another pool than that of version 1.
  await service.ask('PATCH', `${AT}/items/i3`, { standing: 'banned' })
  await service.ask('POST', `${AT}/items/i2/edit`, { text: 'Who mends vacuums?' })
  const { isBuiltIn: _, ...task } = (await service.ask('GET', '/v1/tasks/shopping-question')).body
  mine = { ...task, key: 'mine' }
  await service.ask('PUT', '/v1/tasks/mine', mine)
})

let mine: { version: number }

/** Every resource that can be changed: where its tag is read, and two changes that two people make at once. */
const CHANGES = [
  [
    'a context',
    '/v1/contexts/vacuums',
    'PATCH',
    '/v1/contexts/vacuums',
    [{ topic: 'Mops' }, { topic: 'Pans' }],
  ],
  ['its status', '/v1/contexts/vacuums', 'POST', '/v1/contexts/vacuums/pause', [undefined, undefined]],
  ['an item', `${AT}/items/i0`, 'PATCH', `${AT}/items/i0`, [{ isPinned: true }, { standing: 'banned' }]],
  [
    'the wording of an item',
    `${AT}/items/i1`,
    'POST',
    `${AT}/items/i1/edit`,
    [{ text: 'Does a vacuum need bags?' }, { text: 'Does it need new bags?' }],
  ],
  [
    'the items of a pool',
    `${AT}/versions`,
    'POST',
    `${AT}/items`,
    [
      { items: [{ text: 'How long is the cord?' }], place: 'worst' },
      { items: [{ text: 'How long does it last?' }], place: 'worst' },
    ],
  ],
  ['the version of a pool', `${AT}/versions`, 'POST', `${AT}/rollback`, [{ version: 1 }, { version: 1 }]],
  ['the budget', '/v1/budget', 'PATCH', '/v1/budget', [{ calls: 5 }, { calls: 6 }]],
  ['a task', '/v1/tasks/mine', 'PUT', '/v1/tasks/mine', ['Mine', 'Yours']],
] as const

const bodyOf = (wanted: unknown): unknown =>
  typeof wanted === 'string' ? { ...mine, name: wanted, version: mine.version + 1 } : wanted

describe.each(CHANGES)('%s', (_, read, method, path, [one, other]) => {
  const tagNow = async () => (await service.ask('GET', read)).headers.get('etag') as string

  test('of two changes made from the same one is refused', async () => {
    const tag = await tagNow()
    expect(tag).toMatch(/^"[\w.-]+"$/)
    const both = await Promise.all(
      [one, other].map((body) => service.ask(method, path, bodyOf(body), { 'if-match': tag })),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([expect.toBeOneOf([200, 201]), 412])
    const refused = both.find(({ status }) => status === 412)
    expect(refused?.body).toMatchObject({ code: 'revision-mismatch', field: 'If-Match' })
    expect(refused?.headers.get('etag')).toBe(await tagNow())
  })

  test('the tag of an answer is that of the resource, and a wrong one changes nothing', async () => {
    const before = await tagNow()
    expect((await service.ask(method, path, bodyOf(one), { 'if-match': '"other"' })).status).toBe(412)
    expect(await tagNow()).toBe(before)
    const done = await service.ask(method, path, bodyOf(one), { 'if-match': before })
    const tag = done.headers.get('etag')
    // An edit answers with the new item, an import with many.
    if (tag !== null && !path.endsWith('/edit')) expect(tag).toBe(await tagNow())
    expect(await tagNow()).not.toBe(before)
  })

  test('without If-Match both are done, one after the other, or the second is told why not', async () => {
    const both = await Promise.all([one, other].map((body) => service.ask(method, path, bodyOf(body))))
    for (const { status } of both) expect([200, 201, 409]).toContain(status)
    expect(both.some(({ status }) => status < 300)).toBe(true)
  })
})

test('two who change different fields of the budget at once lose neither', async () => {
  await Promise.all([
    service.ask('PATCH', '/v1/budget', { calls: 5 }),
    service.ask('PATCH', '/v1/budget', { usd: 7 }),
  ])
  expect((await service.ask('GET', '/v1/budget')).body).toMatchObject({ calls: 5, usd: 7 })
})

test('a context that changed meanwhile is not deleted', async () => {
  const tag = (await service.ask('GET', '/v1/contexts/vacuums')).headers.get('etag') as string
  await service.ask('PATCH', '/v1/contexts/vacuums', { topic: 'Mops' })
  const gone = await service.ask('DELETE', '/v1/contexts/vacuums', undefined, { 'if-match': tag })
  expect(gone).toMatchObject({ status: 412, body: { code: 'revision-mismatch' } })
  expect((await service.ask('DELETE', '/v1/contexts/vacuums')).status).toBe(204)
})

test('If-Match on a task that is not there is refused', async () => {
  const put = await service.ask('PUT', '/v1/tasks/new', { ...mine, key: 'new' }, { 'if-match': '*' })
  expect([put.status, put.headers.get('etag')]).toEqual([412, null])
})

test.each(['/v1/contexts/vacuums', `${AT}/items/i0`, `${AT}/versions`, '/v1/budget', '/v1/tasks/headline'])(
  '%s is not sent again to who has it',
  async (path) => {
    const { headers } = await service.ask('GET', path)
    const tag = headers.get('etag') as string
    expect(headers.get('cache-control')).toBe('private, no-cache')
    const again = await service.ask('GET', path, undefined, { 'if-none-match': `"x", W/${tag}` })
    expect([again.status, again.body, again.headers.get('etag')]).toEqual([304, '', tag])
    expect((await service.ask('GET', path, undefined, { 'if-none-match': '"x"' })).status).toBe(200)
  },
)

describe('a change of nothing', () => {
  const PATCHES = ['/v1/contexts/vacuums', `${AT}/items/i0`, '/v1/budget']

  test.each(PATCHES)(
    'PATCH %s without a word on what to change is refused, and told what can be',
    async (path) => {
      const audited = (await service.store.audit({ cursor: null, limit: 100 })).entries.length
      for (const body of [undefined, {}]) {
        const { status, body: problem } = await service.ask('PATCH', path, body)
        expect([status, problem.code, problem.field]).toEqual([400, 'bad-input', 'body'])
        expect(problem.detail).toMatch(/give (at least one of )?\w+/)
      }
      const empty = await service.ask('PATCH', path, '')
      expect([empty.status, empty.body.code, empty.body.field]).toEqual([400, 'bad-json', 'body'])
      expect((await service.store.audit({ cursor: null, limit: 100 })).entries).toHaveLength(audited)
    },
  )

  test('empty parts say nothing either, but for the due rule, which they replace', async () => {
    const patch = (config: object) => service.ask('PATCH', '/v1/contexts/vacuums', { config })
    for (const config of [{}, { caps: {} }, { budget: {} }, { caps: {}, budget: {} }]) {
      expect((await patch(config)).body).toMatchObject({ status: 400, field: 'body' })
    }
    expect((await patch({ due: {} })).body.config.due).toEqual({})
  })

  test('a misspelt field is told as that, and values of another kind in plain words', async () => {
    const patch = async (path: string, body: object) => (await service.ask('PATCH', path, body)).body
    expect(await patch('/v1/contexts/vacuums', { config: { approvals: 'required' } })).toMatchObject({
      field: 'config.approvals',
      detail: expect.stringMatching(/no such field/),
    })
    expect(await patch('/v1/contexts/vacuums', { config: { approvals: 1 } })).not.toHaveProperty('errors')
    expect((await patch('/v1/budget', { call: 1 })).field).toBe('call')
    expect((await patch(`${AT}/items/i0`, { pinned: true })).field).toBe('pinned')
    expect((await patch('/v1/contexts/vacuums', { config: 5 })).detail).toBe(
      'config: give an object: { ... }',
    )
    const { body } = await service.ask('POST', `${AT}/items`, { items: ['Is it loud?'] })
    expect(body.detail).toBe('items[0]: give an object with its text: { "text": "..." }')
    const { body: list } = await service.ask('GET', '/v1/contexts?limt=5')
    expect([list.status, list.field]).toEqual([400, 'limt'])
  })

  test.each([
    ['/v1/contexts/vacuums', { topic: 'Vacuums' }],
    [`${AT}/items/i0`, { isPinned: false }],
    [`${AT}/items/i0`, { standing: 'approved' }],
    ['/v1/budget', { calls: null }],
  ])('PATCH %s to what it is already is no change, and no failure', async (path, body) => {
    const audited = (await service.store.audit({ cursor: null, limit: 100 })).entries.length
    const before = (await service.ask('GET', path)).headers.get('etag')
    const { status, headers } = await service.ask('PATCH', path, body)
    expect([status, headers.get('etag')]).toEqual([200, before])
    expect((await service.store.audit({ cursor: null, limit: 100 })).entries).toHaveLength(audited)
  })
})
