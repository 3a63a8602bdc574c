import { afterEach, expect, test, vi } from 'vitest'
import { ForageError } from '../../core/errors.ts'
import { type FakeProvider, type FakeReply, startFakeProvider } from '../../testing/fake-provider.ts'
import { aiSdkLanguageModel } from './ai-sdk.ts'
import type { RetryEvent } from './retrying.ts'

const KEY = 'sk-secret-0123456789'
const REQUEST = {
  system: 'You write questions.',
  user: 'Two, please.',
  answerSchema: {
    type: 'object',
    properties: { items: { type: 'array', items: { type: 'string' } } },
    required: ['items'],
    additionalProperties: false,
  },
  samplingTemperature: 0.9,
  outputTokensMax: 200,
  seed: 7,
}
const GOOD: FakeReply = { kind: 'answer', content: '{"items":["Is it?"]}', inputTokens: 31, outputTokens: 8 }

let provider: FakeProvider | undefined
afterEach(async () => {
  await provider?.close()
  provider = undefined
})

/** A model at a fake provider that gives `replies` one after the other, and the last one for ever. */
async function modelThatGets(replies: readonly FakeReply[], options: { timeLimitMs?: number } = {}) {
  provider = await startFakeProvider((_, index) => replies[Math.min(index, replies.length - 1)] as FakeReply)
  const retries: RetryEvent[] = []
  const waits: number[] = []
  const model = aiSdkLanguageModel(
    {
      name: 'openai-compatible:tiny',
      provider: 'openai-compatible',
      model: 'tiny',
      apiKey: KEY,
      keyName: 'FORAGE_OPENAI_COMPATIBLE_KEY',
      baseUrl: provider.baseUrl,
    },
    {
      ...options,
      retry: {
        attemptsMax: 3,
        onRetry: (event) => retries.push(event),
        wait: async (milliseconds) => {
          waits.push(milliseconds)
        },
      },
    },
  )
  return { model, provider, retries, waits }
}

async function failureOf(call: Promise<unknown>): Promise<ForageError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ForageError)
  // Whatever a person or a log prints of it, the key is not in it.
  const everything = `${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`
  expect(everything).not.toContain('secret')
  expect((error as Error).message).not.toContain('\n')
  return error as ForageError
}

test('asks by schema, with seed, temperature and limit, and counts what the provider counts', async () => {
  const { model, provider } = await modelThatGets([GOOD])
  const answer = await model.generate(REQUEST)
  expect(answer).toMatchObject({
    text: '{"items":["Is it?"]}',
    model: 'tiny-2025-01-01',
    usage: { modelCalls: 1, inputTokens: 31, outputTokens: 8, costUsd: null },
  })
  expect(answer.usage.seconds).toBeGreaterThan(0)
  expect(provider.requests).toHaveLength(1)
  expect(provider.requests[0]?.authorization).toBe(`Bearer ${KEY}`)
  expect(provider.requests[0]?.body).toMatchObject({
    model: 'tiny',
    seed: 7,
    temperature: 0.9,
    max_tokens: 200,
    messages: [
      { role: 'system', content: 'You write questions.' },
      { role: 'user', content: 'Two, please.' },
    ],
    response_format: { type: 'json_schema', json_schema: { schema: REQUEST.answerSchema } },
  })
})

test('without a schema and a system text, neither is sent', async () => {
  const { model, provider } = await modelThatGets([{ kind: 'answer', content: '7' }])
  const { answerSchema: _, ...request } = REQUEST
  expect((await model.generate({ ...request, system: '' })).text).toBe('7')
  expect(provider.requests[0]?.body).toMatchObject({ messages: [{ role: 'user', content: 'Two, please.' }] })
  expect(provider.requests[0]?.body).not.toHaveProperty('response_format')
})

test.each([
  ['half a JSON', '{"items":["Is it?", "Wh'],
  ['prose', 'Sure! Here are two questions.'],
  ['another schema', '{"questions":[1,2]}'],
  ['an empty answer', ''],
])('%s is handed on as it came, asked once', async (_, content) => {
  const { model, provider } = await modelThatGets([{ kind: 'answer', content }])
  expect((await model.generate(REQUEST)).text).toBe(content)
  expect(provider.requests).toHaveLength(1)
})

test('a server that refuses the schema is asked for plain JSON from then on', async () => {
  const { model, provider } = await modelThatGets([
    { kind: 'status', status: 400, message: 'response_format json_schema is not supported' },
    GOOD,
  ])
  await model.generate(REQUEST)
  await model.generate(REQUEST)
  expect(provider.requests.map(({ body }) => (body.response_format as { type: string }).type)).toEqual([
    'json_schema',
    'json_object',
    'json_object',
  ])
})

