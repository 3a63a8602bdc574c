import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ForageError } from '../../core/errors.ts'
import type { LiveEvent } from '../../core/live/slate-claims.ts'
import { WHOLE_SLATE } from '../../core/live/slate-claims.ts'
import { type ServiceUnderTest, serviceUnderTest } from '../../testing/service-under-test.ts'
import { UNPACKED_BYTES_MAX } from '../contract/events.ts'

const TEXTS = ['Is it loud?', 'Does it climb?', 'Is it light?', 'Can it mop?', 'Which lasts?']
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

interface Slate {
  readonly token: string
  readonly items: readonly { id: string; text: string }[]
}

async function served(): Promise<{
  service: ServiceUnderTest
  slate: Slate
  stored: () => Promise<LiveEvent[]>
}> {
  const service = await serviceUnderTest()
  await service.context('vacuums', TEXTS)
  const slate = (await (await service.get('/v1/contexts/vacuums/slate?visitor=anna')).json()) as Slate
  const stored = async () => (await service.store.events({ cursor: null, limit: 1000 })).events
  await service.clock.advance(5000)
  return { service, slate, stored }
}

async function statuses(answer: Response): Promise<string[]> {
  expect(answer.status).toBe(200)
  const { results } = (await answer.json()) as { results: { status: string }[] }
  return results.map(({ status }) => status)
}

async function codeOf(answer: Response): Promise<[number, string]> {
  return [answer.status, ((await answer.json()) as { code: string }).code]
}

