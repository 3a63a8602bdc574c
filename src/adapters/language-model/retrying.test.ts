import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ForageError } from '../../core/errors.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import { ProviderError } from './provider-error.ts'
import { type RetryOptions, retryingLanguageModel } from './retrying.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const ANSWER = {
  text: 'yes',
  model: 'm',
  usage: { modelCalls: 1, inputTokens: 1, outputTokens: 1, costUsd: null, seconds: 0 },
}
const request = (seed: number) => ({
  system: '',
  user: 'Well?',
  samplingTemperature: 1,
  outputTokensMax: 1,
  seed,
})
const passing = (retryAfterMs?: number) =>
  new ProviderError('writer-unavailable', 'm: 503', true, retryAfterMs)

/** A model that fails with each error in turn, then answers. */
function failing(...errors: unknown[]) {
  const calls: number[] = []
  const model: LanguageModel = {
    name: 'm',
    async generate({ seed }) {
      calls.push(seed)
      if (errors.length > 0) throw errors.shift()
      return ANSWER
    },
  }
  return { model, calls }
}

async function waitsFor(seed: number, errors: unknown[], options: RetryOptions = {}) {
  const waits: number[] = []
  const { model } = failing(...errors)
  await retryingLanguageModel(model, {
    ...options,
    wait: async (milliseconds) => {
      waits.push(milliseconds)
    },
  }).generate(request(seed))
  return waits
}

test('waits double, with jitter of at most a half, told by the seed', async () => {
  const errors = () => [passing(), passing(), passing(), passing()]
  const waits = await waitsFor(1, errors())
  for (const [index, wait] of waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(500 * 2 ** index)
    expect(wait).toBeLessThanOrEqual(1000 * 2 ** index)
  }
  expect(waits).toHaveLength(4)
  expect(await waitsFor(1, errors())).toEqual(waits)
  expect(await waitsFor(2, errors())).not.toEqual(waits)
})

test('no wait is longer than the longest, unless that is what the provider asks', async () => {
  const limits = { firstWaitMs: 1000, waitMsMax: 1500, attemptsMax: 9 }
  const waits = await waitsFor(1, [passing(), passing(), passing(), passing(1400)], limits)
  expect(Math.max(...waits)).toBeLessThanOrEqual(1500)
  expect(waits[3]).toBeGreaterThanOrEqual(1400)
})

test('what cannot pass is thrown at once and as it is', async () => {
  for (const error of [new ForageError('writer-refused', 'no'), new TypeError('a bug')]) {
    const { model, calls } = failing(error)
    await expect(retryingLanguageModel(model).generate(request(1))).rejects.toBe(error)
    expect(calls).toEqual([1])
  }
})

test('an abort ends a wait with its reason, and nothing is asked after it', async () => {
  const { model, calls } = failing(passing(), passing())
  const controller = new AbortController()
  const onRetry = vi.fn()
  const outcome = retryingLanguageModel(model, { onRetry }).generate(request(1), controller.signal)
  const seen = outcome.catch((reason: unknown) => reason)
  await vi.waitFor(() => expect(onRetry).toHaveBeenCalled())
  controller.abort('stop')
  expect(await seen).toBe('stop')
  await vi.runAllTimersAsync()
  expect(calls).toHaveLength(1)
})

test('the real wait ends by itself', async () => {
  const { model, calls } = failing(passing())
  const answer = retryingLanguageModel(model).generate(request(1))
  await vi.runAllTimersAsync()
  expect(await answer).toBe(ANSWER)
  expect(calls).toHaveLength(2)
})
