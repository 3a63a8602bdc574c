import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HeldConnection, hold, holdMany } from './hostile.ts'
import { directoryPlace, type Place } from './places.ts'
import { type ServiceProcess, startService } from './service-process.ts'
import { until } from './until.ts'

// One real node, and clients that mean it no good. After each, slates and events go on.

const MIB = 1024 * 1024
/** Files that a process may open are limited; both ends are counted, each in its own process. */
const IDLE_WANTED = 10_000
const IDLE_LEAST = 500

let where: Place
let service: ServiceProcess
let key: string
const held: HeldConnection[] = []

beforeAll(async () => {
  where = await directoryPlace()
  service = await startService({ place: where.place })
  key = service.secretKey() ?? ''
  const items = ['Are vacuums loud at night?', 'Do vacuums need new bags often?', 'How heavy is a vacuum?']
  const made = await ask('/v1/contexts', {
    key: 'vacuums',
    topic: 'Vacuums',
    items,
    config: { poolSize: 3, due: {} },
  })
  expect(made.status).toBe(201)
  await until(
    'a pool is served',
    async () => ((await (await ask(SLATE)).json()) as { token: unknown }).token !== null,
  )
}, 120_000)

afterAll(async () => {
  for (const { socket } of held) socket.destroy()
  await service?.kill()
  await where?.remove()
})

const SLATE = '/v1/contexts/vacuums/slate'

function ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const isBytes = body instanceof Uint8Array || typeof body === 'string'
  return fetch(`${service.url}${path}`, {
    signal: AbortSignal.timeout(30_000),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined
      ? {}
      : { method: 'POST', body: isBytes ? (body as string) : JSON.stringify(body) }),
  })
}

async function goesOn(): Promise<void> {
  const slate = await ask(SLATE)
  expect(slate.status).toBe(200)
  const { token, items } = (await slate.json()) as { token: string; items: { id: string }[] }
  const events = [
    { id: '1', type: 'impression', token },
    { id: '2', type: 'click', token, item: items[0]?.id },
  ]
  const { results } = (await (await ask('/v1/events', events)).json()) as { results: { status: string }[] }
  expect(results.map(({ status }) => status)).toEqual(['accepted', 'accepted'])
}

async function code(answer: Response): Promise<[number, string]> {
  return [answer.status, ((await answer.json()) as { code: string }).code]
}

test('heads and bodies that come byte by byte are cut, while others are answered', async () => {
  const head = `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\n`
  const slowHeads = await Promise.all(Array.from({ length: 20 }, () => hold(service.url, head)))
  const slowBodies = await Promise.all(
    Array.from({ length: 20 }, () => hold(service.url, `${head}content-length: 100000\r\n\r\n[`)),
  )
  held.push(...slowHeads, ...slowBodies)
  const drip = setInterval(() => {
    for (const { socket } of slowHeads) socket.write('x')
    for (const { socket } of slowBodies) socket.write(' ')
  }, 1_000)
  try {
    await goesOn()
    await until('slow clients are cut', () => [...slowHeads, ...slowBodies].every((one) => one.isClosed()))
  } finally {
    clearInterval(drip)
  }
  for (const one of slowHeads) expect(one.received()).toMatch(/^HTTP\/1.1 408 /)
  await goesOn()
}, 120_000)

test('thousands of connections that say nothing do not keep others from their slates', async () => {
  const idle = await holdMany(service.url, IDLE_WANTED)
  held.push(...idle)
  expect(idle.length).toBeGreaterThanOrEqual(IDLE_LEAST)
  for (let time = 0; time < 20; time++) await goesOn()
  process.stderr.write(`${idle.length} idle connections held\n`)
  for (const { socket } of idle) socket.destroy()
}, 120_000)

test('a small body that unpacks to a large one is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(256 * MIB, ' '))
  expect(bomb.length).toBeLessThan(MIB)
  const gzip = { 'content-encoding': 'gzip' }
  expect(await code(await ask('/v1/events', bomb, gzip))).toEqual([413, 'body-too-large'])
  await goesOn()
})

test('a body that is too large is refused, announced or not', async () => {
  expect(await code(await ask('/v1/events', 'x'.repeat(2 * MIB)))).toEqual([413, 'body-too-large'])
  const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`
  const one = await hold(
    service.url,
    `POST /v1/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\ntransfer-encoding: chunked\r\n\r\n`,
  )
  held.push(one)
  for (let sent = 0; sent < 2 * MIB && !one.isClosed(); sent += 0x10000) one.socket.write(chunk)
  await until('it is refused', () => one.received().includes('body-too-large'))
  expect(one.received()).toMatch(/^HTTP\/1.1 413 /)
  await goesOn()
})

test('deep JSON is refused or read, and never more', async () => {
  const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`
  const answer = await ask('/v1/events', deep)
  expect(answer.status).toBeLessThan(500)
  const context = await ask('/v1/contexts', `{"key":"deep","topic":"Deep","config":${deep}}`)
  expect(context.status).toBeLessThan(500)
  expect(context.status).toBeGreaterThanOrEqual(400)
  const objects = `${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`
  expect((await ask('/v1/events', `[${objects}]`)).status).toBeLessThan(500)
  await goesOn()
})

test('what is no HTTP is refused', async () => {
  const junk = await hold(service.url, '\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n')
  const large = await hold(service.url, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`)
  const twice = await hold(
    service.url,
    'POST /v1/events HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
  )
  held.push(junk, large, twice)
  await until('all are closed', () => [junk, large, twice].every((one) => one.isClosed()))
  expect(junk.received()).toMatch(/^HTTP\/1.1 400 /)
  expect(large.received()).toMatch(/^HTTP\/1.1 431 /)
  expect(twice.received()).toMatch(/^HTTP\/1.1 400 /)
  await goesOn()
})
