import { afterAll, beforeAll, expect, test } from 'vitest'
import { derivedSeed } from '../../core/random.ts'
import type { LanguageModel, LanguageModelRequest } from '../../ports/language-model.ts'
import { type FakeProvider, startFakeProvider } from '../../testing/fake-provider.ts'
import { conformanceRequest, describeWriter } from '../../testing/writer-conformance.ts'
import { aiSdkLanguageModel } from '../language-model/ai-sdk.ts'
import { chatWriter } from './chat.ts'

let provider: FakeProvider
beforeAll(async () => {
  provider = await startFakeProvider(({ body }) => ({
    kind: 'answer',
    content: JSON.stringify({ items: [`Seed ${body.seed}?`] }),
  }))
})
afterAll(() => provider.close())

describeWriter('a model behind an API', () =>
  chatWriter(
    aiSdkLanguageModel({
      name: 'openai-compatible:tiny',
      provider: 'openai-compatible',
      model: 'tiny',
      baseUrl: provider.baseUrl,
    }),
  ),
)

/** A model whose calls end when the test says so. */
function heldModel() {
  const calls: {
    request: LanguageModelRequest
    signal: AbortSignal
    end: (result: string | Error) => void
  }[] = []
  const model: LanguageModel = {
    name: 'held',
    generate: (request, signal) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
        calls.push({
          request,
          signal: signal!,
          end(result) {
            if (result instanceof Error) reject(result)
            else resolve({ text: result, model: 'held-1', usage: USAGE })
          },
        })
      }),
  }
  return { model, calls }
}
const USAGE = { modelCalls: 1, inputTokens: 10, outputTokens: 3, costUsd: 0.5, seconds: 2 }
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('asks for each sample by itself, a few at once, and keeps their order', async () => {
  const { model, calls } = heldModel()
  const answer = chatWriter(model, { concurrency: 2 }).write(
    conformanceRequest('chat', { samples: 3, seed: 9 }),
  )
  await settled()
  expect(calls).toHaveLength(2)
  calls[1]!.end('second')
  await settled()
  expect(calls).toHaveLength(3)
  calls[2]!.end('third')
  calls[0]!.end('first')
  expect(await answer).toEqual({
    texts: [{ text: 'first' }, { text: 'second' }, { text: 'third' }],
    usage: { modelCalls: 3, inputTokens: 30, outputTokens: 9, costUsd: 1.5, seconds: 6 },
    model: 'held-1',
  })
  expect(calls.map(({ request }) => request.seed)).toEqual(
    [0, 1, 2].map((sample) => derivedSeed(9, 'sample', sample)),
  )
})

test('when one call fails, the others are cancelled and no more are made', async () => {
  const { model, calls } = heldModel()
  const answer = chatWriter(model, { concurrency: 2 }).write(conformanceRequest('chat', { samples: 5 }))
  await settled()
  const failure = new Error('refused')
  calls[0]!.end(failure)
  await expect(answer).rejects.toBe(failure)
  expect(calls).toHaveLength(2)
  expect(calls[1]!.signal.aborted).toBe(true)
})

test('an abort cancels every call and throws its reason', async () => {
  const { model, calls } = heldModel()
  const controller = new AbortController()
  const answer = chatWriter(model).write(conformanceRequest('chat', { samples: 3 }), controller.signal)
  await settled()
  const reason = new Error('Ctrl-C')
  controller.abort(reason)
  await expect(answer).rejects.toBe(reason)
  expect(calls.every(({ signal }) => signal.aborted)).toBe(true)
})

test('a sum with an unknown cost is unknown', async () => {
  const costs = [0.5, null]
  const model: LanguageModel = {
    name: 'm',
    generate: async () => ({ text: '', model: 'm', usage: { ...USAGE, costUsd: costs.shift() ?? null } }),
  }
  expect((await chatWriter(model).write(conformanceRequest('chat'))).usage.costUsd).toBeNull()
})

test('a completion prompt is a mistake of the caller', async () => {
  const { model } = heldModel()
  await expect(chatWriter(model).write(conformanceRequest('completion'))).rejects.toThrow(RangeError)
  expect(() => chatWriter(model, { concurrency: 0 })).toThrow(RangeError)
})
