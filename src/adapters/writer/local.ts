import { ForageError } from '../../core/errors.ts'
import type { Rendering } from '../../core/prompts/prompt.ts'
import type { AnswerText, Writer, WriterAnswer, WriterRequest } from '../../ports/writer.ts'
import { sampleChat } from './local-chat.ts'
import { type CompletionTokens, prepareSlot, sameTokens, sampleLine, tokenized } from './local-completion.ts'
import { defaultThreads, firstLine, type Lane, loadModel, type Slot } from './local-engine.ts'
import { laneQueue } from './local-lanes.ts'

export interface LocalWriterOptions {
  /** GGUF file. */
  readonly modelPath: string
  /** How the model is named to people and in records; the writer's name is `local:` and this. */
  readonly modelName: string
  /** `chat` for models with a chat template, else `completion`. */
  readonly rendering?: Rendering
  /**
   * Samples worked on at a time. 1 (default): the same request always gives the same texts. More is faster
   * where there are cores for it, but batches then depend on timing, and now and then a text with them.
   */
  readonly parallelSamples?: number
  /**
   * Requests worked on at a time, 1 by default. Each has a context of its own, so that its texts are the same with
   * one as with many; each takes some hundred megabytes, and threads of its own.
   */
  readonly parallelRequests?: number
  /** Tokens of prompt and answer together. */
  readonly contextTokens?: number
  readonly gpu?: false | 'auto'
  /** Processor threads of a request; by default so many that all leave a core free, at most 4. */
  readonly threads?: number
  /** For one request. */
  readonly timeoutMs?: number
}

/** Prefixes kept evaluated: for lists, for logs with rates and for a followed item, and of articles two each. */
const KEPT_PREFIXES = 6

/**
 * A language model in this process: a GGUF file by node-llama-cpp. Requests wait for one another unless
 * `parallelRequests` lets several go on at once.
 *
 * @throws InputError when the file cannot be read or is not GGUF; ForageError `writer-unavailable`
 */
export async function localWriter(options: LocalWriterOptions, signal?: AbortSignal): Promise<Writer> {
  const parallelSamples = options.parallelSamples ?? 1
  const parallelRequests = options.parallelRequests ?? 1
  const timeoutMs = options.timeoutMs ?? 300_000
  if (!(Number.isInteger(parallelRequests) && parallelRequests >= 1)) {
    throw new RangeError(`parallelRequests must be a whole number of at least 1, got ${parallelRequests}`)
  }
  const loaded = await loadModel(
    {
      modelPath: options.modelPath,
      contextTokens: options.contextTokens ?? 3072,
      lanes: parallelRequests,
      sequences: Math.max(parallelSamples, KEPT_PREFIXES),
      gpu: options.gpu ?? false,
      threads: options.threads ?? defaultThreads(parallelRequests),
    },
    signal,
  )
  const queue = laneQueue(loaded.lanes)
  let uses = 0
  let isClosed = false

  async function complete(lane: Lane, tokens: CompletionTokens, request: WriterRequest, stop: () => void) {
    const texts = new Array<AnswerText>(request.samples)
    let outputTokens = 0
    let next = 0
    const slots = takeSlots(lane, tokens, Math.min(parallelSamples, request.samples))
    await Promise.all(
      slots.map(async (slot) => {
        await prepareSlot(slot, tokens)
        while (next < request.samples) {
          const sample = next++
          stop()
          const sampled = await sampleLine(loaded, slot, tokens, request, sample, stop)
          texts[sample] = sampled.answer
          outputTokens += sampled.outputTokens
        }
      }),
    ).catch((error: unknown) => {
      // A half-done sample leaves a slot in an unknown state.
      for (const slot of slots) slot.prefix = []
      throw error
    })
    return { texts, inputTokens: tokens.prefix.length + tokens.tail.length + 1, outputTokens }
  }

  async function chat(lane: Lane, request: WriterRequest, signal: AbortSignal) {
    const { prompt } = request
    if (prompt.rendering !== 'chat') throw new TypeError('not a chat prompt')
    const texts: AnswerText[] = []
    let inputTokens = 0
    let outputTokens = 0
    for (let sample = 0; sample < request.samples; sample++) {
      signal.throwIfAborted()
      const slot = lane.slots[0] as Slot
      const sampled = await sampleChat(loaded, slot, prompt, request, sample, signal)
      texts.push(sampled.answer)
      inputTokens += sampled.inputTokens
      outputTokens += sampled.outputTokens
    }
    return { texts, inputTokens, outputTokens }
  }

  /** For each the slot that holds this prefix already, else the one unused for longest. */
  function takeSlots(lane: Lane, tokens: CompletionTokens, count: number): Slot[] {
    const free = new Set(lane.slots)
    return Array.from({ length: count }, () => {
      const left = [...free]
      const slot =
        left.find((one) => holds(one, tokens)) ??
        left.reduce((oldest, other) => (other.lastUsed < oldest.lastUsed ? other : oldest))
      free.delete(slot)
      slot.lastUsed = ++uses
      return slot
    })
  }

  function answer(request: WriterRequest, outer: AbortSignal | undefined): Promise<WriterAnswer> {
    if (request.prompt.rendering === 'chat') {
      return queue.use(
        () => true,
        (lane) => timed(request, outer, (signal) => chat(lane, request, signal)),
      )
    }
    const tokens = tokenized(loaded, request.prompt, request.outputTokensMax)
    return queue.use(
      ({ slots }) => slots.some((slot) => holds(slot, tokens)),
      (lane) =>
        timed(request, outer, (signal) => complete(lane, tokens, request, () => signal.throwIfAborted())),
    )
  }

  /** @param work what is done for the request once it has a lane */
  async function timed(
    request: WriterRequest,
    outer: AbortSignal | undefined,
    work: (signal: AbortSignal) => Promise<Omit<WriterAnswer, 'model' | 'usage'> & TokensUsed>,
  ): Promise<WriterAnswer> {
    outer?.throwIfAborted()
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = outer === undefined ? timeout : AbortSignal.any([outer, timeout])
    const startedAt = performance.now()
    try {
      const { texts, inputTokens, outputTokens } = await work(signal)
      return {
        texts,
        model: options.modelName,
        usage: {
          modelCalls: request.samples,
          inputTokens,
          outputTokens,
          costUsd: 0,
          seconds: (performance.now() - startedAt) / 1000,
        },
      }
    } catch (error) {
      outer?.throwIfAborted()
      if (timeout.aborted) {
        throw new ForageError(
          'writer-timeout',
          `The local model took longer than ${timeoutMs / 1000} s for ${request.samples} samples.`,
          { isRetryable: false, cause: error },
        )
      }
      if (error instanceof ForageError) throw error
      throw new ForageError('writer-unavailable', `The local model failed: ${firstLine(error)}`, {
        cause: error,
      })
    }
  }

  return {
    name: `local:${options.modelName}`,
    rendering: options.rendering ?? (loaded.hasChatTemplate ? 'chat' : 'completion'),
    isStandIn: false,
    async write(request, signal) {
      signal?.throwIfAborted()
      if (isClosed) throw new ForageError('writer-unavailable', 'The local writer was closed.')
      return answer(request, signal)
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await queue.idle()
      await loaded.dispose()
    },
  }
}

interface TokensUsed {
  readonly inputTokens: number
  readonly outputTokens: number
}

function holds(slot: Slot, tokens: CompletionTokens): boolean {
  return sameTokens(slot.prefix, tokens.prefix)
}
