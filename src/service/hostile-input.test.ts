import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Answer, type Managing, managing } from '../testing/managing.ts'
import { DEFAULT_RATE_LIMITS } from './keys/rate-limits.ts'
import { BODY_BYTES_MAX } from './managed/secret-keys-only.ts'
import { problemOf, problemResponse } from './problem.ts'

const NO_LIMIT = { perSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY }
const rateLimits = {
  byKey: { ...DEFAULT_RATE_LIMITS.byKey, manage: NO_LIMIT },
  byNetwork: { ...DEFAULT_RATE_LIMITS.byNetwork, manage: NO_LIMIT },
  failuresByNetwork: NO_LIMIT,
}
const TEXTS = [
  'Is a vacuum loud?',
  'Does it need bags?',
  'Who repairs vacuums?',
  'Is it heavy?',
  'Is it cheap?',
]

const HOSTILE = [
  "'; drop table forage.contexts; --",
  '" or 1=1 --',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '{{constructor.constructor("return process")()}}',
  '../../etc/passwd',
  '%00',
  '\u0000',
  'a\u0000b',
  '\u202egnp.exe',
  '\u2066hidden\u2069',
  'zero\u200bwidth',
  '\ud800',
  '\udfff\ud800',
  'line\nend',
  '\r\nSet-Cookie: a=b',
  '\u001b[31m',
  '__proto__',
  'constructor',
  '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}',
  'İ'.repeat(50),
  'a\u0301'.repeat(100),
  '𝒳'.repeat(120),
  'x'.repeat(100_000),
]

let service: Managing
beforeEach(async () => {
  service = await managing({ rateLimits })
  await service.context('vacuums', TEXTS)
})

/** As a browser would: halves of surrogate pairs become U+FFFD. */
function encoded(text: string): string {
  return encodeURIComponent(Buffer.from(text, 'utf8').toString('utf8'))
}

/** No failure of ours, and a problem of the agreed form. */
function isInOrder({ status, headers, body }: Answer): void {
  expect(status).toBeLessThan(500)
  expect(headers.get('set-cookie')).toBeNull()
  if (status < 400) return
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body).toMatchObject({ status, code: expect.any(String), requestId: expect.any(String) })
  expect(body.detail).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
  expect(body.detail.length).toBeLessThan(1000)
}

const REQUESTS: readonly [string, string, (text: string) => unknown][] = [
  ['POST', '/v1/contexts', (text) => ({ key: text, topic: 'Vacuums' })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: text })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: 'T', task: text })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: 'T', task: 'headline', article: text })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: 'T', items: [text, text, text] })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: 'T', [text]: 1 })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: 'T', config: { [text]: text } })],
  ['POST', '/v1/contexts', (text) => ({ key: 'k', topic: 'T', config: { arms: [{ key: text, share: 1 }] } })],
  [
    'POST',
    '/v1/contexts',
    (text) => ({ key: 'k', topic: 'T', config: { arms: [{ key: 'a', share: 1, strategy: text }] } }),
  ],
  [
    'POST',
    '/v1/contexts',
    (text) => ({ key: 'k', topic: 'T', config: { arms: [{ key: 'a', share: 1, writer: text }] } }),
  ],
  ['PATCH', '/v1/contexts/vacuums', (text) => ({ topic: text })],
  ['PATCH', '/v1/contexts/vacuums', (text) => ({ article: text })],
  ['POST', '/v1/contexts/vacuums/arms/live/items', (text) => ({ items: [{ text }], place: 'worst' })],
  [
    'POST',
    '/v1/contexts/vacuums/arms/live/items',
    (text) => ({ items: [{ text: 'Is it red?' }], place: text }),
  ],
  ['PATCH', '/v1/contexts/vacuums/arms/live/items/i0', (text) => ({ standing: text })],
  ['POST', '/v1/contexts/vacuums/arms/live/items/i1/edit', (text) => ({ text })],
  ['POST', '/v1/contexts/vacuums/arms/live/rollback', (text) => ({ version: text })],
  ['POST', '/v1/contexts/vacuums/run', (text) => ({ arm: text })],
  ['POST', '/v1/keys', (text) => ({ kind: 'publishable', name: text })],
  ['POST', '/v1/keys', (text) => ({ kind: 'publishable', name: 'a', origins: [text] })],
  ['PATCH', '/v1/budget', (text) => ({ usd: text })],
  ['PUT', '/v1/tasks/mine', (text) => ({ key: 'mine', name: text })],
]

