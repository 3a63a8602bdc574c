import { derivedSeed } from '../../core/random.ts'
import { addUsage, NO_USAGE } from '../../core/usage.ts'
import type { LanguageModel, LanguageModelAnswer } from '../../ports/language-model.ts'
import type { Writer } from '../../ports/writer.ts'

export interface ChatWriterOptions {
  /** Calls under way at once for one request; whole, at least 1. */
  readonly concurrency?: number
}

/**
 * A writer over any instruct model: one call a sample, each with its own seed, a few at a time. Answers stand
 * in sample order, whichever call ended first. When one call fails for good, the others are cancelled.
 */
export function chatWriter(model: LanguageModel, options: ChatWriterOptions = {}): Writer {
  const { concurrency = 4 } = options
  if (!(Number.isInteger(concurrency) && concurrency >= 1)) {
    throw new RangeError(`concurrency must be a whole number of at least 1, got ${concurrency}`)
  }
  return {
    name: model.name,
    rendering: 'chat',
    isStandIn: false,
    async write({ prompt, samples, seed, samplingTemperature, outputTokensMax }, signal) {
      if (prompt.rendering !== 'chat') {
        throw new RangeError(`${model.name} takes chat prompts, got a ${prompt.rendering} prompt`)
      }
      signal?.throwIfAborted()
      const { system, user, answerSchema } = prompt
      const answers = await eachOf(samples, concurrency, signal, (sample, whileAllGoWell) =>
        model.generate(
          {
            system,
            user,
            answerSchema,
            samplingTemperature,
            outputTokensMax,
            seed: derivedSeed(seed, 'sample', sample),
          },
          whileAllGoWell,
        ),
      )
      return {
        texts: answers.map(({ text }) => ({ text })),
        usage: answers.map((answer) => answer.usage).reduce(addUsage, NO_USAGE),
        model: answers[0]?.model ?? model.name,
      }
    },
    close: async () => {},
  }
}

/** Results of `call(0)` to `call(count - 1)` in order, at most `concurrency` at once. */
async function eachOf(
  count: number,
  concurrency: number,
  signal: AbortSignal | undefined,
  call: (index: number, signal: AbortSignal) => Promise<LanguageModelAnswer>,
): Promise<LanguageModelAnswer[]> {
  const results: LanguageModelAnswer[] = []
  const others = new AbortController()
  const onAbort = () => others.abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  let next = 0
  const lane = async () => {
    while (next < count && !others.signal.aborted) {
      const index = next++
      results[index] = await call(index, others.signal)
    }
  }
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, count) }, lane))
    signal?.throwIfAborted()
    return results
  } catch (error) {
    others.abort(error)
    throw error
  } finally {
    signal?.removeEventListener('abort', onAbort)
  }
}
