import { beforeEach, describe, expect, test } from 'vitest'
import { type Managing, managing } from '../../testing/managing.ts'

let service: Managing
beforeEach(async () => {
  service = await managing()
})

const asks = (key: string, path = '/v1/keys') =>
  service.app.request(path, { headers: { authorization: `Bearer ${key}` } })

describe('keys', () => {
  const make = (body: object = {}) =>
    service.ask('POST', '/v1/keys', { kind: 'secret', name: 'ops', ...body })

  test('a made key works at once, and its text is never told again', async () => {
    const { status, body } = await make()
    expect(status).toBe(201)
    expect(body).toMatchObject({ kind: 'secret', name: 'ops', isActive: true, endsAt: null })
    expect(body.key.startsWith(`${body.id}_`)).toBe(true)
    expect((await asks(body.key)).status).toBe(200)
    const list = await service.ask('GET', '/v1/keys')
    expect(list.body.keys).toHaveLength(3)
    const told = JSON.stringify([list.body, (await service.ask('GET', '/v1/audit')).body, service.logged])
    expect(told).not.toContain(body.key.slice(14))
    expect(told).not.toContain('hash')
  })

  test('a publishable key is for any page unless told otherwise, a secret one for none', async () => {
    expect((await make()).body.origins).toEqual([])
    expect((await make({ kind: 'publishable' })).body.origins).toEqual(['*'])
    const origins = ['https://shop.example']
    expect((await make({ kind: 'publishable', origins })).body.origins).toEqual(origins)
  })

  test('a rotated key goes on through its grace, then ends', async () => {
    const { body: old } = await make()
    const { status, body } = await service.ask('POST', `/v1/keys/${old.id}/rotate`, { graceSeconds: 60 })
    expect([status, body.replaces.id, body.name]).toEqual([201, old.id, 'ops'])
    expect([(await asks(old.key)).status, (await asks(body.key)).status]).toEqual([200, 200])
    await service.clock.advance(60_000)
    expect(await (await asks(old.key)).json()).toMatchObject({ code: 'key-ended', status: 401 })
    expect((await service.ask('POST', `/v1/keys/${old.id}/rotate`)).body.code).toBe('key-in-use')
  })

  test('a revoked key ends at once; who did it is in the audit', async () => {
    const { body } = await make({ kind: 'publishable', name: 'page' })
    expect((await service.ask('DELETE', `/v1/keys/${body.id}`)).body.isActive).toBe(false)
    expect((await asks(body.key, '/v1/contexts/a/slate')).status).toBe(401)
    const { body: audit } = await service.ask('GET', '/v1/audit?limit=1')
    expect(audit.entries[0]).toMatchObject({ action: 'key-revoked', by: 'test', details: { id: body.id } })
  })

  test('the last secret key cannot be revoked', async () => {
    const id = service.secretKey.slice(0, 13)
    expect(await service.ask('DELETE', `/v1/keys/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'key-in-use' },
    })
    expect((await service.ask('DELETE', '/v1/keys/fk_sec_222222')).body.code).toBe('key-not-found')
  })

  test.each([
    [{ kind: 'admin' }, 'kind'],
    [{ name: 'optimizer' }, 'name'],
    [{ name: '' }, 'name'],
    [{ name: 'a\u0007b' }, 'name'],
    [{ origins: ['shop.example'] }, 'origins[0]'],
    [{ origins: ['https://shop.example/'] }, 'origins[0]'],
    [{ origins: ['javascript:alert(1)'] }, 'origins[0]'],
    [{ hash: 'x' }, 'hash'],
    [{ kind: 'secret', origins: ['https://shop.example'] }, 'origins'],
  ])('%j is refused', async (body, field) => {
    expect(await make(body)).toMatchObject({ status: 400, body: { field } })
  })

  test('a publishable key opens nothing but slates and events', async () => {
    const { paths } = (await (await service.app.request('/openapi.json')).json()) as {
      paths: Record<string, object>
    }
    const open = [
      '/healthz',
      '/readyz',
      '/openapi.json',
      '/reference',
      '/v1/contexts/{key}/slate',
      '/v1/events',
    ]
    let tried = 0
    for (const [path, methods] of Object.entries(paths)) {
      if (open.includes(path)) continue
      for (const method of Object.keys(methods)) {
        const url = path.replaceAll(/\{[^}]+\}/g, 'i1')
        const request = (authorization?: string) =>
          service.app.request(url, {
            method: method.toUpperCase(),
            ...(authorization === undefined ? {} : { headers: { authorization } }),
          })
        expect([path, (await request(`Bearer ${service.publishableKey}`)).status]).toEqual([path, 403])
        tried++
      }
    }
    expect(tried).toBeGreaterThan(30)
    expect((await service.app.request(`/v1/contexts?key=${service.secretKey}`)).status).toBe(401)
  })

  test('guessing is slowed down by network', async () => {
    const statuses = new Set<number>()
    for (let guess = 0; guess < 40; guess++) statuses.add((await asks(`fk_sec_${guess}`)).status)
    expect([...statuses]).toEqual([401, 429])
    const limited = await asks('fk_sec_x')
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await service.ask('GET', '/v1/keys')).status).toBe(200)
  })
})

describe('budget and spend', () => {
  test('the budget over all contexts is merged and audited', async () => {
    const { body } = await service.ask('PATCH', '/v1/budget', { usdPerDay: 5 })
    expect(body).toEqual({
      callsPerDay: null,
      tokensPerDay: null,
      usdPerDay: 5,
      calls: null,
      tokens: null,
      usd: null,
    })
    expect((await service.ask('PATCH', '/v1/budget', { calls: 10 })).body).toMatchObject({
      usdPerDay: 5,
      calls: 10,
    })
    expect((await service.ask('GET', '/v1/budget')).body.calls).toBe(10)
    expect((await service.ask('PATCH', '/v1/budget', { usd: 'much' })).body.field).toBe('usd')
    expect((await service.ask('GET', '/v1/audit')).body.entries[0]).toMatchObject({
      action: 'budget-changed',
      details: { before: { calls: null }, after: { calls: 10 } },
    })
  })

  test('what was spent is told by day and in all, with prompts and answers', async () => {
    const { id } = await service.context('vacuums', [])
    const usage = { modelCalls: 2, inputTokens: 10, outputTokens: 5, costUsd: 0.5, seconds: 1 }
    const call = {
      contextId: id,
      arm: 'live',
      writer: 'w',
      model: 'm',
      question: '{"prompt":"<script>"}',
      answer: 'no json',
      usage,
    }
    const nowMs = service.clock.now()
    await service.store.keepModelCall({ ...call, key: 'a', createdAtMs: nowMs - 86_400_000 })
    await service.store.keepModelCall({
      ...call,
      key: 'b',
      usage: { ...usage, costUsd: null },
      createdAtMs: nowMs,
    })
    for (const path of ['/v1/spend', '/v1/contexts/vacuums/spend']) {
      expect((await service.ask('GET', path)).body).toMatchObject({
        today: { calls: 2, tokens: 15, costUsd: 0, unpriced: 2 },
        inAll: { calls: 4, tokens: 30, costUsd: 0.5, unpriced: 2 },
      })
    }
    const first = await service.ask('GET', '/v1/contexts/vacuums/model-calls?limit=1')
    expect(first.body.modelCalls).toMatchObject([
      { key: 'b', question: { prompt: '<script>' }, answer: 'no json' },
    ])
    const rest = await service.ask('GET', `/v1/contexts/vacuums/model-calls?cursor=${first.body.next}`)
    expect(rest.body.modelCalls).toMatchObject([{ key: 'a' }])
  })
})

describe('audit', () => {
  test('goes page by page, and by context', async () => {
    for (const key of ['a', 'b', 'c']) await service.ask('POST', '/v1/contexts', { key, topic: 'Vacuums' })
    const first = (await service.ask('GET', '/v1/audit?limit=2')).body
    const second = (await service.ask('GET', `/v1/audit?limit=200&cursor=${first.next}`)).body
    const contexts = [...first.entries, ...second.entries].map(({ context }: { context: string }) => context)
    expect(contexts).toEqual(['c', 'b', 'a', null, null])
    const own = (await service.ask('GET', '/v1/audit?context=b')).body
    expect(own.entries.map(({ action }: { action: string }) => action)).toEqual(['context-created'])
    expect((await service.ask('GET', `/v1/audit?context=b&cursor=${first.next}`)).body.code).toBe(
      'cursor-unknown',
    )
  })
})

describe('tasks', () => {
  const mine = async (change: object = {}) => {
    const { isBuiltIn: _, ...task } = (await service.ask('GET', '/v1/tasks/shopping-question')).body
    return { ...task, key: 'mine', ...change }
  }
  const put = (body: object, key = 'mine') => service.ask('PUT', `/v1/tasks/${key}`, body)

  test('one of your own can be added, used and changed with a higher version', async () => {
    expect((await put(await mine())).body).toMatchObject({ key: 'mine', isBuiltIn: false })
    expect((await put(await mine())).status).toBe(200)
    expect((await put(await mine({ name: 'Mine' }))).body.code).toBe('task-version-kept')
    expect((await put(await mine({ name: 'Mine', version: 9 }))).body.name).toBe('Mine')
    const { body } = await service.ask('GET', '/v1/tasks')
    expect(body.tasks.map(({ key }: { key: string }) => key)).toEqual([
      'shopping-question',
      'article-question',
      'headline',
      'follow-up',
      'mine',
    ])
    expect(
      (await service.ask('POST', '/v1/contexts', { key: 'a', topic: 'Vacuums', task: 'mine' })).status,
    ).toBe(201)
  })

  test('what is wrong is told by its field', async () => {
    expect((await put(await mine({ shots: [] }))).body).toMatchObject({
      status: 400,
      code: 'bad-input',
      field: 'shots',
      detail: expect.stringMatching(/^shots: /),
    })
    expect((await put(await mine(), 'other')).body.field).toBe('key')
    expect((await put(await mine({ key: 'headline' }), 'headline')).body.field).toMatch(/key/)
    expect((await service.ask('GET', '/v1/tasks/none')).body.code).toBe('task-unknown')
  })
})

test("a visitor's data is removed and taken out of the counts; the audit does not say whose", async () => {
  const { id } = await service.context('vacuums', ['Is it loud?', 'Is it heavy?', 'Is it cheap?'])
  const { body: slate } = await service.ask('GET', '/v1/contexts/vacuums/slate?visitor=Anna%20M')
  await service.clock.advance(1000)
  await service.post('/v1/events', [
    { id: '1', type: 'impression', token: slate.token },
    { id: '2', type: 'click', token: slate.token, item: slate.items[0].id },
  ])
  await service.clock.advance(2_000_000)
  await service.store.countClosed(service.clock.now())
  expect((await service.store.tallies(id, slate.arm)).visitors.slates).toBe(1)
  expect((await service.ask('DELETE', '/v1/visitors/Anna%20M')).body).toEqual({ events: 2 })
  expect((await service.store.tallies(id, slate.arm)).visitors.slates).toBe(0)
  expect((await service.ask('POST', '/v1/recount')).body).toMatchObject({ different: 0 })
  expect((await service.ask('DELETE', '/v1/visitors/Anna%20M')).body).toEqual({ events: 0 })
  const told = JSON.stringify([(await service.ask('GET', '/v1/audit')).body, service.logged])
  expect(told).toContain('visitor-deleted')
  expect(told).not.toMatch(/Anna/)
})
