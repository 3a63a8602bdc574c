import type { LanguageModelMiddleware } from 'ai'
import type { LanguageModel, LanguageModelAnswer, LanguageModelRequest } from '../../ports/language-model.ts'
import { type SdkModelObject, sdkModel } from './ai-sdk-provider.ts'
import { limitedFetch } from './limited-fetch.ts'
import { costUsd } from './prices.ts'
import type { ProviderConfig } from './provider-config.ts'
import { ProviderError, providerError } from './provider-error.ts'
import { type RetryOptions, retryingLanguageModel } from './retrying.ts'

export interface AiSdkOptions {
  /** Time limit of one try, reading included. */
  readonly timeLimitMs?: number
  readonly retry?: RetryOptions
}

/** Longest answer in characters. A question has under 200; this leaves room for many and for a talkative model. */
const ANSWER_CHARACTERS_MAX = 65_536
/** Longest reply in bytes: an answer of 64 KB with its escapes, the envelope, and the model's thoughts. */
const REPLY_BYTES_MAX = 1_048_576

/**
 * A model behind an API, asked through the AI SDK. Retries, the time limit and the size limits are in it; the
 * AI SDK's own retries are off, so that only one layer retries.
 *
 * The answer is asked for by JSON schema where the provider takes one, and handed on as the model wrote it,
 * right or wrong: whoever parses it also shows it in the audit.
 */
export function aiSdkLanguageModel(config: ProviderConfig, options: AiSdkOptions = {}): LanguageModel {
  const { timeLimitMs = 60_000 } = options
  const fetch = limitedFetch(REPLY_BYTES_MAX)
  let structured = true
  const once: LanguageModel = {
    name: config.name,
    async generate(request, signal) {
      try {
        return await ask(config, await sdkModel(config, fetch, structured), request, timeLimitMs, signal)
      } catch (error) {
        // Some servers know JSON but no schemas; the prompt says in words what the schema says.
        if (!(structured && config.provider === 'openai-compatible' && refusesSchema(error))) throw error
        structured = false
        return ask(config, await sdkModel(config, fetch, structured), request, timeLimitMs, signal)
      }
    },
  }
  return retryingLanguageModel(once, options.retry)
}

async function ask(
  config: ProviderConfig,
  model: SdkModelObject,
  request: LanguageModelRequest,
  timeLimitMs: number,
  signal: AbortSignal | undefined,
): Promise<LanguageModelAnswer> {
  const { generateText, jsonSchema, Output, wrapLanguageModel } = await import('ai')
  signal?.throwIfAborted()
  const controller = new AbortController()
  let timedOut = false
  const timer = setTimeout(() => {
    timedOut = true
    controller.abort(new DOMException('time limit', 'TimeoutError'))
  }, timeLimitMs)
  const onAbort = () => controller.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  const startedAt = performance.now()
  try {
    const result = await generateText({
      model: wrapLanguageModel({ model, middleware: WITHOUT_WARNINGS }),
      ...(request.system === '' ? {} : { system: request.system }),
      prompt: request.user,
      ...(request.answerSchema === undefined
        ? {}
        : {
            output: {
              ...Output.object({ schema: jsonSchema(request.answerSchema) }),
              // The text is wanted as it came; the SDK would throw a broken one away.
              parseCompleteOutput: async ({ text }: { text: string }) => text,
            },
          }),
      temperature: request.samplingTemperature,
      maxOutputTokens: request.outputTokensMax,
      seed: request.seed,
      maxRetries: 0,
      abortSignal: controller.signal,
    })
    if (result.text.length > ANSWER_CHARACTERS_MAX) {
      const size = `${result.text.length} characters; at most ${ANSWER_CHARACTERS_MAX}`
      throw new ProviderError('writer-junk', `${config.name}: the answer is too long (${size})`, false)
    }
    const inputTokens = result.usage.inputTokens ?? 0
    const outputTokens = result.usage.outputTokens ?? 0
    return {
      text: result.text,
      model: result.response.modelId,
      usage: {
        modelCalls: 1,
        inputTokens,
        outputTokens,
        costUsd: costUsd(config.provider, config.model, inputTokens, outputTokens),
        seconds: (performance.now() - startedAt) / 1000,
      },
    }
  } catch (error) {
    signal?.throwIfAborted()
    if (timedOut) {
      const message = `${config.name}: no answer within ${timeLimitMs / 1000} s`
      throw new ProviderError('writer-timeout', message, true)
    }
    throw error instanceof ProviderError ? error : providerError(error, config, Date.now())
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** The SDK prints warnings, such as of a setting the model ignores, straight to the console; drop them. */
const WITHOUT_WARNINGS: LanguageModelMiddleware = {
  specificationVersion: 'v3',
  wrapGenerate: async ({ doGenerate }) => ({ ...(await doGenerate()), warnings: [] }),
}

function refusesSchema(error: unknown): boolean {
  return (
    error instanceof ProviderError &&
    error.code === 'writer-refused' &&
    /response_format|json_schema|schema/i.test(error.message)
  )
}