const PATHS: readonly ((text: string) => string)[] = [
  (text) => `/v1/contexts/${text}`,
  (text) => `/v1/contexts/${text}/arms`,
  (text) => `/v1/contexts/${text}/statistics`,
  (text) => `/v1/contexts/vacuums/arms/${text}/items`,
  (text) => `/v1/contexts/vacuums/arms/live/items?cursor=${text}`,
  (text) => `/v1/contexts/vacuums/arms/live/versions?cursor=${text}`,
  (text) => `/v1/contexts/vacuums/model-calls?cursor=${text}`,
  (text) => `/v1/contexts?cursor=${text}`,
  (text) => `/v1/contexts?limit=${text}`,
  (text) => `/v1/audit?cursor=${text}`,
  (text) => `/v1/audit?context=${text}`,
  (text) => `/v1/tasks/${text}`,
  (text) => `/${text}`,
]

describe('hostile text', () => {
  test.each(REQUESTS.map(([method, path, body], index) => [index, method, path, body] as const))(
    '%i: in a body, %s %s',
    async (_, method, path, body) => {
      for (const text of HOSTILE) isInOrder(await service.ask(method, path, body(text)))
      const { body: slate } = await service.ask('GET', '/v1/contexts/vacuums/slate')
      expect(slate.items.length).toBeGreaterThan(0)
      for (const { text } of slate.items)
        expect(text).not.toMatch(/[<>\p{Cc}\u202a-\u202e\u2066-\u2069\u200b]/u)
    },
  )

  test('in paths and queries, encoded and not', async () => {
    for (const path of PATHS) {
      for (const text of HOSTILE) {
        isInOrder(await service.ask('GET', path(encoded(text))))
        isInOrder(await service.ask('GET', path(text.replaceAll(/[^\x21-\x7e]/g, '%FF'))))
      }
    }
    expect((await service.ask('GET', '/v1/contexts/vacuums')).status).toBe(200)
  })

  test('what is taken comes back as it was, as JSON', async () => {
    for (const topic of ["Robert'); drop table students;--", '<b>Bold</b> & "quoted"', 'Ünï © 漢字 🧹']) {
      const { status, body } = await service.ask('PATCH', '/v1/contexts/vacuums', { topic })
      expect([status, body.topic]).toEqual([200, topic])
    }
  })

  test('in visitor names deletes nothing but that visitor', async () => {
    for (const text of HOSTILE.filter((one) => one.length <= 200)) {
      isInOrder(await service.ask('DELETE', `/v1/visitors/${encoded(text)}`))
    }
  })
})

describe('bodies', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    service.ask('POST', '/v1/contexts', body, headers)

  test.each([
    ['', 400, 'bad-json'],
    ['{', 400, 'bad-json'],
    ['nonsense', 400, 'bad-json'],
    ['{"key":"a","topic":"T"}}', 400, 'bad-json'],
    ['null', 400, 'bad-input'],
    ['[]', 400, 'bad-input'],
    ['"text"', 400, 'bad-input'],
    ['1e999', 400, 'bad-input'],
    ['{"__proto__":{"isAdmin":true},"key":"a","topic":"T"}', 400, 'bad-input'],
  ])('%j', async (body, status, code) => {
    expect(await post(body)).toMatchObject({ status, body: { code } })
  })

  test('nested deep are refused, not followed', async () => {
    for (const depth of [1000, 200_000]) {
      const deep = '['.repeat(depth) + ']'.repeat(depth)
      for (const body of [deep, `{"key":${deep}}`, `{"key":"a","topic":"T","config":{"arms":${deep}}}`]) {
        isInOrder(await post(body))
        isInOrder(await post(body, { 'idempotency-key': `deep-${depth}-${body.length}` }))
      }
      isInOrder(await service.ask('PUT', '/v1/tasks/mine', `{"key":${deep}}`))
      isInOrder(await service.ask('PUT', '/v1/tasks/mine', `{"shots":${deep}}`))
    }
  })

  test('of ten megabytes are refused, told how long they are or not', async () => {
    const large = JSON.stringify({ key: 'a', topic: 'x'.repeat(10_000_000) })
    expect((await post(large)).body.code).toBe('body-too-large')
    const headers = { authorization: `Bearer ${service.secretKey}`, 'content-type': 'application/json' }
    let sent = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536
        controller.enqueue(new Uint8Array(65_536).fill(32))
      },
    })
    const request = new Request('http://forage.test/v1/contexts', {
      method: 'POST',
      headers,
      body: stream,
      duplex: 'half',
    } as RequestInit)
    const answer = await service.app.request(request)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([413, 'body-too-large'])
    expect(sent).toBeLessThan(2 * BODY_BYTES_MAX)
  })

  test('of another type or packed are refused', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'multipart/form-data; boundary=x',
      'application/x-www-form-urlencoded',
    ]) {
      expect((await post('{}', { 'content-type': type })).body.code).toBe('media-type-unknown')
    }
    expect((await post('{}', { 'content-encoding': 'gzip' })).body.code).toBe('media-type-unknown')
    expect(
      (await post('{"key":"a","topic":"Vacuums"}', { 'content-type': 'application/json; charset=utf-8' }))
        .status,
    ).toBe(201)
  })

  test('with fields of wrong types are refused by their field', async () => {
    const values = [null, true, 0, -1, 1.5, 1e308, '', 'text', [], {}, [[]], { key: 1 }]
    const fields = ['key', 'topic', 'article', 'task', 'seed', 'config', 'items']
    for (const field of fields) {
      for (const value of values) {
        const answer = await service.ask('POST', '/v1/contexts', {
          key: 'typed',
          topic: 'Vacuums',
          [field]: value,
        })
        isInOrder(answer)
        await service.ask('DELETE', '/v1/contexts/typed')
      }
    }
  })
})

