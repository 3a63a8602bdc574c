import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type ClientOptions, createClient } from './client.ts'
import type { ForageClientError } from './errors.ts'
import type { Slate } from './slate.ts'
import { type FakeService, fakeService, problem } from './testing/fake-service.ts'
import { memoryStorage } from './testing/memory-storage.ts'

const KEY = 'fk_pub_abc123_secret'
let service: FakeService
let errors: ForageClientError[]

beforeEach(() => {
  vi.useFakeTimers()
  service = fakeService()
  errors = []
})
afterEach(() => {
  vi.useRealTimers()
})

function client(more: Partial<ClientOptions> = {}) {
  const onError = (error: ForageClientError) => void errors.push(error)
  return createClient({ url: 'http://forage.test/', key: KEY, fetch: service.fetch, onError, ...more })
}

const codes = () => errors.map(({ code }) => code)

/** Runs the timers that the promise waits for. */
async function soon<T>(promise: Promise<T>, ms = 5000): Promise<T> {
  await vi.advanceTimersByTimeAsync(ms)
  return promise
}

test('a slate is asked for with the key, size, visitor and what creates a context', async () => {
  const slate = await client({ visitor: 'ann' }).slate('shop/Vacuums', {
    size: 2,
    task: 'headline',
    topic: 'V&B',
  })
  expect(slate).toMatchObject({ source: 'live', context: 'shop/Vacuums', arm: 'live', version: 3 })
  expect(slate.items.map(({ id }) => id)).toEqual(['i0', 'i1'])
  const [request] = service.requests
  expect(request?.url.pathname).toBe('/v1/contexts/shop%2FVacuums/slate')
  expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
    size: '2',
    visitor: 'ann',
    task: 'headline',
    topic: 'V&B',
  })
  expect(request?.key).toBe(KEY)
})

test('outside a page nobody is the visitor unless the call says who', async () => {
  const forage = client()
  await forage.slate('vacuums')
  await forage.slate('vacuums', { visitor: 'bob' })
  await client({ visitor: 'ann' }).slate('vacuums', { visitor: null })
  expect(service.requests.map(({ url }) => url.searchParams.get('visitor'))).toEqual([null, 'bob', null])
})

