import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import type { LlamaContext, LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp'
import { ForageError, InputError } from '../../core/errors.ts'

export type Engine = typeof import('node-llama-cpp')

/** A model in memory, and the sequences it can work on. */
export interface LoadedModel {
  readonly engine: Engine
  readonly model: LlamaModel
  readonly context: LlamaContext
  readonly slots: readonly Slot[]
  /** Whether the file carries a chat template, as instruct models do and base models do not. */
  readonly hasChatTemplate: boolean
  dispose(): Promise<void>
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
  readonly sequences: number
  /** `false` keeps to the processor, which gives the same text on every run; `auto` takes a GPU that is there. */
  readonly gpu: false | 'auto'
  readonly threads: number
}

/**
 * Threads that leave a core to the rest of the machine. The engine's threads wait for one another in a busy
 * loop: with as many threads as cores, a single other busy process slowed 12 tokens from 0.3 s to 8 s.
 */
export function defaultThreads(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1))
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
    const context = await model.createContext({
      sequences: options.sequences,
      threads: options.threads,
      contextSize: Math.min(options.contextTokens, model.trainContextSize),
      // Going back to the end of a prefix needs the whole window: models with sliding attention, Gemma among
      // them, otherwise forget what lies further back than their window (512 tokens).
      swaFullCache: true,
    })
    const slots = Array.from({ length: options.sequences }, () => ({
      sequence: context.getSequence(),
      prefix: [] as readonly Token[],
      lastUsed: 0,
    }))
    return {
      engine,
      model,
      context,
      slots,
      hasChatTemplate: typeof model.fileInfo.metadata.tokenizer?.chat_template === 'string',
      async dispose() {
        await context.dispose()
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