test.each([
  [401, 'writer-refused', 'the key was refused (401); check FORAGE_OPENAI_COMPATIBLE_KEY'],
  [403, 'writer-refused', 'no access (403'],
  [400, 'writer-refused', 'the request was refused (400'],
  [404, 'writer-refused', 'check the model name and the address'],
])('%i is not asked again', async (status, code, message) => {
  const { model, provider } = await modelThatGets([
    { kind: 'status', status, message: `Bad key ${KEY} given,\nsorry` },
  ])
  const error = await failureOf(model.generate(REQUEST))
  expect(error.code).toBe(code)
  expect(error.message).toContain(message)
  expect(error.isRetryable).toBe(false)
  expect(provider.requests).toHaveLength(1)
})

test('429 waits as long as the provider asks, then gets its answer', async () => {
  const { model, retries, waits } = await modelThatGets([
    { kind: 'status', status: 429, message: 'slow down', headers: { 'retry-after': '7' } },
    GOOD,
  ])
  expect((await model.generate(REQUEST)).text).toBe('{"items":["Is it?"]}')
  expect(waits).toEqual([7000])
  expect(retries).toMatchObject([
    { name: 'openai-compatible:tiny', attempt: 1, attemptsMax: 3, waitMs: 7000 },
  ])
  expect(retries[0]?.reason).toContain('too many requests (429')
})

test('a provider that asks for an hour is not waited for', async () => {
  const { model, waits } = await modelThatGets([
    { kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
  ])
  const error = await failureOf(model.generate(REQUEST))
  expect(error.code).toBe('writer-unavailable')
  expect(error.message).toContain('asks to wait 3600 s')
  expect(waits).toEqual([])
})

test('429 for want of quota is final', async () => {
  const { model, provider } = await modelThatGets([
    { kind: 'status', status: 429, message: 'insufficient_quota' },
  ])
  expect((await failureOf(model.generate(REQUEST))).code).toBe('writer-refused')
  expect(provider.requests).toHaveLength(1)
})

test.each<[string, FakeReply, string, string]>([
  ['500 for ever', { kind: 'status', status: 500, message: 'boom' }, 'writer-unavailable', 'boom'],
  ['529 for ever', { kind: 'status', status: 529 }, 'writer-unavailable', '529'],
  ['a connection reset', { kind: 'reset', when: 'before' }, 'writer-unavailable', 'no connection'],
  ['a reply cut in its middle', { kind: 'reset', when: 'middle' }, 'writer-unavailable', 'no connection'],
  [
    'a page in place of a reply',
    { kind: 'body', body: '<html>log in</html>' },
    'writer-junk',
    'could not be read',
  ],
  ['a reply of another shape', { kind: 'body', body: '{"choices":[]}' }, 'writer-junk', 'could not be read'],
  ['half a reply', { kind: 'body', body: '{"choices":[{"mess' }, 'writer-junk', 'could not be read'],
])('%s ends after the tries allowed', async (_, reply, code, message) => {
  const { model, provider, waits } = await modelThatGets([reply])
  const error = await failureOf(model.generate(REQUEST))
  expect(error.code).toBe(code)
  expect(error.message).toContain(message)
  expect(error.message).toContain('(3 tries)')
  expect(provider.requests).toHaveLength(3)
  expect(waits).toHaveLength(2)
})

test('a provider that hangs runs into the time limit', async () => {
  const { model, provider } = await modelThatGets([{ kind: 'hang' }], { timeLimitMs: 30 })
  const error = await failureOf(model.generate(REQUEST))
  expect(error.code).toBe('writer-timeout')
  expect(error.message).toContain('no answer within 0.03 s')
  expect(provider.requests.length).toBeLessThanOrEqual(3)
})

test('nobody at the address', async () => {
  const { model, provider } = await modelThatGets([GOOD])
  await provider.close()
  const error = await failureOf(model.generate(REQUEST))
  expect(error.code).toBe('writer-unavailable')
  expect(error.message).toContain('ECONNREFUSED')
  expect(error.message).toContain(provider.baseUrl)
})

test.each([
  ['an answer of 10 MB', 10_000_000, 'too large'],
  ['an answer over 64 KB', 70_000, 'too long'],
])('%s is refused', async (_, length, message) => {
  const { model, provider } = await modelThatGets([{ kind: 'answer', content: 'x'.repeat(length) }])
  const error = await failureOf(model.generate(REQUEST))
  expect(error.code).toBe('writer-junk')
  expect(error.message).toContain(message)
  expect(provider.requests).toHaveLength(1)
})

test('an abort throws its own reason, during a call and before one', async () => {
  const { model, provider, waits } = await modelThatGets([{ kind: 'hang' }])
  const controller = new AbortController()
  const reason = new Error('Ctrl-C')
  const call = model.generate(REQUEST, controller.signal)
  await vi.waitUntil(() => provider.requests.length === 1)
  controller.abort(reason)
  await expect(call).rejects.toBe(reason)
  await expect(model.generate(REQUEST, controller.signal)).rejects.toBe(reason)
  expect(provider.requests).toHaveLength(1)
  expect(waits).toEqual([])
})
