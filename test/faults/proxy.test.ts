import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLIENT, startProxy, type TestProxy } from './buffering-proxy.ts'
import { directoryPlace, type Place } from './places.ts'
import { type ServiceProcess, startService } from './service-process.ts'
import { until } from './until.ts'

// A real node behind a proxy. Each network may click on one slate a day, so that addresses show in what is counted.

const ITEMS = ['Are vacuums loud at night?', 'Do vacuums need new bags often?', 'How heavy is a vacuum?']

/** Programs that say what they are count as bots. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

let where: Place
let service: ServiceProcess
let proxy: TestProxy
let key: string
/** Of pages: who asks with it is the visitor, not the server of a shop. */
let pageKey: string

beforeAll(async () => {
  where = await directoryPlace()
  service = await startService({ place: where.place, env: { FORAGE_TRUSTED_PROXIES: '1' } })
  key = service.secretKey() ?? ''
  pageKey = /fk_pub_[\w-]+/.exec(service.output())?.[0] ?? ''
  proxy = await startProxy(service.url)
}, 120_000)

afterAll(async () => {
  await proxy?.close()
  await service?.kill()
  await where?.remove()
})

function ask(path: string, client: string, body?: unknown, headers: Record<string, string> = {}) {
  return fetch(`${proxy.url}${path}`, {
    signal: AbortSignal.timeout(30_000),
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      [CLIENT]: client,
      ...headers,
    },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  })
}

async function made(context: string): Promise<void> {
  const caps = { clickedSlatesPerNetwork: 1, clickMsMin: 0 }
  const arms = [{ key: 'live', share: 1 }]
  const config = { poolSize: 3, due: {}, attributionWindowSeconds: 1, caps, arms }
  const answer = await ask('/v1/contexts', '192.0.2.1', {
    key: context,
    topic: 'Vacuums',
    items: ITEMS,
    config,
  })
  expect(answer.status).toBe(201)
  await until('a pool is served', async () => {
    const slate = (await (await ask(`/v1/contexts/${context}/slate`, '192.0.2.1')).json()) as {
      token: unknown
    }
    return slate.token !== null
  })
}

/** One visit with a click. */
async function clicked(context: string, visitor: string, client: string, forwarded?: string): Promise<void> {
  const headers = {
    authorization: `Bearer ${pageKey}`,
    'user-agent': BROWSER,
    ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
  }
  const path = `/v1/contexts/${context}/slate?visitor=${visitor}`
  const slate = (await (await ask(path, client, undefined, headers)).json()) as {
    token: string
    items: { id: string }[]
  }
  const events = [{ id: '1', type: 'click', token: slate.token, item: slate.items[0]?.id }]
  const answer = (await (await ask('/v1/events', client, events, headers)).json()) as {
    results: { status: string }[]
  }
  expect(answer.results).toMatchObject([{ status: 'accepted' }])
}

/** Visits that are counted, and left out because of their network, once there are so many. */
async function counts(context: string, visits: number): Promise<{ counted: number; leftOut: number }> {
  let found = { counted: 0, leftOut: 0 }
  await until(`${visits} visits are judged`, async () => {
    const answer = await ask(`/v1/contexts/${context}/statistics`, '192.0.2.1')
    const { arms } = (await answer.json()) as {
      arms: { slates: number; leftOut: Record<string, number> }[]
    }
    const sum = (of: (arm: (typeof arms)[0]) => number) => arms.reduce((all, arm) => all + of(arm), 0)
    found = { counted: sum((arm) => arm.slates), leftOut: sum((arm) => arm.leftOut['network-cap'] ?? 0) }
    return found.counted + found.leftOut === visits
  })
  return found
}

test('visitors of several networks keep their own, over a few connections of the proxy', async () => {
  await made('many')
  for (let network = 1; network <= 20; network++)
    await clicked('many', `visitor-${network}`, `203.0.${network}.7`)
  expect(await counts('many', 20)).toEqual({ counted: 20, leftOut: 0 })
  expect(proxy.connections()).toBeLessThanOrEqual(4)
})

test('a client that claims other addresses is still of its own network', async () => {
  await made('claims')
  for (let claim = 1; claim <= 5; claim++)
    await clicked('claims', `visitor-${claim}`, `198.51.100.${claim}`, `10.0.${claim}.1, 172.16.${claim}.1`)
  expect(await counts('claims', 5)).toEqual({ counted: 1, leftOut: 4 })
})

test('a live view comes through a proxy that buffers', async () => {
  await made('live')
  const gone = new AbortController()
  const answer = await fetch(`${proxy.url}/v1/contexts/live/live`, {
    headers: { authorization: `Bearer ${key}` },
    signal: gone.signal,
  })
  expect(answer.headers.get('content-encoding')).toBeNull()
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  while (!text.includes('event: statistics')) {
    const { done, value } = await reader.read()
    if (done) break
    text += Buffer.from(value).toString()
  }
  expect(text).toContain('event: statistics\ndata: {"context":"live"')
  gone.abort()
}, 30_000)
