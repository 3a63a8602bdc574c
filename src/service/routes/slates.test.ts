import { describe, expect, it } from 'vitest'
import { serviceUnderTest } from '../../testing/service-under-test.ts'
import { slateAnswerSchema } from '../contract/slates.ts'

const TEXTS = [
  'Is it loud?',
  'Does it climb "carpets"?',
  'Wie laut ist er? äöü 🧹',
  'Can it mop?',
  'Which lasts?',
]

describe('GET /v1/contexts/{key}/slate', () => {
  it('shows different items of the pool in random order, with a token that says which', async () => {
    const service = await serviceUnderTest()
    const made = await service.context('home/vacuums', TEXTS)
    const seen = new Set<string>()
    for (let visit = 0; visit < 60; visit++) {
      const answer = await service.get('/v1/contexts/home%2Fvacuums/slate?size=3&visitor=anna')
      expect(answer.status).toBe(200)
      expect(answer.headers.get('cache-control')).toContain('no-store')
      expect(answer.headers.get('content-type')).toBe('application/json')
      const slate = slateAnswerSchema.parse(await answer.json())
      if (slate.token === null) throw new Error('a default slate')
      expect(slate.context).toBe('home/vacuums')
      expect(slate.items.map(({ position }) => position)).toEqual([0, 1, 2])
      for (const { id, text } of slate.items) expect(text).toBe(TEXTS[Number(id.slice(1))])
      expect(service.dependencies.tokens.verify(slate.token)).toEqual({
        slateId: slate.slateId,
        contextId: made.id,
        arm: slate.arm,
        version: 1,
        itemIds: slate.items.map(({ id }) => id),
        policy: 'uniform',
        isUniform: true,
        propensity: 1 / 60,
        issuedAtMs: service.clock.now(),
        closesAtMs: service.clock.now() + 1_800_000,
        visitor: service.dependencies.hashes.visitor('anna'),
      })
      expect(Date.parse(slate.closesAt) - Date.parse(slate.issuedAt)).toBe(1_800_000)
      seen.add(slate.items.map(({ id }) => id).join())
    }
    expect(seen.size).toBeGreaterThan(30)
  })

  it("takes the context's size, and as many as there are when the pool has fewer", async () => {
    const service = await serviceUnderTest()
    await service.context('vacuums', TEXTS, { slateSize: 2 })
    const items = async (query: string) =>
      ((await (await service.get(`/v1/contexts/vacuums/slate${query}`)).json()) as { items: unknown[] }).items
    expect(await items('')).toHaveLength(2)
    expect(await items('?size=4')).toHaveLength(4)
    expect(await items('?size=100')).toHaveLength(5)
  })

  it('keeps a visitor in one arm, and gives each arm its share', async () => {
    const service = await serviceUnderTest()
    await service.context('vacuums', TEXTS)
    const armOf = async (query: string) =>
      ((await (await service.get(`/v1/contexts/vacuums/slate${query}`)).json()) as { arm: string }).arm
    let holdout = 0
    for (let visitor = 0; visitor < 400; visitor++) {
      const arm = await armOf(`?visitor=v${visitor}`)
      expect(await armOf(`?visitor=v${visitor}`)).toBe(arm)
      if (arm === 'holdout') holdout++
    }
    // 20 expected; a share of 0.05 leaves this range once in 10,000 seeds.
    expect(holdout).toBeGreaterThan(5)
    expect(holdout).toBeLessThan(40)
    const byChance = new Set<string>()
    for (let visit = 0; visit < 200; visit++) byChance.add(await armOf(''))
    expect([...byChance].sort()).toEqual(['holdout', 'live'])
  })

  it('draws by Thompson over utilities, with a share of uniform slates', async () => {
    const service = await serviceUnderTest()
    const policy = { kind: 'thompson', uniformShare: 0.2 } as const
    const arm = { key: 'live', share: 1, isFrozen: false, strategy: 'explore-exploit', policy }
    await service.context('vacuums', TEXTS, { arms: [arm] })
    const marks = { uniform: 0, drawn: 0 }
    for (let visit = 0; visit < 300; visit++) {
      const { token, policy: name } = (await (await service.get('/v1/contexts/vacuums/slate')).json()) as {
        token: string
        policy: string
      }
      const claims = service.dependencies.tokens.verify(token)
      expect([name, claims?.policy, claims?.propensity]).toEqual(['thompson', 'thompson', null])
      if (claims?.isUniform === true) marks.uniform++
      else marks.drawn++
    }
    expect(marks.uniform).toBeGreaterThan(30)
    expect(marks.uniform).toBeLessThan(90)
  })

  it('answers a default slate until there is a pool, and the pool after that', async () => {
    const service = await serviceUnderTest()
    await service.context('vacuums', [])
    const answer = slateAnswerSchema.parse(await (await service.get('/v1/contexts/vacuums/slate')).json())
    expect(answer).toMatchObject({ isDefault: true, token: null, items: [], context: 'vacuums' })
  })

  it.each([
    ['?size=0', 'size'],
    ['?size=101', 'size'],
    ['?size=', 'size'],
    ['?size=3.5', 'size'],
    ['?size=3&visitor=', 'visitor'],
    ['?visitor=%E0%A4%A', 'visitor'],
    [`?visitor=${'x'.repeat(201)}`, 'visitor'],
  ])('refuses %s and names the parameter', async (query, field) => {
    const service = await serviceUnderTest()
    await service.context('vacuums', TEXTS)
    const answer = await service.get(`/v1/contexts/vacuums/slate${query}`)
    expect(answer.status).toBe(400)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ code: 'bad-input', field, status: 400 })
  })

  it('says which problem it is', async () => {
    const service = await serviceUnderTest()
    await service.context('vacuums', TEXTS)
    const codeOf = async (path: string, headers: Record<string, string>) => {
      const answer = await service.app.request(path, { headers })
      const { code, requestId } = (await answer.json()) as { code: string; requestId: string }
      expect(requestId).toBe(answer.headers.get('x-request-id'))
      return [answer.status, code]
    }
    const path = '/v1/contexts/vacuums/slate'
    const authorization = `Bearer ${service.publishableKey}`
    expect(await codeOf('/v1/contexts/drills/slate', { authorization })).toEqual([404, 'context-unknown'])
    expect(await codeOf(path, {})).toEqual([401, 'key-missing'])
    expect(await codeOf(path, { authorization: 'Bearer nonsense' })).toEqual([401, 'key-unknown'])
    expect(await codeOf(path, { authorization: 'Basic abc' })).toEqual([401, 'key-missing'])
    expect(await codeOf('/v1/nothing', { authorization })).toEqual([403, 'key-forbidden'])
    expect(
      (await service.app.request(path, { headers: { authorization: `bearer  ${service.publishableKey}` } }))
        .status,
    ).toBe(200)
  })
})

