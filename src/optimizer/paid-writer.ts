import { createHash } from 'node:crypto'
import { canonicalJson } from '../core/canonical-json.ts'
import { ForageError } from '../core/errors.ts'
import type { Amount } from '../core/live/budget.ts'
import { writerQuestion } from '../ports/answer-log.ts'
import type { LiveContext } from '../ports/store/contexts.ts'
import type { ModelCall } from '../ports/store/model-calls.ts'
import type { Writer, WriterAnswer, WriterRequest } from '../ports/writer.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { holdSpend } from './spending.ts'
import { waitMs, within } from './timing.ts'
import type { Turns } from './turns.ts'

/** Whose iteration an answer is for. */
export interface AnswerPlace {
  readonly context: LiveContext
  readonly arm: string
  readonly iteration: number
}

/** How an answer came about. */
export interface AnswerOrigin {
  readonly key: string
  readonly isReused: boolean
  readonly durationMs: number
}

/** A writer whose answers are kept before anything is done with them, and never asked for twice. */
export interface PaidWriter extends Writer {
  /** Of a request that was answered. */
  origin(request: WriterRequest): AnswerOrigin | undefined
}

/** What all arms of a node share. */
export interface WritingDesk extends Pick<OptimizerOptions, 'store' | 'clock' | 'priceUsd'> {
  readonly turnsOf: (writer: Writer) => Turns
  readonly writeTimeoutMs: number
  /** Answers that were paid for but could not be kept yet, by key. */
  readonly unkept: Map<string, HeldCall>
}

/** An answer, and what was held for it. */
interface HeldCall {
  readonly call: ModelCall
  readonly hold: string
}

const KEEP_ATTEMPTS = 5
const KEEP_WAIT_MS = 200
/** Tokens around a prompt that its text does not show: roles, markers, the answer's schema in the provider's words. */
const TOKENS_AROUND = 200

/**
 * Asks `inner` only what is not kept for this place, within the budgets, one request at a time where the writer wants
 * it, and no longer than the time limit. The key is the request's place (context, arm, iteration, mode and attempt by
 * its seed), writer and prompt version, so that an iteration that is run again gets the answers it has paid for even
 * when the rates in its prompts have moved on.
 */
export function paidWriter(inner: Writer, place: AnswerPlace, desk: WritingDesk): PaidWriter {
  const { store, clock } = desk
  const origins = new WeakMap<WriterRequest, AnswerOrigin>()
  const { id } = place.context

  async function ask(key: string, request: WriterRequest, signal?: AbortSignal): Promise<ModelCall> {
    const leave = await desk.turnsOf(inner).enter(signal)
    try {
      await keepLeftOver(desk)
      const hold = await holdSpend(desk, id, await most(inner, request, desk))
      let answer: WriterAnswer
      try {
        answer = await within(
          clock,
          desk.writeTimeoutMs,
          (within) => inner.write(request, within),
          () => late(inner, desk.writeTimeoutMs),
          signal,
        )
      } catch (failure) {
        // A hold that cannot be given back now lapses by itself.
        await store.dropHold(hold).catch(() => {})
        throw failure
      }
      const call = callOf(key, place, inner, request, answer, clock.now())
      await keep({ call, hold }, desk)
      return call
    } finally {
      leave()
    }
  }

  return {
    name: inner.name,
    rendering: inner.rendering,
    isStandIn: inner.isStandIn,
    origin: (request) => origins.get(request),
    async write(request, signal) {
      signal?.throwIfAborted()
      const key = placeKey(place, inner, request)
      const unkept = desk.unkept.get(key)
      if (unkept !== undefined) await keep(unkept, desk)
      const kept = await store.modelCall(key)
      const askedAtMs = clock.now()
      const call = kept ?? (await ask(key, request, signal))
      origins.set(request, { key, isReused: kept !== undefined, durationMs: clock.now() - askedAtMs })
      return {
        ...(JSON.parse(call.answer) as Pick<WriterAnswer, 'texts'>),
        usage: call.usage,
        model: call.model,
      }
    },
    // The inner writer is the caller's.
    close: async () => {},
  }
}

function placeKey({ context, arm, iteration }: AnswerPlace, writer: Writer, request: WriterRequest): string {
  const { prompt, seed } = request
  const named = { context: context.id, arm, iteration, writer: writer.name, prompt: prompt.version, seed }
  return createHash('sha256').update(canonicalJson(named)).digest('hex')
}

function callOf(
  key: string,
  { context, arm }: AnswerPlace,
  writer: Writer,
  request: WriterRequest,
  { texts, usage, model }: WriterAnswer,
  createdAtMs: number,
): ModelCall {
  return {
    key,
    contextId: context.id,
    arm,
    writer: writer.name,
    model: storable(model),
    question: storable(canonicalJson(writerQuestion(writer.name, request))),
    answer: JSON.stringify({ texts: texts.map((one) => ({ ...one, text: storable(one.text) })) }),
    usage,
    createdAtMs,
  }
}

/** Databases take no zero characters and no halves of pairs; the checks refuse the mark that takes their place. */
export function storable(text: string): string {
  return text.replace(/[\p{Cs}\0]/gu, '\ufffd')
}

/** Keeps an answer, in spite of a store that is away for a moment; otherwise this node remembers it. */
async function keep(held: HeldCall, { store, clock, unkept }: WritingDesk): Promise<void> {
  const { call, hold } = held
  unkept.set(call.key, held)
  for (let attempt = 1; ; attempt++) {
    try {
      await store.keepModelCall(call, hold)
      unkept.delete(call.key)
      return
    } catch (error) {
      if (attempt >= KEEP_ATTEMPTS) throw error
      await waitMs(clock, KEEP_WAIT_MS * attempt)
    }
  }
}

/** What other arms of this node could not keep counts before more is asked for. */
async function keepLeftOver({ store, unkept }: WritingDesk): Promise<void> {
  for (const { call, hold } of [...unkept.values()]) {
    await store.keepModelCall(call, hold).then(
      () => unkept.delete(call.key),
      () => {},
    )
  }
}

/** The most that a request can take. A token stands for at least one byte of a prompt. */
async function most(
  writer: Writer,
  { prompt, samples, outputTokensMax }: WriterRequest,
  { priceUsd }: WritingDesk,
): Promise<Amount> {
  const words =
    prompt.rendering === 'chat'
      ? prompt.system + prompt.user + JSON.stringify(prompt.answerSchema)
      : prompt.prefix + prompt.tail
  const inputTokens = samples * (Buffer.byteLength(words) + TOKENS_AROUND)
  const outputTokens = samples * outputTokensMax
  const usd = (await priceUsd?.(writer.name, inputTokens, outputTokens)) ?? null
  return { calls: samples, tokens: inputTokens + outputTokens, usd }
}

function late(writer: Writer, timeoutMs: number): ForageError {
  return new ForageError('writer-timeout', `${writer.name} did not answer within ${timeoutMs / 1000} s`, {
    isRetryable: true,
  })
}
