import { inChoiceOrder } from '../core/acquisition/choice-order.ts'
import type { CheckInput, Refusal } from '../core/checks/check.ts'
import { checkCandidate } from '../core/checks/check-candidate.ts'
import { checkNearDuplicate } from '../core/checks/near-duplicate.ts'
import { formsOf } from '../core/checks/text-forms.ts'
import type { Context } from '../core/context.ts'
import type { Candidate, Item } from '../core/item.ts'
import type { Birth } from '../core/loop.ts'
import { parseAnswer } from '../core/prompts/parse.ts'
import { renderRequest } from '../core/prompts/render.ts'
import { derivedSeed } from '../core/random.ts'
import type { LoopSettings } from '../core/settings.ts'
import type { WriteRequest } from '../core/strategies/strategy.ts'
import type { TaskDefinition } from '../core/task.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { Writer, WriterAnswer, WriterRequest } from '../ports/writer.ts'

/** One answer of the writer, judged. */
export interface JudgedAnswer {
  readonly request: WriterRequest
  readonly answer: WriterAnswer
  readonly attempt: number
  /** In the order they were judged. */
  readonly judged: readonly JudgedCandidate[]
}

export type JudgedCandidate =
  | { readonly fate: 'born'; readonly candidate: Candidate }
  | { readonly fate: 'spare'; readonly candidate: Candidate }
  | { readonly fate: 'refused'; readonly candidate: Candidate; readonly refusal: Refusal }

export interface WritingContext {
  readonly task: TaskDefinition
  readonly context: Context
  readonly settings: LoopSettings
  readonly writer: Writer
  /** Compares texts by meaning; without it only by words. */
  readonly encoder?: Encoder
  /**
   * Vectors of the comparable forms of accepted texts, filled as they are needed; one map for all requests of a
   * context, so that its history is not asked for again at each.
   */
  readonly vectors?: Map<string, Float32Array>
  readonly seed: number
}

/** Tokens of one completion line: the longest allowed text, with room for long words. */
const TOKENS_PER_WORD = 3
/** Tokens of JSON around a text in a chat answer. */
const CHAT_TOKENS_EXTRA = 64

/**
 * Asks the writer for one request until enough candidates pass the checks, at most `writeAttemptsMax` times,
 * each time with another seed. Nothing that fails a check is ever born.
 *
 * @param earlier everything ever accepted for the context, those accepted in this round too
 * @param rotation iteration the texts are for: turns the few-shot material and the seed
 * @param onAnswer called with each answer as it is judged
 * @returns births in the order they were accepted, at most `request.count`
 */
export async function writeBirths(
  request: WriteRequest,
  earlier: readonly Item[],
  rotation: number,
  writing: WritingContext,
  onAnswer: (answer: JudgedAnswer) => void,
  signal?: AbortSignal,
): Promise<Birth[]> {
  const { task, context, settings, writer, seed } = writing
  const births: Birth[] = []
  for (let attempt = 0; attempt < settings.writeAttemptsMax && births.length < request.count; attempt++) {
    signal?.throwIfAborted()
    const wanted = request.count - births.length
    const { prompt, samples } = renderRequest(
      writer.rendering,
      request,
      task,
      context,
      settings,
      wanted,
      rotation + attempt,
    )
    const asked: WriterRequest = {
      prompt,
      samples,
      seed: derivedSeed(seed, 'write', context.key, request.mode, rotation, attempt),
      samplingTemperature: settings.samplingTemperature,
      outputTokensMax:
        prompt.rendering === 'chat'
          ? prompt.count * task.constraints.wordsMax * TOKENS_PER_WORD + CHAT_TOKENS_EXTRA
          : task.constraints.wordsMax * TOKENS_PER_WORD,
    }
    const answer = await writer.write(asked, signal)
    const judged = await judge(answer, asked, wanted, [...earlier, ...births], writing, signal)
    for (const { fate, candidate } of judged) {
      if (fate !== 'born') continue
      births.push({
        ...candidate,
        mode: request.mode,
        parents: request.parents,
        writtenBy: answer.model,
        promptVersion: prompt.version,
      })
    }
    onAnswer({ request: asked, answer, attempt, judged })
  }
  return births
}

async function judge(
  answer: WriterAnswer,
  request: WriterRequest,
  wanted: number,
  earlier: readonly (Birth | Item)[],
  { task, context, encoder, vectors = new Map() }: WritingContext,
  signal: AbortSignal | undefined,
): Promise<JudgedCandidate[]> {
  const judged: JudgedCandidate[] = []
  const candidates: Candidate[] = []
  for (const text of answer.texts) {
    const parsed = parseAnswer(request.prompt, text)
    if (text.isCutOff === true && request.prompt.rendering === 'completion') {
      judged.push(refused({ text: text.text }, 'too-long', 'it did not end within the token limit'))
    } else if (parsed.kind === 'unreadable') {
      judged.push(refused({ text: text.text.slice(0, 2000) }, 'unreadable', parsed.detail))
    } else candidates.push(...parsed.candidates)
  }
  const accepted = earlier.map(earlierText)
  const input: CheckInput = {
    task,
    context,
    earlier: accepted,
    vectorOf: (text) => vectors.get(text),
    ...(encoder === undefined ? {} : { encoder: encoder.name }),
  }
  let born = 0
  let isHistoryKnown = false
  for (const candidate of inChoiceOrder(
    candidates,
    request.prompt.source.request,
    earlier.map(({ text }) => text),
    context.topic,
  )) {
    let fresh: string | undefined
    let refusal = checkCandidate(candidate, input)
    if (refusal === null && encoder !== undefined) {
      // Only what passed the cheap checks is worth a vector; no other check looks at it.
      const { comparable } = formsOf(candidate.text, context.topic)
      if (!vectors.has(comparable)) fresh = comparable
      const unseen = isHistoryKnown ? [candidate] : [candidate, ...accepted]
      await embedMissing(unseen, context, encoder, vectors, signal)
      isHistoryKnown = true
      refusal = checkNearDuplicate(candidate, input)
    }
    if (refusal === null && born < wanted) {
      born++
      accepted.push(earlierText(candidate))
      judged.push({ fate: 'born', candidate })
      continue
    }
    if (fresh !== undefined) vectors.delete(fresh)
    judged.push(refusal === null ? { fate: 'spare', candidate } : { fate: 'refused', candidate, refusal })
  }
  return judged
}

function earlierText(one: Candidate & { readonly id?: string }): CheckInput['earlier'][number] {
  const { id = 'candidate', text, meanLogProbability } = one
  return { id, text, ...(meanLogProbability === undefined ? {} : { meanLogProbability }) }
}

function refused(candidate: Candidate, reason: Refusal['reason'], detail: string): JudgedCandidate {
  return { fate: 'refused', candidate, refusal: { reason, detail } }
}

async function embedMissing(
  items: readonly { readonly text: string }[],
  context: Context,
  encoder: Encoder,
  vectors: Map<string, Float32Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const unseen = new Set<string>()
  for (const { text } of items) {
    const { comparable } = formsOf(text, context.topic)
    if (!vectors.has(comparable)) unseen.add(comparable)
  }
  const missing = [...unseen]
  if (missing.length === 0) return
  const embedded = await encoder.embed(missing, signal)
  for (const [index, text] of missing.entries()) vectors.set(text, embedded[index] as Float32Array)
}
