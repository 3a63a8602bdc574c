import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Managing, managing } from '../../testing/managing.ts'
import { DEFAULT_RATE_LIMITS, scaledRateLimits } from '../keys/rate-limits.ts'
import { PROBLEMS } from '../problem-codes.ts'
import { timedStore } from '../timed-store.ts'

let service: Managing
beforeEach(async () => {
  service = await managing()
})
const open = async (path: string, method = 'GET') => service.app.request(path, { method })

describe('health', () => {
  test('a node is alive at once, and ready when it has read the pools and reaches the store', async () => {
    const fresh = await managing()
    expect((await fresh.app.request('/healthz')).status).toBe(200)
    expect(await (await fresh.app.request('/readyz')).json()).toMatchObject({
      isReady: false,
      serving: 'loading',
    })
    await fresh.dependencies.serving.refresh()
    const ready = await fresh.app.request('/readyz')
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { isReady: true, store: 'ok', serving: 'loaded', isStopping: false },
    ])
  })

  test('a store that is away or hangs, and a node that stops, are not ready; the store is asked once a second', async () => {
    await service.dependencies.serving.refresh()
    let pings = 0
    service.store.ping = () => {
      pings++
      return Promise.reject(new Error('away'))
    }
    for (let ask = 0; ask < 5; ask++) expect((await open('/readyz')).status).toBe(503)
    expect(pings).toBe(1)
    service.store.ping = () => new Promise(() => undefined)
    await service.clock.advance(1000)
    const hanging = open('/readyz')
    await service.clock.advance(2000)
    expect(await (await hanging).json()).toMatchObject({ store: 'away' })
    service.store.ping = async () => undefined
    await service.clock.advance(1000)
    expect((await open('/readyz')).status).toBe(200)
    service.dependencies.health.stop()
    expect(await (await open('/readyz')).json()).toMatchObject({ isReady: false, isStopping: true })
  })
})

describe('metrics', () => {
  test('count what the node did, for a secret key only', async () => {
    expect((await open('/metrics')).status).toBe(401)
    expect((await service.get('/metrics')).status).toBe(403)
    await service.context('vacuums', ['Is it loud?', 'Is it heavy?', 'Is it cheap?'])
    await service.get('/v1/contexts/vacuums/slate')
    await service.ask('GET', '/v1/contexts/vacuums')
    const { metrics } = service.dependencies
    metrics.counted(3, service.clock.now() - 5000)
    metrics.stored('ingest', false, 0.2)
    const arm = { contextId: 1, contextKey: 'vacuums', arm: 'live', atMs: 0, node: 'n' }
    metrics.optimized({
      ...arm,
      kind: 'request-answered',
      iteration: 1,
      mode: 'seed',
      attempt: 0,
      writer: 'w',
      model: 'm',
      promptVersion: 'p@1',
      isReused: false,
      usage: { modelCalls: 2, inputTokens: 10, outputTokens: 5, costUsd: 0.25, seconds: 1 },
      durationMs: 10,
      born: 1,
      refused: 1,
    })
    metrics.optimized({
      ...arm,
      kind: 'births-short',
      iteration: 1,
      mode: 'seed',
      wanted: 2,
      got: 1,
      refused: { markup: 4 },
    })
    metrics.optimized({
      ...arm,
      kind: 'iteration-committed',
      iteration: 1,
      version: 2,
      isPoolKept: false,
      born: 3,
      left: 1,
      waiting: 0,
      interactions: 10,
      clicked: 1,
      durationMs: 1500,
    })
    const { status, headers, body } = await service.ask('GET', '/metrics')
    expect([status, headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain/)])
    for (const line of [
      'forage_slates_total 1',
      'forage_contexts 1',
      'forage_counted_visits_total 3',
      'forage_counting_lag_seconds 5',
      'forage_store_duration_seconds_count{method="ingest",outcome="failed"} 1',
      'forage_http_request_duration_seconds_count{method="GET",route="/v1/contexts/:key",status="200"} 1',
      'forage_model_calls_total{writer="w",reused="false"} 2',
      'forage_model_tokens_total{writer="w",direction="input"} 10',
      'forage_model_cost_usd_total{writer="w"} 0.25',
      'forage_refused_candidates_total{reason="markup"} 4',
      'forage_births_total 3',
      'forage_iterations_total{outcome="committed"} 1',
      'forage_events_total{outcome="accepted"} 0',
    ]) {
      expect(body.split('\n')).toContain(line)
    }
    expect(body).not.toContain('vacuums')
  })

  test('a timed store is the store, timed', async () => {
    const calls: [string, boolean][] = []
    const store = timedStore(service.store, (method, isOk) => calls.push([method, isOk]))
    expect(store.kind).toBe(service.store.kind)
    await service.context('vacuums', [])
    expect((await store.context('vacuums'))?.key).toBe('vacuums')
    service.store.ping = () => Promise.reject(new Error('away'))
    await expect(store.ping()).rejects.toThrow('away')
    expect(calls).toEqual([
      ['context', true],
      ['ping', false],
    ])
  })
})

