import { readFile } from 'node:fs/promises'
import { env } from 'node:process'
import { Tokenizer } from '@huggingface/tokenizers'
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import { ForageError } from '../../core/errors.ts'
import type { Encoder } from '../../ports/encoder.ts'

export interface MinilmFiles {
  /** ONNX file of a BERT-like sentence model: float or int8. */
  readonly modelPath: string
  /** Its `tokenizer.json`. */
  readonly tokenizerPath: string
}

/** Longer texts are cut: the model was trained on sentences and short passages. */
const TOKENS_MAX = 256
/** Cut before the tokenizer sees it; 256 tokens of prose are about 1,200 characters. */
const CHARACTERS_MAX = 10_000
/** Vectors kept in memory, oldest leave first; 1.5 kB each. */
const KEPT_MAX = 10_000

type Runtime = typeof import('onnxruntime-node')

/**
 * MiniLM (all-MiniLM-L6-v2 or another BERT-like sentence model) in this process, on one CPU thread.
 *
 * Mean of the last layer over all tokens, scaled to unit length. Texts run one by one without padding. With
 * the catalogue's file (int8 weights, float activations) a batch gives the same vectors; other int8 exports
 * scale their activations by the whole batch, and there a text's vector would depend on its company. One text
 * takes 2 to 5 ms.
 *
 * The files are read on the first text, so that making an encoder that is never asked costs nothing. The runtime's
 * telemetry is turned off for the whole process.
 *
 * @throws ForageError `encoder-unavailable` when onnxruntime-node is not installed or a file is not readable or
 * not what it should be; an aborted signal throws its reason
 */
export function minilmEncoder(files: MinilmFiles): Encoder {
  const kept = new Map<string, Float32Array>()
  let loading: Promise<LoadedModel> | undefined
  let closed = false

  return {
    name: 'minilm',
    dimensions: 384,
    async embed(texts, signal) {
      signal?.throwIfAborted()
      const vectors: Float32Array[] = []
      for (const text of texts) {
        let vector = kept.get(text)
        if (vector === undefined) {
          if (closed) throw unavailable('the encoder is closed')
          loading ??= loadModel(files)
          const model = await loading.catch((error: unknown) => {
            loading = undefined
            throw error
          })
          signal?.throwIfAborted()
          vector = await meanVector(model, text)
          kept.set(text, vector)
          if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value as string)
        }
        vectors.push(vector.slice())
      }
      signal?.throwIfAborted()
      return vectors
    },
    async close() {
      if (closed) return
      closed = true
      const model = await loading?.catch(() => undefined)
      await model?.session.release()
    },
  }
}

interface LoadedModel {
  readonly runtime: Runtime
  readonly session: InferenceSession
  readonly tokenizer: Tokenizer
}

async function loadModel(files: MinilmFiles): Promise<LoadedModel> {
  const runtime = await loadRuntime()
  const tokenizer = await loadTokenizer(files.tokenizerPath)
  const session = await loadSession(runtime, files.modelPath)
  return { runtime, session, tokenizer }
}

async function loadRuntime(): Promise<Runtime> {
  // From 1.30 on the runtime tells its maker of its use, unless this is set before it is loaded.
  env.ORT_DISABLE_TELEMETRY = '1'
  try {
    const module = (await import('onnxruntime-node')) as Runtime & { default?: Runtime }
    return module.default ?? module
  } catch (cause) {
    throw unavailable(
      'the optional package onnxruntime-node is not there; run `npm install onnxruntime-node`',
      cause,
    )
  }
}

async function loadTokenizer(path: string): Promise<Tokenizer> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unavailable(
      `cannot read the tokenizer ${path} (${codeOf(cause)}); run \`npx forage models pull minilm\``,
      cause,
    )
  })
  try {
    const tokenizer = new Tokenizer(JSON.parse(text) as object, {})
    if (tokenizer.encode('a').ids.length !== 3) throw new Error('no [CLS] and [SEP] around a text')
    return tokenizer
  } catch (cause) {
    throw unavailable(`${path} is not a BERT tokenizer.json; run \`npx forage models verify\``, cause)
  }
}

async function loadSession(runtime: Runtime, path: string): Promise<InferenceSession> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw unavailable(
      `cannot read the model ${path} (${codeOf(cause)}); run \`npx forage models pull minilm\``,
      cause,
    )
  })
  let session: InferenceSession
  try {
    session = await runtime.InferenceSession.create(bytes, {
      executionProviders: ['cpu'],
      executionMode: 'sequential',
      // One thread: sums are always taken in the same order, so the same text gives the same bytes.
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      // Errors only; they are thrown as well.
      logSeverityLevel: 4,
    })
  } catch (cause) {
    throw unavailable(`${path} is not an ONNX model; run \`npx forage models verify\``, cause)
  }
  if (!session.inputNames.includes('input_ids') || session.outputNames.length === 0) {
    await session.release()
    throw unavailable(
      `${path} is not a sentence model: it has no input_ids; run \`npx forage models verify\``,
    )
  }
  return session
}

async function meanVector(model: LoadedModel, text: string): Promise<Float32Array> {
  const { runtime, session, tokenizer } = model
  let ids = tokenizer.encode(text.slice(0, CHARACTERS_MAX)).ids
  // The last token, [SEP], stays the last.
  if (ids.length > TOKENS_MAX) ids = [...ids.slice(0, TOKENS_MAX - 1), ids.at(-1) as number]

  const row = (values: readonly number[]) =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length])
  const feeds: Record<string, Tensor> = {}
  for (const name of session.inputNames) {
    feeds[name] = row(name === 'input_ids' ? ids : ids.map(() => (name === 'attention_mask' ? 1 : 0)))
  }
  const outputs = await session.run(feeds)
  const hidden = outputs[session.outputNames[0] as string] as Tensor
  return unitMean(hidden.data as Float32Array, ids.length)
}

/** Mean over `count` rows, scaled to length 1. Every token counts: nothing is padded. */
function unitMean(rows: Float32Array, count: number): Float32Array {
  const dimensions = rows.length / count
  const sums = new Float64Array(dimensions)
  for (let index = 0; index < rows.length; index++) sums[index % dimensions]! += rows[index] as number
  let squares = 0
  for (const sum of sums) squares += sum * sum
  const length = Math.sqrt(squares) || 1
  return Float32Array.from(sums, (sum) => sum / length)
}

function unavailable(message: string, cause?: unknown): ForageError {
  return new ForageError(
    'encoder-unavailable',
    `encoder minilm: ${message}`,
    cause === undefined ? {} : { cause },
  )
}

function codeOf(cause: unknown): string {
  return (cause as { code?: string }).code ?? 'unreadable'
}
