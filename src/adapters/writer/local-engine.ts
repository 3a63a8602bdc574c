import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import { ForageError, InputError } from '../../core/errors.ts'

export type Engine = typeof import('node-llama-cpp')

/** A model in memory, and the lanes it can work on. */
export interface LoadedModel {
  readonly engine: Engine
  readonly model: LlamaModel
  /** Tokens of prompt and answer that a sequence can hold. */
  readonly contextTokens: number
  readonly lanes: readonly Lane[]
  /** Whether the file carries a chat template, as instruct models do and base models do not. */
  readonly hasChatTemplate: boolean
  dispose(): Promise<void>
}

/**
 * Sequences of one context. Lanes share the weights and nothing else: what is evaluated in one never stands in a
 * batch of another, so that a text does not hang on what is written beside it.
 */
export interface Lane {
  readonly slots: readonly Slot[]
}

/** One sequence with the prompt prefix that it holds evaluated. */
export interface Slot {
  readonly sequence: LlamaContextSequence
  /** Tokens of the prefix that was evaluated as a batch of its own; empty when there is none. */
  prefix: readonly Token[]
  lastUsed: number
}

export interface EngineOptions {
  readonly modelPath: string
  /** Tokens a sequence can hold. */
  readonly contextTokens: number
  readonly lanes: number
  /** Of each lane. */
  readonly sequences: number
  /** `false` keeps to the processor, which gives the same text on every run; `auto` takes a GPU that is there. */
  readonly gpu: false | 'auto'
  /** Of each lane. */
  readonly threads: number
}

/**
 * Threads of one lane, so that all lanes together leave a core to the rest of the machine where they can. The
 * threads of a lane wait for one another in a busy loop: with as many threads as cores, a single other busy process
 * slowed 12 tokens from 0.3 s to 8 s. Lanes do not wait for one another, so one thread each may fill all cores.
 */
export function defaultThreads(lanes = 1): number {
  return Math.max(1, Math.min(4, Math.floor((availableParallelism() - 1) / lanes)))
}

/**
 * Loads a GGUF file.
 *
 * @throws InputError when the file cannot be read or is not GGUF; ForageError `writer-unavailable` when the
 * engine is not installed or cannot load the model
 */
export async function loadModel(options: EngineOptions, signal?: AbortSignal): Promise<LoadedModel> {
  await checkGgufFile(options.modelPath)
  const engine = await importEngine()
  try {
    const llama = await engine.getLlama({
      gpu: options.gpu,
      build: 'never',
      // Loading a model prints hundreds of lines otherwise.
      logLevel: engine.LlamaLogLevel.error,
      logger: () => {},
    })
    const model = await llama.loadModel({
      modelPath: options.modelPath,
      ...(signal === undefined ? {} : { loadSignal: signal }),
    })
    const contextTokens = Math.min(options.contextTokens, model.trainContextSize)
    const contexts: LlamaContext[] = []
    for (let lane = 0; lane < options.lanes; lane++) {
      contexts.push(
        await model.createContext({
          sequences: options.sequences,
          threads: options.threads,
          contextSize: contextTokens,
          // Going back to the end of a prefix needs the whole window: models with sliding attention, Gemma among
          // them, otherwise forget what lies further back than their window (512 tokens).
          swaFullCache: true,
        }),
      )
    }
    const lanes = contexts.map((context) => ({
      slots: Array.from({ length: options.sequences }, () => ({
        sequence: context.getSequence(),
        prefix: [] as readonly Token[],
        lastUsed: 0,
      })),
    }))
    return {
      engine,
      model,
      contextTokens,
      lanes,
      hasChatTemplate: typeof model.fileInfo.metadata.tokenizer?.chat_template === 'string',
      async dispose() {
        for (const context of contexts) await context.dispose()
        await model.dispose()
        await llama.dispose()
      },
    }
  } catch (error) {
    signal?.throwIfAborted()
    throw new ForageError(
      'writer-unavailable',
      `The model ${options.modelPath} could not be loaded: ${firstLine(error)}. Check the file with "forage models verify", or name another one with --writer local:FILE.gguf.`,
      { cause: error },
    )
  }
}

async function importEngine(): Promise<Engine> {
  try {
    return await import('node-llama-cpp')
  } catch (error) {
    throw new ForageError(
      'writer-unavailable',
      'The engine for local models, node-llama-cpp, is not installed. Install it with "npm install node-llama-cpp", or name another writer with --writer.',
      { cause: error },
    )
  }
}

async function checkGgufFile(path: string): Promise<void> {
  const magic = new Uint8Array(4)
  try {
    const file = await open(path, 'r')
    try {
      await file.read(magic, 0, 4, 0)
    } finally {
      await file.close()
    }
  } catch (error) {
    throw new InputError(
      '--writer',
      path,
      `the model file cannot be read (${(error as NodeJS.ErrnoException).code})`,
      {
        cause: error,
      },
    )
  }
  if (new TextDecoder('latin1').decode(magic) !== 'GGUF') {
    throw new InputError('--writer', path, 'this is not a GGUF model file; give one that starts with "GGUF"')
  }
}

export function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
}
