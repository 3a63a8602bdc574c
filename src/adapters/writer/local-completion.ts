import type { Token } from 'node-llama-cpp'
import { ForageError } from '../../core/errors.ts'
import type { CompletionPrompt } from '../../core/prompts/prompt.ts'
import { derivedSeed } from '../../core/random.ts'
import type { AnswerText, WriterRequest } from '../../ports/writer.ts'
import type { LoadedModel, Slot } from './local-engine.ts'

/** Tokens less likely than this share of the likeliest are never sampled: they are where a small model derails. */
const MIN_P = 0.05

/** Tokens of a prompt as they are evaluated: prefix and tail each as a batch of its own, then the last token. */
export interface CompletionTokens {
  readonly prefix: readonly Token[]
  readonly tail: readonly Token[]
  readonly last: Token
}

/**
 * @throws ForageError `writer-refused` when prompt and answer do not fit the model's context
 */
export function tokenized(
  loaded: LoadedModel,
  prompt: CompletionPrompt,
  outputTokensMax: number,
): CompletionTokens {
  const { model, contextTokens } = loaded
  const start = model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : []
  const prefix = [...start, ...model.tokenize(prompt.prefix)]
  const tail = model.tokenize(prompt.tail)
  const last = tail.pop() ?? prefix.pop()
  const length = prefix.length + tail.length + 1
  if (last === undefined) throw new ForageError('writer-refused', 'The prompt is empty.')
  if (length + outputTokensMax > contextTokens) {
    throw new ForageError(
      'writer-refused',
      `The prompt has ${length} tokens; with ${outputTokensMax} for the answer it does not fit the model's ${contextTokens}. Shorten the article or the topic.`,
    )
  }
  return { prefix, tail, last }
}

/**
 * Puts a slot's sequence right before the prompt's last token.
 *
 * Where the kept prefix ends changes how the rest is batched, and so the last digits of the logits and, now and
 * then, the text. The prefix is therefore always a batch of its own, and the sequence always goes back to
 * exactly its end: the same seed gives the same text, whether the prefix was there or not.
 */
export async function prepareSlot(slot: Slot, tokens: CompletionTokens): Promise<void> {
  const { sequence } = slot
  const isKept = sameTokens(slot.prefix, tokens.prefix)
  slot.prefix = []
  if (isKept) {
    await truncate(slot, tokens.prefix.length)
  } else {
    await sequence.clearHistory()
    await sequence.evaluateWithoutGeneratingNewTokens([...tokens.prefix])
  }
  if (tokens.tail.length > 0) await sequence.evaluateWithoutGeneratingNewTokens([...tokens.tail])
  slot.prefix = tokens.prefix
}

/** One sample on a prepared slot; leaves the slot prepared for the next one. */
export async function sampleLine(
  loaded: LoadedModel,
  slot: Slot,
  tokens: CompletionTokens,
  request: WriterRequest,
  sample: number,
  stop: () => void,
): Promise<{ readonly answer: AnswerText; readonly outputTokens: number }> {
  const { model } = loaded
  const sampled: Token[] = []
  let logProbability = 0
  let outputTokens = 0
  let isCutOff = false
  const steps = slot.sequence.evaluateWithMetadata(
    [tokens.last],
    { confidence: true },
    {
      temperature: request.samplingTemperature,
      minP: MIN_P,
      seed: derivedSeed(request.seed, 'sample', sample),
    },
  )
  for await (const { token, confidence } of steps) {
    stop()
    outputTokens++
    logProbability += Math.log(Math.max(confidence, Number.MIN_VALUE))
    // At an end-of-text token the engine ends by itself.
    if (model.detokenize([token]).includes('\n')) break
    sampled.push(token)
    if (outputTokens >= request.outputTokensMax) {
      isCutOff = true
      break
    }
  }
  await truncate(slot, tokens.prefix.length + tokens.tail.length)
  return {
    answer: {
      text: model.detokenize(sampled).trim(),
      ...(outputTokens === 0 ? {} : { meanLogProbability: logProbability / outputTokens }),
      ...(isCutOff ? { isCutOff } : {}),
    },
    outputTokens,
  }
}

async function truncate({ sequence }: Slot, length: number): Promise<void> {
  if (sequence.nextTokenIndex > length) {
    await sequence.eraseContextTokenRanges([{ start: length, end: sequence.nextTokenIndex }])
  }
}

export function sameTokens(a: readonly Token[], b: readonly Token[]): boolean {
  return a.length === b.length && a.every((token, index) => token === b[index])
}
