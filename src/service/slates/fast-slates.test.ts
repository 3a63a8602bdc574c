import { request } from 'node:http'
import { afterEach, expect, it } from 'vitest'
import { serviceUnderTest } from '../../testing/service-under-test.ts'
import { type ListeningServer, listen } from '../listen.ts'
import { fastSlates } from './fast-slates.ts'

const servers: ListeningServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close(0)))
})

/** Two services alike, with the same randomness: one is asked through the fast way, one through the application. */
async function both() {
  const services = await Promise.all(
    [true, false].map(async (isFast) => {
      const service = await serviceUnderTest()
      await service.context('vacuums', ['Is it loud?', 'Does it climb?', 'Is it light?', 'Can it mop?'])
      await service.context('ä/1 2', ['Wie laut ist er?', 'Kann er wischen? 🧹', 'Ist er leicht?'])
      await service.context('empty', [])
      let fast = 0
      const before = fastSlates(service.dependencies)
      const server = await listen(service.app, {
        host: '127.0.0.1',
        port: 0,
        clock: service.clock,
        ...(isFast
          ? {
              before: (incoming, outgoing, otherwise) => {
                const isAnswered = before(incoming, outgoing, otherwise)
                if (isAnswered) fast++
                return isAnswered
              },
            }
          : {}),
      })
      servers.push(server)
      return { service, server, fastCount: () => fast }
    }),
  )
  return { fast: services[0] as (typeof services)[0], whole: services[1] as (typeof services)[0] }
}

interface Answer {
  readonly status: number | undefined
  readonly headers: Record<string, unknown>
  readonly body: string
}

function ask(port: number, path: string, headers: Record<string, string>, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, path, headers, method, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () => {
        const { date: _, 'x-request-id': __, ...rest } = answer.headers
        resolve({ status: answer.statusCode, headers: rest, body: Buffer.concat(chunks).toString() })
      })
    })
    asked.on('error', reject)
    asked.end()
  })
}

it('answers as the application does, byte for byte', async () => {
  const { fast, whole } = await both()
  const authorization = `Bearer ${fast.service.publishableKey}`
  const sameKey = { authorization: `Bearer ${whole.service.publishableKey}` }
  const cases: [path: string, headers?: Record<string, string>, method?: string][] = [
    ['/v1/contexts/vacuums/slate'],
    ['/v1/contexts/vacuums/slate?size=2&visitor=anna'],
    ['/v1/contexts/vacuums/slate?visitor=a%20b&size=4', { origin: 'https://shop.example' }],
    ['/v1/contexts/%C3%A4%2F1%202/slate?visitor=%C3%A4'],
    ['/v1/contexts/empty/slate'],
  ]
  for (const [path, headers = {}] of cases) {
    const [one, other] = await Promise.all([
      ask(fast.server.port, path, { authorization, ...headers }),
      ask(whole.server.port, path, { ...sameKey, ...headers }),
    ])
    expect(one.status).toBe(200)
    expect(one).toEqual(other)
  }
  expect(fast.fastCount()).toBe(cases.length)
})

it('gives each of many who ask at once a slate of the context asked for, of the size asked for', async () => {
  const { fast } = await both()
  const authorization = `Bearer ${fast.service.publishableKey}`
  const answers = await Promise.all(
    Array.from({ length: 64 }, async (_, turn) => {
      const [key, size] = turn % 2 === 0 ? ['vacuums', 1 + (turn % 4)] : ['%C3%A4%2F1%202', 1 + (turn % 3)]
      const path = `/v1/contexts/${key}/slate?size=${size}&visitor=${turn}`
      const { body } = await ask(fast.server.port, path, { authorization })
      const slate = JSON.parse(body) as { context: string; slateId: string; items: unknown[] }
      expect([slate.context, slate.items.length]).toEqual([decodeURIComponent(key), size])
      return slate.slateId
    }),
  )
  expect(new Set(answers).size).toBe(64)
  expect(fast.fastCount()).toBe(64)
})

it('lets the application report a slate that cannot be drawn, and draws the others', async () => {
  const { fast } = await both()
  const { dependencies } = fast.service
  const { sign } = dependencies.tokens
  dependencies.tokens.sign = (claims) => {
    if (claims.itemIds.length === 2) throw new RangeError('it does not fit')
    return sign(claims)
  }
  const authorization = `Bearer ${fast.service.publishableKey}`
  const answers = await Promise.all(
    [1, 2, 3].map((size) =>
      ask(fast.server.port, `/v1/contexts/vacuums/slate?size=${size}`, { authorization }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 500, 200])
})

it('leaves everything else to the application', async () => {
  const { fast, whole } = await both()
  const authorization = `Bearer ${fast.service.publishableKey}`
  const cases: [path: string, headers?: Record<string, string>, method?: string][] = [
    ['/v1/contexts/drills/slate'],
    ['/v1/contexts/vacuums/slate/'],
    ['/v1/contexts//slate'],
    ['/v1/contexts/slate'],
    ['/v1/contexts/a/vacuums/slate'],
    ['/v1/contexts/%E0%A4%A/slate'],
    ['/v1/contexts/vacuums/slate?size=0'],
    ['/v1/contexts/vacuums/slate', { authorization: 'Bearer nobody' }],
    ['/v1/contexts/vacuums/slate', { authorization: 'Basic x' }],
    ['/v1/contexts/vacuums/slate', {}, 'OPTIONS'],
    ['/v1/contexts/vacuums/slate', {}, 'DELETE'],
    ['/v1/contexts/vacuums'],
  ]
  for (const [path, headers = {}, method] of cases) {
    const [one, other] = await Promise.all([
      ask(fast.server.port, path, { authorization, ...headers }, method),
      ask(
        whole.server.port,
        path,
        { authorization: `Bearer ${whole.service.publishableKey}`, ...headers },
        method,
      ),
    ])
    const status = one.status ?? 0
    expect(status === 204 || status >= 400, `${path} ${status}`).toBe(true)
    expect({ ...one, body: withoutId(one.body) }).toEqual({ ...other, body: withoutId(other.body) })
  }
  expect(fast.fastCount()).toBe(0)
})

it('counts against the rate once, whichever way it goes', async () => {
  const rate = { perSecond: 1, burst: 2 }
  const rates = { slate: rate, events: rate, manage: rate }
  const service = await serviceUnderTest({
    rateLimits: { byKey: rates, byNetwork: rates, failuresByNetwork: rate },
  })
  await service.context('vacuums', ['Is it loud?', 'Does it climb?', 'Is it light?'])
  const server = await listen(service.app, {
    host: '127.0.0.1',
    port: 0,
    clock: service.clock,
    before: fastSlates(service.dependencies),
  })
  servers.push(server)
  const authorization = `Bearer ${service.publishableKey}`
  const statuses: unknown[] = []
  for (let turn = 0; turn < 4; turn++) {
    statuses.push((await ask(server.port, '/v1/contexts/vacuums/slate', { authorization })).status)
  }
  expect(statuses).toEqual([200, 200, 429, 429])
  await service.clock.advance(1000)
  expect((await ask(server.port, '/v1/contexts/vacuums/slate', { authorization })).status).toBe(200)
})

/** Without the names that differ between two services. */
function withoutId(body: string): string {
  return body.replace(/"requestId":"[^"]*"/, '').replace(/fk_pub_\w{6}/, 'fk_pub_')
}