test('impressions and clicks go out in one batch, each once, with the token and an id', async () => {
  const forage = client()
  const slate = await forage.slate('vacuums')
  forage.impression(slate)
  forage.impression(slate)
  forage.impression(slate, 'i1')
  forage.click(slate, slate.items[1] as Slate['items'][number])
  forage.click(slate, 'i1')
  await vi.advanceTimersByTimeAsync(2000)
  expect([...service.events.values()].map(({ type, item, token }) => [type, item, token])).toEqual([
    ['impression', undefined, slate.token],
    ['impression', 'i1', slate.token],
    ['click', 'i1', slate.token],
  ])
  expect(service.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
  for (const id of service.events.keys()) expect(id).toMatch(/^\d{20,30}$/)
  expect(await forage.flush()).toBe(0)
})

test('a full batch does not wait', async () => {
  const forage = client({ batchSize: 3 })
  const slate = await forage.slate('vacuums')
  for (const { id } of slate.items) forage.impression(slate, id)
  await vi.advanceTimersByTimeAsync(0)
  expect(service.events.size).toBe(3)
})

test('a slate that crossed a network as JSON, or its token alone, can be reported', async () => {
  const forage = client()
  const slate = await forage.slate('vacuums')
  forage.impression(JSON.parse(JSON.stringify(slate)))
  forage.click({ token: slate.token }, 'i2')
  expect(await soon(forage.flush())).toBe(0)
  expect([...service.events.values()].map(({ type }) => type)).toEqual(['impression', 'click'])
})

test('with the service away the default slate is shown, and nothing is reported for it', async () => {
  service.before = () => Promise.reject(new TypeError('no network'))
  const forage = client({ defaultSlate: (context) => [`About ${context}`, 'More'] })
  const slate = await soon(forage.slate('vacuums', { size: 1 }))
  expect(slate).toMatchObject({
    source: 'default',
    token: null,
    items: [{ text: 'About vacuums', position: 0 }],
  })
  service.before = undefined
  forage.impression(slate)
  forage.click(slate, 'default-0')
  expect(await soon(forage.flush())).toBe(0)
  expect(service.events.size).toBe(0)
  expect(codes()).toEqual(['unreachable'])
})

test('a hanging service is given up in time', async () => {
  service.before = () => new Promise(() => {})
  let slate: Slate | undefined
  void client({ timeoutMs: 500, defaultSlate: ['One'] })
    .slate('vacuums')
    .then((found) => {
      slate = found
    })
  await vi.advanceTimersByTimeAsync(499)
  expect(slate).toBeUndefined()
  await vi.advanceTimersByTimeAsync(1)
  expect(slate?.source).toBe('default')
  expect(codes()).toEqual(['timeout'])
})

test('a slate that fails once is tried again within the time', async () => {
  let calls = 0
  service.before = () => (calls++ === 0 ? new Response('bad gateway', { status: 502 }) : undefined)
  const slate = await soon(client().slate('vacuums'), 300)
  expect(slate.source).toBe('live')
  expect(errors).toEqual([])
})

test('the last slate stands in for a service that is away, until it is too old; nothing is reported for it', async () => {
  const forage = client({ staleMs: 60_000, defaultSlate: ['Default'] })
  const live = await forage.slate('vacuums')
  service.before = () => problem(503, 'store-unavailable')
  const stale = await soon(forage.slate('vacuums'))
  expect(stale).toMatchObject({ source: 'stale', token: null, items: live.items })
  expect((await soon(forage.slate('other'))).source).toBe('default')
  await vi.advanceTimersByTimeAsync(60_000)
  expect((await soon(forage.slate('vacuums'))).source).toBe('default')
})

test('a service that says no is not stood in for by what it gave before', async () => {
  const storage = memoryStorage()
  const forage = client({ storage, defaultSlate: ['Default'] })
  await forage.slate('vacuums')
  expect([...storage.values.keys()]).toEqual(['forage.slates.fk_pub_abc123'])
  service.before = () => problem(404, 'context-unknown')
  expect((await forage.slate('vacuums')).source).toBe('default')
  service.before = () => Promise.reject(new TypeError('no network'))
  expect((await soon(forage.slate('vacuums'))).source).toBe('default')
  expect(codes()).toEqual(['context-unknown', 'unreachable'])
})

test('last slates outlive the page where storage is allowed', async () => {
  const storage = memoryStorage()
  await client({ storage }).slate('vacuums')
  service.before = () => Promise.reject(new TypeError('no network'))
  expect((await soon(client({ storage }).slate('vacuums'))).source).toBe('stale')
})

test('a context without a pool gives the default slate and is no failure', async () => {
  const slate = await client({ defaultSlate: ['Default'] }).slate('empty')
  expect(slate).toMatchObject({ source: 'default', items: [{ text: 'Default' }] })
  expect(errors).toEqual([])
})

test('what is no slate is not taken for one', async () => {
  for (const body of ['<html>Log in to the hotel network</html>', '{"items":[{}]}', '[]', 'null', '"x"']) {
    service.before = () => new Response(body)
    expect((await soon(client({ defaultSlate: ['Default'] }).slate('vacuums'))).source).toBe('default')
  }
  expect(new Set(codes())).toEqual(new Set(['bad-answer']))
})

test('wrong calls reach onError and not the page', async () => {
  const forage = client({
    defaultSlate: () => {
      throw new Error('mine')
    },
  })
  forage.click(undefined as never, 'i1')
  forage.click({ token: 'v1.x' }, undefined as never)
  forage.impression(null as never)
  expect((await forage.slate('empty')).items).toEqual([])
  expect(codes()).toEqual(['bad-call', 'bad-call', 'bad-call', 'bad-call'])
  expect(await forage.flush()).toBe(0)
})

test('an onError that throws is not heard by the page', async () => {
  service.before = () => problem(401, 'key-unknown')
  const forage = client({
    onError: () => {
      throw new Error('mine')
    },
  })
  expect((await forage.slate('vacuums')).source).toBe('default')
})

test('without onError only what trying again does not mend is printed', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  service.before = () => problem(401, 'key-unknown')
  const quiet = createClient({ url: 'http://forage.test', key: KEY, fetch: service.fetch })
  await quiet.slate('vacuums')
  service.before = () => Promise.reject(new TypeError('no network'))
  await soon(quiet.slate('vacuums'))
  expect(warn.mock.calls).toEqual([['forage: key-unknown: because of key-unknown']])
  warn.mockRestore()
})

test('without consent nothing is stored, and withdrawing it removes what was', async () => {
  const storage = memoryStorage()
  const forage = client({ storage, consent: false })
  const slate = await forage.slate('vacuums')
  service.before = () => Promise.reject(new TypeError('no network'))
  forage.click(slate, 'i0')
  await soon(forage.flush())
  expect(storage.values.size).toBe(0)
  forage.setConsent(true)
  await soon(forage.flush())
  expect([...storage.values.keys()]).toEqual(['forage.queue.fk_pub_abc123'])
  forage.setConsent(false)
  expect(storage.values.size).toBe(0)
  service.before = undefined
  expect(await soon(forage.flush())).toBe(0)
  expect(service.events.size).toBe(1)
})

test('storage that throws is as good as none', async () => {
  const broken = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  const forage = client({ storage: { getItem: broken, setItem: broken, removeItem: broken } })
  const slate = await forage.slate('vacuums')
  forage.click(slate, 'i0')
  expect(await soon(forage.flush())).toBe(0)
})

test('close sends what waits, and says what could not be sent', async () => {
  const forage = client()
  const slate = await forage.slate('vacuums')
  forage.click(slate, 'i0')
  await soon(forage.close(), 0)
  expect(service.events.size).toBe(1)

  const other = client()
  service.before = () => new Promise(() => {})
  other.click(slate, 'i1')
  await soon(other.close(), 2000)
  expect(errors.find(({ code }) => code === 'not-delivered')?.lostEventIds).toHaveLength(1)
  expect(vi.getTimerCount()).toBe(0)
})
