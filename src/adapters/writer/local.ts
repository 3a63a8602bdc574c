import { ForageError } from '../../core/errors.ts'
import type { Rendering } from '../../core/prompts/prompt.ts'
import type { AnswerText, Writer, WriterAnswer, WriterRequest } from '../../ports/writer.ts'
import { sampleChat } from './local-chat.ts'
import { type CompletionTokens, prepareSlot, sameTokens, sampleLine, tokenized } from './local-completion.ts'
import { defaultThreads, firstLine, loadModel, type Slot } from './local-engine.ts'

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
  /** Tokens of prompt and answer together. */
  readonly contextTokens?: number
  readonly gpu?: false | 'auto'
  /** Processor threads; by default one less than there are cores, at most 4. */
  readonly threads?: number
  /** For one request. */
  readonly timeoutMs?: number
}

/** Prefixes kept evaluated: an iteration goes through explore and exploit in turn. */
const KEPT_PREFIXES = 3

/**
 * A language model in this process: a GGUF file by node-llama-cpp. Requests wait for one another.
 *
 * @throws InputError when the file cannot be read or is not GGUF; ForageError `writer-unavailable`
 */
export async function localWriter(options: LocalWriterOptions, signal?: AbortSignal): Promise<Writer> {
  const parallelSamples = options.parallelSamples ?? 1
  const timeoutMs = options.timeoutMs ?? 300_000
  const loaded = await loadModel(
    {
      modelPath: options.modelPath,
      contextTokens: options.contextTokens ?? 3072,
      sequences: Math.max(parallelSamples, KEPT_PREFIXES),
      gpu: options.gpu ?? false,
      threads: options.threads ?? defaultThreads(),
    },
    signal,
  )
  let queue: Promise<unknown> = Promise.resolve()
  let uses = 0
  let isClosed = false
  /** Slots that lanes of the request under way work on. */
  const taken = new Set<Slot>()

  async function complete(request: WriterRequest, stop: () => void) {
    if (request.prompt.rendering !== 'completion') throw new TypeError('not a completion prompt')
    const tokens = tokenized(loaded, request.prompt, request.outputTokensMax)
    const texts = new Array<AnswerText>(request.samples)
    let outputTokens = 0
    let next = 0
    const lanes = Array.from({ length: Math.min(parallelSamples, request.samples) }, () => takeSlot(tokens))
    await Promise.all(
      lanes.map(async (slot) => {
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
      for (const slot of lanes) slot.prefix = []
      throw error
    })
    return { texts, inputTokens: tokens.prefix.length + tokens.tail.length + 1, outputTokens }
  }

  async function chat(request: WriterRequest, signal: AbortSignal) {
    const { prompt } = request
    if (prompt.rendering !== 'chat') throw new TypeError('not a chat prompt')
    const texts: AnswerText[] = []
    let inputTokens = 0
    let outputTokens = 0
    for (let sample = 0; sample < request.samples; sample++) {
      signal.throwIfAborted()
      const slot = loaded.slots[0] as Slot
      const sampled = await sampleChat(loaded, slot, prompt, request, sample, signal)
      texts.push(sampled.answer)
      inputTokens += sampled.inputTokens
      outputTokens += sampled.outputTokens
    }
    return { texts, inputTokens, outputTokens }
  }

  /** The slot that holds this prefix already and is free, else the one unused for longest. */
  function takeSlot(tokens: CompletionTokens): Slot {
    const free = loaded.slots.filter((slot) => !taken.has(slot))
    const slot =
      free.find(({ prefix }) => sameTokens(prefix, tokens.prefix)) ??
      free.reduce((oldest, other) => (other.lastUsed < oldest.lastUsed ? other : oldest))
    taken.add(slot)
    slot.lastUsed = ++uses
    return slot
  }
  async function answer(request: WriterRequest, outer: AbortSignal | undefined): Promise<WriterAnswer> {
    outer?.throwIfAborted()
    if (isClosed) throw new ForageError('writer-unavailable', 'The local writer was closed.')
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = outer === undefined ? timeout : AbortSignal.any([outer, timeout])
    const startedAt = performance.now()
    taken.clear()
    try {
      const { texts, inputTokens, outputTokens } =
        request.prompt.rendering === 'chat'
          ? await chat(request, signal)
          : await complete(request, () => signal.throwIfAborted())
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
    write(request, signal) {
      const result = queue.then(() => answer(request, signal))
      queue = result.catch(() => {})
      return result
    },
    async close() {
      if (isClosed) return
      isClosed = true
      await queue
      await loaded.dispose()
    },
  }
}