describe('POST /v1/events', () => {
  it('answers each event by itself, in order, and stores what is right', async () => {
    const { service, slate, stored } = await served()
    const { token } = slate
    const shown = slate.items.map(({ id }) => id)
    const missing = ['i0', 'i1', 'i2', 'i3', 'i4'].find((id) => !shown.includes(id)) as string
    const answer = await service.post('/v1/events', [
      { id: 'a', type: 'impression', token },
      { id: 'b', type: 'click', token, item: shown[1], at: service.clock.now() - 1000 },
      { id: 'b', type: 'click', token, item: shown[1] },
      { id: 'c', type: 'click', token, item: missing },
      {
        id: 'd',
        type: 'click',
        token: `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
        item: shown[0],
      },
      { id: 'e', type: 'click', token },
      { id: 'f', type: 'hover', token },
      'nonsense',
      null,
      { id: '', type: 'impression', token },
      { id: 'x\u0000', type: 'impression', token },
      { id: 'g', type: 'impression', token, item: shown[2], at: '2026-01-05T12:00:02Z', unknown: [1] },
    ])
    const { results } = (await answer.json()) as {
      results: { id: unknown; status: string; detail?: string }[]
    }
    expect(results.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'accepted'],
      ['b', 'accepted'],
      ['b', 'duplicate'],
      ['c', 'not-in-slate'],
      ['d', 'bad-token'],
      ['e', 'bad-event'],
      ['f', 'bad-event'],
      [null, 'bad-event'],
      [null, 'bad-event'],
      ['', 'bad-event'],
      ['x\u0000', 'bad-event'],
      ['g', 'accepted'],
    ])
    expect(results[5]?.detail).toContain('item')
    const events = await stored()
    expect(events.map(({ eventId, kind, position, mark }) => [eventId, kind, position, mark]).sort()).toEqual(
      [
        ['a', 'impression', WHOLE_SLATE, 'none'],
        ['b', 'click', 1, 'none'],
        ['g', 'impression', 2, 'none'],
      ],
    )
    const click = events.find(({ eventId }) => eventId === 'b')
    expect(click?.occurredAtMs).toBe(service.clock.now() - 1000)
    expect(click?.network).toMatch(/^[\w-]{22}$/)
    expect(click?.slate.visitor).toBe(service.dependencies.hashes.visitor('anna'))
    expect(service.dependencies.counters.events).toMatchObject({ accepted: 3, duplicate: 1, 'bad-event': 6 })
  })

  it('takes one event, a wrapped list, lines, text and gzip alike', async () => {
    const { service, slate } = await served()
    const { token } = slate
    const item = slate.items[0]?.id
    const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) =>
      service.app.request('/v1/events', {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${service.publishableKey}`, ...headers },
      })
    const one = JSON.stringify({ id: '1', type: 'impression', token })
    const two = JSON.stringify({ id: '2', type: 'click', token, item })
    expect(await statuses(await send(one, { 'content-type': 'application/json' }))).toEqual(['accepted'])
    expect(await statuses(await send(`{"events":[${one},${two}]}`, {}))).toEqual(['duplicate', 'accepted'])
    expect(
      await statuses(await send(`\n${one}\r\n{oops\n\n${two}\n`, { 'content-type': 'application/x-ndjson' })),
    ).toEqual(['duplicate', 'bad-event', 'duplicate'])
    expect(await statuses(await send(`[${one}]`, { 'content-type': 'text/plain;charset=UTF-8' }))).toEqual([
      'duplicate',
    ])
    expect(await statuses(await send(gzipSync(`[${two}]`), { 'content-encoding': 'gzip' }))).toEqual([
      'duplicate',
    ])
    expect(await statuses(await send('[]', {}))).toEqual([])
  })

  it('refuses whole bodies that cannot be read', async () => {
    const { service } = await served()
    const send = async (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
      codeOf(
        await service.app.request('/v1/events', {
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${service.publishableKey}`, ...headers },
        }),
      )
    expect(await send('{oops')).toEqual([400, 'bad-json'])
    expect(await send('')).toEqual([400, 'bad-json'])
    expect(await send('7')).toEqual([400, 'bad-input'])
    expect(await send('{"events":7}')).toEqual([400, 'bad-input'])
    expect(await send('a=1', { 'content-type': 'application/x-www-form-urlencoded' })).toEqual([
      415,
      'media-type-unknown',
    ])
    expect(await send('[]', { 'content-encoding': 'br' })).toEqual([415, 'media-type-unknown'])
    expect(await send('[]', { 'content-encoding': 'gzip' })).toEqual([400, 'bad-encoding'])
    expect(await send(Uint8Array.from([0x5b, 0xff, 0x5d]))).toEqual([400, 'bad-encoding'])
    expect(await send(`[${'1,'.repeat(1000)}1]`)).toEqual([413, 'body-too-large'])
    expect(await send('1\n'.repeat(1001), { 'content-type': 'application/x-ndjson' })).toEqual([
      413,
      'body-too-large',
    ])
    expect(await send(' '.repeat(1024 * 1024 + 1))).toEqual([413, 'body-too-large'])
  })

  it('unpacks no further than the limit', async () => {
    const { service } = await served()
    const bomb = gzipSync(Buffer.alloc(UNPACKED_BYTES_MAX + 1, 0x20))
    expect(bomb.length).toBeLessThan(10_000)
    const answer = await service.app.request('/v1/events', {
      method: 'POST',
      body: bomb,
      headers: { authorization: `Bearer ${service.publishableKey}`, 'content-encoding': 'gzip' },
    })
    expect(await codeOf(answer)).toEqual([413, 'body-too-large'])
  })

  it('is not brought down by deep JSON', async () => {
    const { service } = await served()
    const deep = '['.repeat(500_000) + ']'.repeat(500_000)
    const answer = await service.post('/v1/events', { events: [] })
    expect(answer.status).toBe(200)
    const nested = await service.app.request('/v1/events', {
      method: 'POST',
      body: deep,
      headers: { authorization: `Bearer ${service.publishableKey}` },
    })
    expect([200, 400]).toContain(nested.status)
    const inside = await service.app.request('/v1/events', {
      method: 'POST',
      body: `[{"id":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}]`,
      headers: { authorization: `Bearer ${service.publishableKey}` },
    })
    expect([200, 400]).toContain(inside.status)
  })

  it('knows when the time of a slate is over', async () => {
    const { service, slate } = await served()
    const event = (id: string) => ({ id, type: 'impression', token: slate.token })
    await service.clock.advance(1_800_000 - 5001)
    expect(await statuses(await service.post('/v1/events', [event('a')]))).toEqual(['accepted'])
    await service.clock.advance(1)
    expect(await statuses(await service.post('/v1/events', [event('b')]))).toEqual(['expired'])
  })

  it('answers expired for a context that was removed', async () => {
    const { service, slate } = await served()
    await service.store.deleteContext('vacuums', {
      atMs: 0,
      by: 'test',
      action: 'context-removed',
      contextKey: 'vacuums',
      details: {},
    })
    await service.dependencies.serving.refresh()
    const answer = await service.post('/v1/events', [{ id: 'a', type: 'impression', token: slate.token }])
    expect(await statuses(answer)).toEqual(['expired'])
    expect((await service.get('/v1/contexts/vacuums/slate')).status).toBe(404)
  })

  it('asks to send again when the store is away, and says nothing of why', async () => {
    const { service, slate } = await served()
    Object.assign(service.store, {
      ingest: () =>
        Promise.reject(new ForageError('store-unavailable', 'host db.internal', { isRetryable: true })),
    })
    const answer = await service.post('/v1/events', [{ id: 'a', type: 'impression', token: slate.token }])
    expect(answer.headers.get('retry-after')).toBe('1')
    const text = await answer.text()
    expect([answer.status, JSON.parse(text).code]).toEqual([503, 'store-unavailable'])
    expect(text).not.toContain('db.internal')
    expect(service.logged.at(-1)).toMatchObject({ level: 'error' })
  })

  it('lets no more events wait for the store than allowed', async () => {
    const service = await serviceUnderTest({ config: { pendingEventsMax: 2 } })
    await service.context('vacuums', TEXTS)
    const { token } = (await (await service.get('/v1/contexts/vacuums/slate')).json()) as Slate
    const { ingest } = service.store
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const event = (id: string) => ({ id, type: 'impression', token })
    const answers: Promise<Response>[] = []
    await new Promise<void>((reached) => {
      Object.assign(service.store, {
        ingest: async (events: readonly LiveEvent[]) => {
          reached()
          await released
          return ingest(events)
        },
      })
      answers.push(service.post('/v1/events', [event('a'), event('b'), event('c')]))
    })
    expect(await codeOf(await service.post('/v1/events', [event('d')]))).toEqual([503, 'store-unavailable'])
    release()
    const [first] = await Promise.all(answers)
    expect(await statuses(first as Response)).toEqual(['accepted', 'duplicate', 'duplicate'])
    expect(await statuses(await service.post('/v1/events', [event('d')]))).toEqual(['duplicate'])
  })
})

describe('marks', () => {
  async function markOf(options: {
    key?: 'secret' | 'publishable'
    agent?: string
    afterMs?: number
    at?: number | string
  }): Promise<string> {
    const service = await serviceUnderTest()
    await service.context('vacuums', TEXTS)
    const { token, items } = (await (await service.get('/v1/contexts/vacuums/slate')).json()) as Slate
    await service.clock.advance(options.afterMs ?? 1000)
    const { id, at } = { id: 'a', at: options.at }
    const key = options.key === 'secret' ? service.secretKey : service.publishableKey
    const answer = await service.app.request('/v1/events', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'user-agent': options.agent ?? BROWSER },
      body: JSON.stringify([
        { id, type: 'click', token, item: items[0]?.id, ...(at === undefined ? {} : { at }) },
      ]),
    })
    expect(await statuses(answer)).toEqual(['accepted'])
    const [event] = (await service.store.events({ cursor: null, limit: 1 })).events
    expect(event?.occurredAtMs).toBeGreaterThanOrEqual(event?.slate.issuedAtMs as number)
    expect(event?.occurredAtMs).toBeLessThanOrEqual(event?.receivedAtMs as number)
    return event?.mark as string
  }

  it('keep what cannot be a person apart', async () => {
    expect(await markOf({})).toBe('none')
    expect(await markOf({ agent: 'Mozilla/5.0 (compatible; Googlebot/2.1)' })).toBe('bot')
    expect(await markOf({ afterMs: 199 })).toBe('too-fast')
    expect(await markOf({ afterMs: 200 })).toBe('none')
    expect(await markOf({ at: Date.UTC(2020, 0, 1) })).toBe('unlikely-time')
    expect(await markOf({ at: '2030-01-01T00:00:00+02:00' })).toBe('unlikely-time')
    // A visitor's clock that is wrong by hours is no sign of a machine.
    expect(await markOf({ at: Date.UTC(2026, 0, 5, 3) })).toBe('none')
  })

  it("do not judge visitors by the name of the server that sends for them, and take its address for no visitor's", async () => {
    expect(await markOf({ key: 'secret', agent: 'curl/8.0' })).toBe('none')
    expect(await markOf({ agent: 'curl/8.0' })).toBe('bot')
  })
})

describe('keys of events', () => {
  it('takes a publishable key in the address, and never a secret one', async () => {
    const { service, slate } = await served()
    const send = (key: string) =>
      service.app.request(`/v1/events?key=${key}`, {
        method: 'POST',
        body: JSON.stringify([{ id: 'a', type: 'impression', token: slate.token }]),
        headers: { 'content-type': 'text/plain;charset=UTF-8', origin: 'https://shop.example' },
      })
    const answer = await send(service.publishableKey)
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example')
    expect(await statuses(answer)).toEqual(['accepted'])
    expect(await codeOf(await send(service.secretKey))).toEqual([403, 'key-forbidden'])
    expect(await codeOf(await send('fk_pub_nonsense'))).toEqual([401, 'key-unknown'])
  })

  it('counts events one by one against the rate', async () => {
    const rate = { perSecond: 1, burst: 3 }
    const rates = { slate: rate, events: rate, manage: rate }
    const service = await serviceUnderTest({
      rateLimits: { byKey: rates, byNetwork: rates, failuresByNetwork: rate },
    })
    await service.context('vacuums', TEXTS)
    const { token } = (await (await service.get('/v1/contexts/vacuums/slate')).json()) as Slate
    const event = (id: string) => ({ id, type: 'impression', token })
    expect((await service.post('/v1/events', [event('a'), event('b')])).status).toBe(200)
    const answer = await service.post('/v1/events', [event('c'), event('d')])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await codeOf(answer)).toEqual([429, 'rate-limited'])
  })
})
