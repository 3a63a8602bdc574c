import { ForageError } from '../../core/errors.ts'
import { randomStream } from '../../core/random.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import { ProviderError } from './provider-error.ts'

/** Told before each wait, so that a person knows why nothing happens. */
export interface RetryEvent {
  /** Name of the model. */
  readonly name: string
  /** Tries made so far, and the most there will be. */
  readonly attempt: number
  readonly attemptsMax: number
  readonly waitMs: number
  /** Message of the failure. */
  readonly reason: string
}

export interface RetryOptions {
  /** Tries in all; at least 1. */
  readonly attemptsMax?: number
  /** Wait before the second try; doubled each time. */
  readonly firstWaitMs?: number
  /** Longest wait. A provider that asks for a longer one is not asked again. */
  readonly waitMsMax?: number
  readonly onRetry?: (event: RetryEvent) => void
  /** Waits; throws the signal's reason when aborted. Tests give their own. */
  readonly wait?: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

/**
 * The same model, asked again when a failure may pass: network, time limit, 429, 5xx, unreadable replies. Waits
 * grow exponentially with jitter, and are at least what the provider asks for. The jitter comes from the
 * request's seed, so two requests at once do not come back at once and a test can tell the waits.
 */
export function retryingLanguageModel(inner: LanguageModel, options: RetryOptions = {}): LanguageModel {
  const { attemptsMax = 5, firstWaitMs = 1000, waitMsMax = 60_000, wait = waitFor, onRetry } = options
  return {
    name: inner.name,
    async generate(request, signal) {
      const random = randomStream(request.seed, 'retry')
      for (let attempt = 1; ; attempt++) {
        try {
          return await inner.generate(request, signal)
        } catch (error) {
          signal?.throwIfAborted()
          if (!(error instanceof ForageError) || !error.isRetryable) throw error
          if (attempt >= attemptsMax) throw exhausted(error, attempt)
          const asked = error instanceof ProviderError ? error.retryAfterMs : undefined
          if (asked !== undefined && asked > waitMsMax) throw tooLong(error, asked)
          const backoff = Math.min(firstWaitMs * 2 ** (attempt - 1), waitMsMax) * (0.5 + random.uniform() / 2)
          const waitMs = Math.round(Math.max(backoff, asked ?? 0))
          onRetry?.({ name: inner.name, attempt, attemptsMax, waitMs, reason: error.message })
          await wait(waitMs, signal)
        }
      }
    },
  }
}

function exhausted(error: ForageError, attempts: number): ForageError {
  if (attempts === 1) return error
  return new ForageError(error.code, `${error.message} (${attempts} tries)`, { isRetryable: true })
}

function tooLong(error: ForageError, waitMs: number): ForageError {
  const message = `${error.message} (the provider asks to wait ${Math.ceil(waitMs / 1000)} s)`
  return new ForageError(error.code, message, { isRetryable: true })
}

/** Resolves after `milliseconds`; rejects with the signal's reason at once when it is aborted. */
function waitFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
