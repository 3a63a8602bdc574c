import type { RefusalReason } from '../core/checks/check.ts'
import type { Context } from '../core/context.ts'
import { ForageError } from '../core/errors.ts'
import { foldOutcomes, NO_EVIDENCE } from '../core/evidence.ts'
import type { PoolState } from '../core/item-pool.ts'
import { applyBirths, type Birth, initialPool, initialRequest, planIteration } from '../core/loop.ts'
import { randomStream } from '../core/random.ts'
import type { LoopSettings } from '../core/settings.ts'
import { checkPairing } from '../core/strategies/pairing.ts'
import type { Plan, Strategy } from '../core/strategies/strategy.ts'
import type { TaskDefinition } from '../core/task.ts'
import { addUsage, NO_USAGE } from '../core/usage.ts'
import { type JudgedAnswer, writeBirths } from '../optimizer/write-births.ts'
import { writerQuestion } from '../ports/answer-log.ts'
import type { Audience } from '../ports/audience.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { Writer } from '../ports/writer.ts'
import { answerKey } from './answer-key.ts'
import { iterationFinished, type Written } from './iteration-finished.ts'
import type { CandidateFate, IterationFinished, RequestAnswered, RunEvent } from './run-events.ts'
import { summarize } from './run-summary.ts'

export interface RunOptions {
  readonly task: TaskDefinition
  readonly context: Context
  readonly settings: LoopSettings
  readonly strategy: Strategy
  readonly writer: Writer
  readonly audience: Audience
  /** Compares texts by meaning; without it near-duplicates are found by words only. */
  readonly encoder?: Encoder
  /** Named in the events; the audience does the scoring. */
  readonly scorerName: string
  readonly seed: number
  /** Lets a strategy choose by the encoder that the audience judges by; the events then say `isMatched`. */
  readonly allowMatched?: boolean
}

/**
 * The paper's loop for one context: writes the initial pool, then `iterations` times shows it, reads what was
 * clicked, drops, writes. Yields what happens as it happens. Nothing depends on the clock: with the same
 * answers the same options yield the same events.
 *
 * @throws InputError for a strategy that chooses by the audience's own encoder, unless that is allowed; ForageError
 * `pool-too-small` when the writer cannot fill one slate; whatever writer and audience
 * throw; the signal's reason when aborted
 */
export async function* runLoop(options: RunOptions, signal?: AbortSignal): AsyncGenerator<RunEvent, void> {
  const { settings, strategy, seed, writer, audience, scorerName, allowMatched = false } = options
  const isMatched = checkPairing(strategy, audience.scorerEncoder, {
    isAllowed: allowMatched,
    field: 'strategy',
    advice: 'set allowMatched',
  })
  yield {
    kind: 'run-started',
    strategy: strategy.key,
    task: options.task.key,
    topic: options.context.topic,
    audience: audience.name,
    writer: writer.name,
    writerIsStandIn: writer.isStandIn,
    scorer: scorerName,
    seed,
    settings,
    ...(isMatched ? { isMatched } : {}),
  }
  const finished: IterationFinished[] = []
  const vectors = new Map<string, Float32Array>()
  let state: PoolState = {
    context: options.context,
    iteration: -1,
    history: [],
    poolIds: [],
    evidence: NO_EVIDENCE,
  }
  for (let iteration = 0; iteration <= settings.iterations; iteration++) {
    signal?.throwIfAborted()
    const before = state
    const plan = planOf(options, before)
    const written = yield* write(options, before, plan, vectors, signal)
    state =
      iteration === 0
        ? initialPool(before, written.births)
        : applyBirths(before, plan, written.births, settings.poolSize)
    if (state.poolIds.length < settings.slateSize) throw poolTooSmall(state, settings, written.refused)
    // The stream hangs on seed and iteration only, so that strategies meet the same visitors.
    const visits = await audience.visit(state, settings, randomStream(seed, 'audience', iteration), signal)
    state = { ...state, evidence: foldOutcomes(state.evidence, visits.outcomes) }
    const event = iterationFinished(before, state, visits, written)
    finished.push(event)
    yield event
  }
  yield {
    kind: 'run-finished',
    summary: summarize(finished, { writer: writer.name, scorer: scorerName, seed }),
  }
}

function planOf({ strategy, settings, seed }: RunOptions, state: PoolState): Plan {
  if (state.iteration < 0) return { leaving: [], requests: [initialRequest(settings)] }
  return planIteration(
    strategy,
    state,
    settings,
    randomStream(seed, 'strategy', strategy.key, state.iteration),
  )
}

async function* write(
  { task, context, settings, writer, encoder, seed }: RunOptions,
  state: PoolState,
  plan: Plan,
  vectors: Map<string, Float32Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent, Written> {
  const writing = {
    task,
    context,
    settings,
    writer,
    vectors,
    seed,
    ...(encoder === undefined ? {} : { encoder }),
  }
  const iteration = state.iteration + 1
  const births: Birth[] = []
  const refused: Partial<Record<RefusalReason, number>> = {}
  let usage = NO_USAGE
  for (const request of plan.requests) {
    const answers: RequestAnswered[] = []
    let next = state.history.length + births.length
    const onAnswer = (answer: JudgedAnswer) => {
      const candidates = fates(answer, next)
      next += candidates.filter(({ fate }) => fate === 'born').length
      for (const candidate of candidates) {
        if (candidate.fate === 'refused') refused[candidate.reason] = (refused[candidate.reason] ?? 0) + 1
      }
      usage = addUsage(usage, answer.answer.usage)
      answers.push({
        kind: 'request-answered',
        iteration,
        mode: request.mode,
        prompt: request.prompt,
        promptVersion: answer.request.prompt.version,
        attempt: answer.attempt,
        // Worked out when it is read: experiments never do.
        get answerKey() {
          return answerKey('writer', writerQuestion(writer.name, answer.request))
        },
        usage: answer.answer.usage,
        candidates,
      })
    }
    const earlier = [...state.history, ...births.map((birth) => ({ ...birth, id: 'new', bornAt: iteration }))]
    const written = await writeBirths(request, earlier, iteration, writing, onAnswer, signal)
    births.push(...written)
    yield* answers
    if (written.length < request.count) {
      yield {
        kind: 'births-short',
        iteration,
        mode: request.mode,
        wanted: request.count,
        got: written.length,
      }
    }
  }
  return { births, refused, usage }
}

function fates({ judged }: JudgedAnswer, firstNumber: number): CandidateFate[] {
  let number = firstNumber
  return judged.map((one): CandidateFate => {
    const { text, meanLogProbability } = one.candidate
    const candidate = { text, ...(meanLogProbability === undefined ? {} : { meanLogProbability }) }
    if (one.fate === 'born') return { fate: 'born', ...candidate, itemId: `i${number++}` }
    if (one.fate === 'spare') return { fate: 'spare', ...candidate }
    return { fate: 'refused', ...candidate, ...one.refusal }
  })
}

function poolTooSmall(state: PoolState, settings: LoopSettings, refused: Written['refused']): ForageError {
  const reasons = Object.entries(refused)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${reason} ${count}`)
    .join(', ')
  return new ForageError(
    'pool-too-small',
    `The writer gave ${state.poolIds.length} usable texts for "${state.context.topic}"; a slate needs ${settings.slateSize}.` +
      `${reasons === '' ? '' : ` Refused: ${reasons}.`} Try another topic wording, another writer, or a larger --write-attempts.`,
  )
}