describe('contexts made on the fly', () => {
  const path = '/v1/contexts/article%2F7/slate'

  it('are made once by a key that may, and answer default slates until they have a pool', async () => {
    const service = await serviceUnderTest()
    const headers = { authorization: `Bearer ${await service.key({ mayCreateContexts: true })}` }
    const asked = `${path}?topic=Robot+Vacuums&visitor=anna`
    const answers = await Promise.all([1, 2, 3].map(() => service.get(asked, { headers })))
    for (const answer of answers) {
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ isDefault: true, context: 'article/7' })
    }
    expect(await service.store.context('article/7')).toMatchObject({
      topic: 'Robot Vacuums',
      task: 'shopping-question',
    })
    expect(service.dependencies.counters.createdContexts).toBe(1)
    expect((await service.store.audit({ cursor: null, limit: 9 })).entries[0]).toMatchObject({
      action: 'context-created',
      by: 'test',
      details: { onTheFly: true },
    })
    // From then on any key gets it.
    expect((await service.get(path)).status).toBe(200)
  })

  it('need the right and a topic that can be one', async () => {
    const service = await serviceUnderTest()
    const headers = { authorization: `Bearer ${await service.key({ mayCreateContexts: true })}` }
    const codeOf = async (url: string, init?: RequestInit) => {
      const answer = await service.get(url, init)
      return [answer.status, ((await answer.json()) as { code: string }).code]
    }
    expect(await codeOf(`${path}?topic=Vacuums`)).toEqual([404, 'context-unknown'])
    expect(await codeOf(path, { headers })).toEqual([404, 'context-unknown'])
    expect(await codeOf(`${path}?topic=%00`, { headers })).toEqual([400, 'bad-input'])
    for (const topic of ['evil.click vacuums', 'https://evil.example', '<b>Vacuums</b>', 'me@evil.example']) {
      const asked = `${path}?topic=${encodeURIComponent(topic)}`
      expect(await codeOf(asked, { headers })).toEqual([400, 'bad-input'])
    }
    expect(await codeOf(`${path}?topic=Vacuums&task=limerick`, { headers })).toEqual([400, 'bad-input'])
    // This task needs an article, which an address cannot bring.
    expect(await codeOf(`${path}?topic=Vacuums&task=article-question`, { headers })).toEqual([
      400,
      'bad-input',
    ])
    expect(await service.store.context('article/7')).toBeUndefined()
  })

  it('are made no faster than the node allows', async () => {
    const service = await serviceUnderTest({ config: { createdContextsPerMinute: 2 } })
    const headers = { authorization: `Bearer ${await service.key({ mayCreateContexts: true })}` }
    const make = async (name: string) =>
      (await service.get(`/v1/contexts/${name}/slate?topic=Vacuums`, { headers })).status
    expect([await make('a'), await make('b'), await make('c')]).toEqual([200, 200, 429])
    await service.clock.advance(60_000)
    expect(await make('c')).toBe(200)
  })
})

describe('CORS of slates', () => {
  it('lets pages of the key read the answer, and no others', async () => {
    const service = await serviceUnderTest()
    await service.context('vacuums', TEXTS)
    const key = await service.key({ origins: ['https://shop.example'] })
    const from = (origin: string) =>
      service.app.request('/v1/contexts/vacuums/slate', {
        headers: { authorization: `Bearer ${key}`, origin },
      })
    const allowed = await from('https://shop.example')
    expect(allowed.status).toBe(200)
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(allowed.headers.get('vary')).toBe('Origin')
    const other = await from('https://other.example')
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([403, 'origin-forbidden'])
    // So that a page can read why it was refused.
    expect(other.headers.get('access-control-allow-origin')).toBe('*')
  })

  it('answers the question before', async () => {
    const service = await serviceUnderTest()
    const answer = await service.app.request('/v1/contexts/vacuums/slate', {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-headers')).toContain('authorization')
  })
})