describe('headers', () => {
  test.each([
    ['idempotency-key', 'x'.repeat(201)],
    ['idempotency-key', 'a b'],
    ['if-match', '1'],
    ['if-match', '"1", 2'],
    ['if-match', '"a b"'],
    ['if-match', '"é"'],
    ['if-match', `"${'x'.repeat(201)}"`],
  ])('%s: %s is refused', async (name, value) => {
    const [method, path, body] =
      name === 'if-match'
        ? (['PATCH', '/v1/contexts/vacuums', { topic: 'T' }] as const)
        : (['POST', '/v1/contexts', { key: 'a', topic: 'T' }] as const)
    expect((await service.ask(method, path, body, { [name]: value })).status).toBe(400)
  })

  test.each([
    ['"1"', 200],
    ['"7", "1"', 200],
    ['*', 200],
    ['W/"1"', 412],
    ['"-1"', 412],
    ['"999999999999999999"', 412],
  ])('if-match: %s on revision 1 gives %i', async (tag, status) => {
    const changed = await service.ask('PATCH', '/v1/contexts/vacuums', { topic: 'T' }, { 'if-match': tag })
    expect(changed.status).toBe(status)
  })

  test('keys of other forms are refused without a word on why', async () => {
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'Basic YTpi',
      `Bearer ${'x'.repeat(10_000)}`,
      'Bearer fk_sec_aaaaaa_',
    ]) {
      const answer = await service.app.request('/v1/keys', { headers: { authorization } })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
    }
  })

  test('one key does not see what another asked with the same Idempotency-Key', async () => {
    const body = { key: 'mine', topic: 'Vacuums' }
    const headers = { 'idempotency-key': 'same' }
    expect((await service.ask('POST', '/v1/contexts', body, headers)).status).toBe(201)
    const other = await service.key({ kind: 'secret' })
    const answer = await service.ask('POST', '/v1/contexts', body, {
      ...headers,
      authorization: `Bearer ${other}`,
    })
    expect(answer.body.code).toBe('context-exists')
  })
})

describe('whatever comes', () => {
  let quiet: Managing
  beforeAll(async () => {
    quiet = await managing({ rateLimits })
    await quiet.context('vacuums', TEXTS)
  })

  test('any JSON in any body is no failure of ours', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...REQUESTS.map(([method, path]) => [method, path] as const)),
        fc.jsonValue({ maxDepth: 4 }),
        async ([method, path], body) => isInOrder(await quiet.ask(method, path, JSON.stringify(body))),
      ),
      { seed: 11, numRuns: 300 },
    )
  })

  test('any text as a failure is a problem without it', () => {
    fc.assert(
      fc.property(fc.anything(), (failure) => {
        const problem = problemOf(failure)
        expect([problem.code, problemResponse(problem, 'r').status]).toEqual(['internal', 500])
      }),
      { seed: 12, numRuns: 100 },
    )
  })
})

test('a failing store is told as such, and its words stay in the log', async () => {
  service.store.context = () => Promise.reject(new Error('password=hunter2 at db.internal'))
  const { status, body } = await service.ask('GET', '/v1/contexts/vacuums')
  expect([status, body.code]).toEqual([500, 'internal'])
  expect(JSON.stringify(body)).not.toContain('hunter2')
  expect(service.logged.at(-2)).toMatchObject({
    level: 'error',
    fields: { requestId: body.requestId, code: 'internal' },
  })
})