describe('the interface', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a document of another standard
  const document = async (): Promise<any> => (await open('/openapi.json')).json()

  test('is an OpenAPI 3.1 document whose references all lead somewhere', async () => {
    const text = await (await open('/openapi.json')).text()
    const { openapi, components, paths, info } = JSON.parse(text)
    expect([openapi, info.version]).toEqual(['3.1.0', '0.0.0-test'])
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(components.schemas).toHaveProperty(name as string)
    }
    expect(Object.keys(paths).length).toBeGreaterThan(30)
    expect(Object.keys(components.securitySchemes).sort()).toEqual(['key', 'keyInQuery', 'secretKey'])
    for (const methods of Object.values<Record<string, { security?: object[] }>>(paths)) {
      for (const { security = [] } of Object.values(methods)) {
        for (const name of security.flatMap(Object.keys))
          expect(components.securitySchemes).toHaveProperty(name)
      }
    }
  })

  test('documents every route, with summary, tag, answers and failures', async () => {
    const { paths, tags } = await document()
    const known = new Set(tags.map(({ name }: { name: string }) => name))
    const documented = new Set<string>()
    // biome-ignore lint/suspicious/noExplicitAny: a document of another standard
    for (const [path, methods] of Object.entries<any>(paths)) {
      // biome-ignore lint/suspicious/noExplicitAny: a document of another standard
      for (const [method, operation] of Object.entries<any>(methods)) {
        const name = `${method} ${path}`
        documented.add(name.replaceAll(/\{(\w+)\}/g, ':$1'))
        expect([name, operation.summary]).toEqual([name, expect.any(String)])
        for (const { name: parameter, description } of operation.parameters ?? []) {
          expect([name, parameter, description]).toEqual([name, parameter, expect.stringMatching(/\w/)])
        }
        expect([name, known.has(operation.tags?.[0])]).toEqual([name, true])
        if (operation.security !== undefined) {
          for (const status of ['400', '401', '403', '429', '503']) {
            expect([name, Object.keys(operation.responses)]).toEqual([name, expect.arrayContaining([status])])
          }
        }
      }
    }
    const routes = service.dependencies.serving && service.app.routes
    for (const { method, path } of routes) {
      if (method === 'ALL' || method === 'OPTIONS' || path.startsWith('/sdk/')) continue
      expect(documented).toContain(`${method.toLowerCase()} ${path}`)
    }
  })

  test('is told by docs/api.md as it is', async () => {
    const { paths } = await document()
    const text = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8')
    const told = [...text.matchAll(/`(GET|POST|PATCH|PUT|DELETE) (\/[^\s`]*)`/g)]
    expect(told.length).toBeGreaterThan(20)
    for (const [, method = '', path = ''] of told) {
      expect([path, Object.keys(paths[path] ?? {})]).toEqual([
        path,
        expect.arrayContaining([method.toLowerCase()]),
      ])
    }
    const { byKey, byNetwork, failuresByNetwork } = DEFAULT_RATE_LIMITS
    for (const { perSecond, burst } of [
      ...Object.values(byKey),
      ...Object.values(byNetwork),
      failuresByNetwork,
    ]) {
      expect(text).toContain(`${perSecond} a second, ${burst} at once`)
    }
  })

  test('has a page that needs no other host and no script', async () => {
    const page = await open('/reference')
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'; style-src 'sha256-/)
    expect(html).not.toMatch(/<script|src=|https?:\/\/(?!shop\.example)|\[object|undefined/)
    expect(html).toContain('Create a context')
    for (const code of Object.keys(PROBLEMS)) expect(html).toContain(`<code>${code}</code>`)
    const ids = new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
    for (const [, target] of html.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  })

  test('says where nothing is, and which methods there are', async () => {
    expect((await service.ask('GET', '/v1/nothing')).body.code).toBe('route-unknown')
    expect((await open('/')).status).toBe(404)
    const wrong = await service.ask('PUT', '/v1/contexts/vacuums')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'DELETE, GET, HEAD, OPTIONS, PATCH'])
    expect((await open('/healthz', 'POST')).headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    const odd = await service.ask('PROPFIND', '/v1/contexts/vacuums')
    expect(odd.status).toBe(405)
    // The right resource for a publishable key, by a wrong method.
    for (const [method, path, allow] of [
      ['POST', '/v1/contexts/vacuums/slate', 'GET, HEAD, OPTIONS'],
      ['GET', '/v1/events', 'OPTIONS, POST'],
    ] as const) {
      const answer = await service.get(path, {
        method,
        headers: { authorization: `Bearer ${service.publishableKey}` },
      })
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, allow])
    }
  })

  test('OPTIONS tells the methods without a key, and gives pages of other origins no leave', async () => {
    const asked = await service.app.request('/v1/contexts/a%2Fb', {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'PATCH' },
    })
    expect([asked.status, await asked.text(), asked.headers.get('allow')]).toEqual([
      204,
      '',
      'DELETE, GET, HEAD, OPTIONS, PATCH',
    ])
    expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    expect((await open('/v1/nothing', 'OPTIONS')).status).toBe(401)
  })

  test('answers tell how much of the rate is left', async () => {
    const { burst, perSecond } = DEFAULT_RATE_LIMITS.byKey.manage
    const ask = async () => (await service.ask('GET', '/v1/keys')).headers
    for (const uses of [burst - 1, burst - 2]) {
      const headers = await ask()
      expect(headers.get('ratelimit')).toBe(`"manage";r=${uses};t=1`)
      expect(headers.get('ratelimit-policy')).toBe(`"manage";q=${burst};w=${burst / perSecond}`)
    }
    for (let request = 2; request < burst; request++) await ask()
    const { status, headers } = await service.ask('GET', '/v1/keys')
    expect([status, headers.get('retry-after')]).toEqual([429, '1'])
    await service.clock.advance(1000)
    expect((await ask()).get('ratelimit')).toBe(`"manage";r=${perSecond - 1};t=4`)
    // An installation without limits has none to tell.
    const open = await managing({ rateLimits: scaledRateLimits(Number.POSITIVE_INFINITY) })
    expect((await open.ask('GET', '/v1/keys')).headers.get('ratelimit')).toBeNull()
  })

  test('every answer has its id, and headers that keep it safe', async () => {
    const own = await service.ask('GET', '/v1/keys', undefined, { 'x-request-id': 'mine-1' })
    expect(own.headers.get('x-request-id')).toBe('mine-1')
    const odd = await service.ask('GET', '/v1/nothing', undefined, { 'x-request-id': 'a b<script>' })
    expect(odd.headers.get('x-request-id')).toMatch(/^[\w-]{22}$/)
    expect(odd.body.requestId).toBe(odd.headers.get('x-request-id'))
    for (const { headers } of [own, odd]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'/)
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
    expect(
      service.logged.filter(({ message }) => message === 'request').map(({ fields }) => fields),
    ).toMatchObject([
      {
        requestId: 'mine-1',
        method: 'GET',
        route: '/v1/keys',
        status: 200,
        key: service.secretKey.slice(0, 13),
      },
      { route: 'other', status: 404 },
    ])
  })
})
