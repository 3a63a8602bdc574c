import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type DeliverySettings, startDelivery } from './delivery.ts'
import type { ForageClientError } from './errors.ts'
import { keptIn } from './storage.ts'
import { type FakeService, fakeService, problem } from './testing/fake-service.ts'
import { memoryStorage } from './testing/memory-storage.ts'
import type { WireEvent } from './wire.ts'

const HOUR_MS = 3_600_000
let service: FakeService
let errors: ForageClientError[]

beforeEach(() => {
  vi.useFakeTimers()
  service = fakeService()
  errors = []
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

function settings(more: Partial<DeliverySettings> = {}): DeliverySettings {
  return {
    url: 'http://forage.test',
    key: 'fk_pub_abc123_secret',
    fetch: service.fetch,
    timeoutMs: 2000,
    batchSize: 20,
    flushMs: 2000,
    queueMax: 1000,
    kept: keptIn('none', () => true)('queue'),
    report: (error) => void errors.push(error),
    ...more,
  }
}

const event = (id: string, more: Partial<WireEvent> = {}): WireEvent => ({
  id,
  type: 'click',
  token: 'v1.slate-0',
  item: 'i0',
  ...more,
})
const later = () => Date.now() + HOUR_MS
const codes = () => errors.map(({ code }) => code)
const posts = () => service.requests.filter(({ method }) => method === 'POST')

test('waits double after each failure, with jitter, and end at a minute', async () => {
  service.before = () => problem(503, 'store-unavailable')
  const times: number[] = []
  vi.spyOn(Math, 'random').mockReturnValue(1)
  const delivery = startDelivery(
    settings({
      fetch: (...request) => {
        times.push(Date.now())
        return service.fetch(...request)
      },
    }),
  )
  delivery.add(event('a'), Date.now() + 10 * HOUR_MS)
  await vi.advanceTimersByTimeAsync(300_000)
  const gaps = times.slice(1).map((time, index) => time - (times[index] as number))
  expect(gaps.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
  vi.mocked(Math.random).mockReturnValue(0)
  times.length = 0
  await vi.advanceTimersByTimeAsync(200_000)
  expect((times[2] as number) - (times[1] as number)).toBe(30_000)
  service.before = undefined
  await vi.advanceTimersByTimeAsync(60_000)
  expect([...service.events.keys()]).toEqual(['a'])
})

test.each([
  ['seconds', () => '120'],
  ['a date', () => new Date(Date.now() + 120_000).toUTCString()],
])('a Retry-After in %s is waited for', async (_, header) => {
  service.before = () => problem(429, 'rate-limited', { 'retry-after': header() })
  const delivery = startDelivery(settings({ flushMs: 0 }))
  delivery.add(event('a'), later())
  await vi.advanceTimersByTimeAsync(118_000)
  expect(posts()).toHaveLength(1)
  service.before = undefined
  await vi.advanceTimersByTimeAsync(4000)
  expect(service.events.size).toBe(1)
})

test('when the network is back there is no more waiting', async () => {
  service.before = () => problem(429, 'rate-limited', { 'retry-after': '500' })
  const delivery = startDelivery(settings())
  delivery.add(event('a'), later())
  await vi.advanceTimersByTimeAsync(3000)
  service.before = undefined
  delivery.hurry()
  await vi.advanceTimersByTimeAsync(2000)
  expect(service.events.size).toBe(1)
})

test('one request is under way at a time, so that what waits for an answer is not sent twice', async () => {
  let answer = () => {}
  service.before = () =>
    new Promise((resolve) => {
      answer = () => resolve(undefined)
    })
  const delivery = startDelivery(settings({ batchSize: 2 }))
  delivery.add(event('a'), later())
  delivery.add(event('b'), later())
  await vi.advanceTimersByTimeAsync(100)
  delivery.add(event('c'), later())
  delivery.add(event('d'), later())
  const flushed = Promise.all([delivery.flush(), delivery.flush()])
  await vi.advanceTimersByTimeAsync(100)
  expect(posts()).toHaveLength(1)
  service.before = undefined
  answer()
  expect(await flushed).toEqual([0, 0])
  expect(service.arrivals).toEqual(['a', 'b', 'c', 'd'])
})

test('an event that spoils its batch is given up alone', async () => {
  service.before = async (request) =>
    (await request.clone().text()).includes('"bad"') ? problem(400, 'bad-json') : undefined
  const delivery = startDelivery(settings())
  for (const id of ['a', 'b', 'bad', 'c', 'd']) delivery.add(event(id), later())
  expect(await delivery.flush()).toBe(0)
  expect([...service.events.keys()].sort()).toEqual(['a', 'b', 'c', 'd'])
  expect(errors.map(({ code, lostEventIds }) => [code, lostEventIds])).toEqual([['bad-json', ['bad']]])
})

test('a body that is too large is sent in parts', async () => {
  service.before = async (request) =>
    (await request.clone().text()).length > 300 ? problem(413, 'body-too-large') : undefined
  const delivery = startDelivery(settings())
  for (let i = 0; i < 17; i++) delivery.add(event(`e${i}`), later())
  expect(await delivery.flush()).toBe(0)
  expect(service.events.size).toBe(17)
  expect(errors).toEqual([])
})

test('a key that is refused gives the events up, and says which', async () => {
  service.before = () => problem(401, 'key-unknown')
  const delivery = startDelivery(settings())
  delivery.add(event('a'), later())
  expect(await delivery.flush()).toBe(0)
  expect(errors[0]).toMatchObject({
    code: 'key-unknown',
    status: 401,
    isRetryable: false,
    lostEventIds: ['a'],
  })
})

test('an event that the service refuses is reported and not sent again', async () => {
  const delivery = startDelivery(settings())
  delivery.add(event('a', { token: 'forged' }), later())
  delivery.add(event('b'), later())
  expect(await delivery.flush()).toBe(0)
  expect(errors.map(({ code, message, lostEventIds }) => [code, message, lostEventIds])).toEqual([
    ['event-refused', 'bad-token', ['a']],
  ])
})

test('an answer that leaves events out is not taken for all of them', async () => {
  let isFirst = true
  service.before = () => {
    if (!isFirst) return undefined
    isFirst = false
    return Response.json({ results: [{ id: 'a', status: 'accepted' }, null] })
  }
  const delivery = startDelivery(settings())
  delivery.add(event('a'), later())
  delivery.add(event('b'), later())
  expect(await delivery.flush()).toBe(1)
  expect(await delivery.flush()).toBe(0)
  expect(service.arrivals).toEqual(['b'])
  expect(codes()).toEqual(['bad-answer'])
})

test('what cannot be delivered while the slate is open is given up and reported', async () => {
  service.before = () => Promise.reject(new TypeError('no network'))
  const delivery = startDelivery(settings())
  delivery.add(event('a'), Date.now() + 60_000)
  await vi.advanceTimersByTimeAsync(200_000)
  expect(errors.at(-1)).toMatchObject({ code: 'event-expired', lostEventIds: ['a'] })
  expect(vi.getTimerCount()).toBe(0)
})

test('a wait that is over holds up nothing that comes later', async () => {
  service.before = () => problem(429, 'rate-limited', { 'retry-after': '100' })
  const delivery = startDelivery(settings())
  delivery.add(event('a'), Date.now() + 50_000)
  await vi.advanceTimersByTimeAsync(103_000)
  expect(codes()).toEqual(['rate-limited', 'event-expired'])
  service.before = undefined
  delivery.add(event('b'), later())
  await vi.advanceTimersByTimeAsync(2000)
  expect([...service.events.keys()]).toEqual(['b'])
})

test('beyond its bound the queue gives up the oldest and says so', async () => {
  service.before = () => Promise.reject(new TypeError('no network'))
  const delivery = startDelivery(settings({ queueMax: 3 }))
  for (const id of ['a', 'b', 'c', 'd', 'e']) delivery.add(event(id), later())
  expect(errors.map(({ code, lostEventIds }) => [code, lostEventIds])).toEqual([
    ['queue-full', ['a']],
    ['queue-full', ['b']],
  ])
  service.before = undefined
  expect(await delivery.flush()).toBe(0)
  expect([...service.events.keys()]).toEqual(['c', 'd', 'e'])
})

test('leaving hands all to the browser within its limit, and keeps it for the next page', async () => {
  const storage = memoryStorage()
  const kept = keptIn(storage, () => true)('queue')
  const bodies: string[] = []
  vi.stubGlobal('navigator', {
    sendBeacon: (url: string, body: string) => {
      expect(url).toBe('http://forage.test/v1/events?key=fk_pub_abc123_secret')
      bodies.push(body)
      return true
    },
  })
  const first = startDelivery(settings({ kept, batchSize: 1000 }))
  for (let i = 0; i < 300; i++) first.add(event(`e${i}`, { token: `v1.${'x'.repeat(500)}` }), later())
  first.leave()
  first.leave()
  expect(bodies.length).toBe(4)
  for (const body of bodies) expect(body.length).toBeLessThan(64 * 1024)
  expect(bodies.flatMap((body) => JSON.parse(body))).toHaveLength(300)

  const second = startDelivery(settings({ kept, batchSize: 1000 }))
  expect(await second.flush()).toBe(0)
  expect(service.events.size).toBe(300)
  expect(storage.values.size).toBe(0)
})

test('a browser that takes no beacon gets a request that outlives the page', async () => {
  vi.stubGlobal('navigator', { sendBeacon: () => false })
  const delivery = startDelivery(settings())
  delivery.add(event('a'), later())
  delivery.leave()
  await vi.advanceTimersByTimeAsync(0)
  expect(posts()[0]).toMatchObject({ key: 'fk_pub_abc123_secret' })
  expect([...service.events.keys()]).toEqual(['a'])
})

test('two tabs that share storage do not lose each other’s events', async () => {
  const kept = keptIn(memoryStorage(), () => true)('queue')
  service.before = () => Promise.reject(new TypeError('no network'))
  const [one, two] = [startDelivery(settings({ kept })), startDelivery(settings({ kept }))]
  one.add(event('a'), later())
  two.add(event('b'), later())
  await Promise.all([one.flush(), two.flush()])
  one.stop()
  two.stop()
  service.before = undefined
  await startDelivery(settings({ kept })).flush()
  expect([...service.events.keys()].sort()).toEqual(['a', 'b'])
})

test('kept events that are no events are left alone', async () => {
  const storage = memoryStorage()
  const kept = keptIn(storage, () => true)('queue')
  for (const value of ['junk', '{"a":1}', '[null,5,{"event":{}}]', '"x"']) {
    storage.setItem('forage.queue', value)
    const delivery = startDelivery(settings({ kept }))
    delivery.add(event('a'), later())
    expect(await delivery.flush()).toBe(0)
  }
})

/** What the network does with one request. */
const weather = fc.constantFrom(
  'fine',
  'fine',
  'lost-on-the-way',
  'answer-lost',
  'hangs',
  'busy',
  'down',
  'proxy-page',
  'half-answered',
)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 20_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hide' as const), isBeaconTaken: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('next-page' as const) }) },
)

test('whatever the network does, each event arrives with the id it was given, or is reported as lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 40 }),
      fc.array(weather, { maxLength: 40 }),
      fc.integer({ min: 1, max: 7 }),
      async (steps, weathers, batchSize) => {
        service = fakeService()
        errors = []
        let calls = 0
        service.before = async (request) => {
          const now = weathers[calls++] ?? 'fine'
          if (now === 'lost-on-the-way') throw new TypeError('no network')
          if (now === 'hangs') return new Promise<Response>(() => {})
          if (now === 'busy') return problem(429, 'rate-limited', { 'retry-after': '7' })
          if (now === 'down') return problem(503, 'store-unavailable')
          if (now === 'proxy-page') return new Response('<html>', { status: calls % 2 ? 200 : 404 })
          if (now === 'fine') return undefined
          const events: WireEvent[] = JSON.parse(await request.clone().text())
          const taken = now === 'answer-lost' ? events : events.slice(0, events.length >> 1)
          for (const one of taken) service.events.set(one.id, one)
          if (now === 'answer-lost') throw new TypeError('connection reset')
          return Response.json({ results: taken.map(({ id }) => ({ id, status: 'accepted' })) })
        }
        const storage = memoryStorage()
        let page = 0
        // A page that is gone sends nothing, hears nothing and writes nothing any more.
        const start = () => {
          const own = ++page
          const fetchWhileThere: typeof fetch = async (...request) => {
            if (own !== page) return new Promise(() => {})
            const answer = await service.fetch(...request)
            return own === page ? answer : new Promise(() => {})
          }
          const kept = keptIn(storage, () => own === page)('queue')
          const report = (error: ForageClientError) => void (own === page && errors.push(error))
          return startDelivery(settings({ kept, batchSize, queueMax: 50, fetch: fetchWhileThere, report }))
        }
        let delivery = start()
        const given = new Set<string>()
        let isBeaconTaken = true
        // A beacon that the browser took may yet be lost on the way.
        vi.stubGlobal('navigator', { sendBeacon: () => isBeaconTaken })
        for (const one of steps) {
          if (one.kind === 'add') {
            const id = `e${given.size}`
            given.add(id)
            delivery.add(event(id), later())
          } else if (one.kind === 'wait') await vi.advanceTimersByTimeAsync(one.ms)
          else if (one.kind === 'hide') {
            isBeaconTaken = one.isBeaconTaken
            delivery.leave()
          } else {
            delivery.leave()
            delivery = start()
          }
        }
        weathers.length = 0
        await vi.advanceTimersByTimeAsync(300_000)
        const waiting = delivery.flush()
        await vi.advanceTimersByTimeAsync(10_000)
        expect(await waiting).toBe(0)
        expect(storage.values.size).toBe(0)
        const lost = new Set(errors.flatMap(({ lostEventIds }) => lostEventIds))
        for (const id of given) expect(service.events.has(id) || lost.has(id), id).toBe(true)
        for (const id of service.events.keys()) expect(given.has(id)).toBe(true)
        expect(lost.size).toBe(0)
        delivery.stop()
      },
    ),
    { numRuns: 300, seed: 20251125 },
  )
})
