import { ForageError } from '../core/errors.ts'
import type { Item } from '../core/item.ts'
import type { Birth } from '../core/loop.ts'
import type { Plan } from '../core/strategies/strategy.ts'
import type { RequestRecord } from '../ports/store/pools.ts'
import type { OptimizerNews } from './optimizer-events.ts'
import { type PaidWriter, storable } from './paid-writer.ts'
import { OverBudgetError } from './spending.ts'
import { type JudgedAnswer, type WritingContext, writeBirths } from './write-births.ts'

/** What came of a plan's requests. */
export interface WrittenPlan {
  readonly births: readonly Birth[]
  readonly refused: Readonly<Record<string, number>>
  readonly requests: readonly RequestRecord[]
  /** The failure that ended the writing early, where what was there was worth going on with. */
  readonly failure?: ForageError
}

export interface PlanWriting extends WritingContext {
  readonly writer: PaidWriter
  readonly iteration: number
  /** Number of the first birth. */
  readonly firstItemNumber: number
  /** Everything that may not come again, whatever its standing. */
  readonly earlier: readonly Item[]
  /**
   * Told of a failure of the writer: true goes on with the births that are there. Not asked without births, nor when
   * a budget or the signal ended it.
   */
  readonly goOn: (failure: ForageError, births: number) => boolean
  readonly tell: (news: PlanNews) => void
}

type ArmFields = 'contextId' | 'contextKey' | 'arm' | 'iteration'
/** News of a plan, without the arm and the iteration that it is for. */
export type PlanNews = OptimizerNews extends infer E
  ? E extends { kind: 'request-answered' | 'births-short' }
    ? Omit<E, ArmFields>
    : never
  : never

/** Candidates and their length that an iteration's record holds at most. */
const RECORDED_CANDIDATES_MAX = 300
const RECORDED_CHARACTERS_MAX = 500

/**
 * Asks for all that a plan wants, one request after the other, and records what became of every candidate.
 *
 * @throws what the writer, the encoder and the store throw; the signal's reason when aborted
 */
export async function writePlan(
  plan: Plan,
  writing: PlanWriting,
  signal?: AbortSignal,
): Promise<WrittenPlan> {
  const { iteration, firstItemNumber, earlier, writer, tell } = writing
  const births: Birth[] = []
  const refused: Record<string, number> = {}
  const requests: RequestRecord[] = []
  let room = RECORDED_CANDIDATES_MAX
  for (const request of plan.requests) {
    const ownRefused: Record<string, number> = {}
    const answers: JudgedAnswer[] = []
    const onAnswer = (answer: JudgedAnswer) => {
      answers.push(answer)
      for (const one of answer.judged) if (one.fate === 'refused') count(ownRefused, one.refusal.reason)
      tell(answered(answer, request.mode, writer))
    }
    const known = [...earlier, ...births.map((birth) => ({ ...birth, id: 'new', bornAt: iteration }))]
    let written: Birth[] = []
    let failure: ForageError | undefined
    try {
      written = await writeBirths(request, known, iteration, writing, onAnswer, signal)
    } catch (error) {
      failure = bearable(error, births.length, writing, signal)
    }
    let number = firstItemNumber + births.length
    for (const answer of answers) {
      const record = recordOf(
        answer,
        request.mode,
        writer,
        failure === undefined ? () => `i${number++}` : null,
      )
      requests.push({ ...record, candidates: record.candidates.slice(0, room) })
      room -= Math.min(room, record.candidates.length)
    }
    births.push(...written)
    for (const [reason, times] of Object.entries(ownRefused)) refused[reason] = (refused[reason] ?? 0) + times
    if (written.length < request.count) {
      tell({
        kind: 'births-short',
        mode: request.mode,
        wanted: request.count,
        got: written.length,
        refused: ownRefused,
        ...(failure === undefined ? {} : { failure: failure.code }),
      })
    }
    if (failure !== undefined) return { births, refused, requests, failure }
  }
  return { births, refused, requests }
}

/** The failure, where the plan may end here with what it has; thrown on otherwise. */
function bearable(
  error: unknown,
  births: number,
  { goOn }: PlanWriting,
  signal: AbortSignal | undefined,
): ForageError {
  signal?.throwIfAborted()
  const isWriters = error instanceof ForageError && error.code.startsWith('writer-')
  if (!isWriters || error instanceof OverBudgetError || births === 0 || !goOn(error, births)) throw error
  return error
}

function answered(
  { answer, attempt, judged, request }: JudgedAnswer,
  mode: string,
  writer: PaidWriter,
): PlanNews {
  const origin = writer.origin(request)
  return {
    kind: 'request-answered',
    mode,
    attempt,
    writer: writer.name,
    model: answer.model,
    promptVersion: request.prompt.version,
    isReused: origin?.isReused ?? false,
    durationMs: origin?.durationMs ?? 0,
    usage: answer.usage,
    born: judged.filter(({ fate }) => fate === 'born').length,
    refused: judged.filter(({ fate }) => fate === 'refused').length,
  }
}

/** @param nextId names a birth; null where the request failed later, so that its births came to nothing */
function recordOf(
  { attempt, judged, request }: JudgedAnswer,
  mode: string,
  writer: PaidWriter,
  nextId: (() => string) | null,
): RequestRecord {
  return {
    mode,
    attempt,
    answerKey: writer.origin(request)?.key ?? '',
    candidates: judged.map((one) => {
      const text = recorded(one.candidate.text)
      if (one.fate === 'refused') {
        const { reason, detail } = one.refusal
        return { text, fate: 'refused', reason, detail: recorded(detail) }
      }
      if (one.fate === 'spare' || nextId === null) return { text, fate: 'spare' }
      return { text, fate: 'born', itemId: nextId() }
    }),
  }
}

function recorded(text: string): string {
  return storable(text.slice(0, RECORDED_CHARACTERS_MAX))
}

function count(counts: Record<string, number>, reason: string): void {
  counts[reason] = (counts[reason] ?? 0) + 1
}
