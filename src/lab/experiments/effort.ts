import type { ExperimentCase } from './plan.ts'
import type { FailedLine, RunFigures } from './run-line.ts'

/** What runs may ask of a writer: calls, tokens and seconds if nothing is kept. A guess, before anything is known. */
export interface Effort {
  readonly runs: number
  readonly calls: number
  readonly inputTokens: number
  readonly outputTokens: number
  readonly seconds: number
}

/** `completion`: a local model, a call a sampled text. `chat`: a call an answer. `stand-in`: no model. */
export type WriterKind = 'completion' | 'chat' | 'stand-in'

/** Strategies whose prompts do not hang on clicks: what is asked before one audience is there for all others. */
const BLIND = new Set(['no-drop', 'partial-ctr', 'random-ctr', 'nothing'])

/** What a call takes: one sampled text, or one answer of a hosted model. */
interface CallCost {
  readonly seconds: number
  readonly inputTokens: number
  readonly outputTokens: number
}

/**
 * Gemma 3 270M on two cores: 0.17 to 0.28 s a sampled text (bench `writer`); 158 calls a run of explore-exploit, 121
 * of full-ctr, 99 of partial-ctr on shopping topics, which is a third more than without refusals. With articles in
 * the prompt attention reaches further and texts are longer: about 0.4 s.
 */
const LOCAL = {
  retries: 1.35,
  short: { seconds: 0.25, inputTokens: 500, outputTokens: 10 },
  article: { seconds: 0.4, inputTokens: 1500, outputTokens: 14 },
} as const
/** Usual for small hosted models: a prompt with some 30 earlier texts, three or four new ones; an article adds some 300. */
const HOSTED = {
  retries: 1.2,
  short: { seconds: 2, inputTokens: 900, outputTokens: 60 },
  article: { seconds: 2, inputTokens: 1200, outputTokens: 60 },
} as const
/** Seconds of one run where nothing is asked of a model: the simulator, the checks, the scorer. */
const OWN_SECONDS = 0.02

/**
 * @param cases the runs still to be made
 * @param atOnce runs made at the same time
 * @param measured seconds of a call by domain, where runs have shown it
 */
export function effortOf(
  cases: readonly ExperimentCase[],
  kind: WriterKind,
  atOnce: number,
  measured: ReadonlyMap<string, number> = new Map(),
): Effort {
  const per = kind === 'chat' ? HOSTED : LOCAL
  const asked = new Set<string>()
  const effort = { calls: 0, inputTokens: 0, outputTokens: 0, seconds: 0 }
  const ask = (key: unknown[], requests: number, texts: number, cost: CallCost) => {
    const text = JSON.stringify(key)
    if (asked.has(text)) return
    asked.add(text)
    const calls = (kind === 'chat' ? requests : texts) * per.retries
    effort.calls += calls
    effort.inputTokens += calls * cost.inputTokens
    effort.outputTokens += calls * cost.outputTokens
    effort.seconds += (calls * cost.seconds) / atOnce
  }
  for (const { name, settings, task } of kind === 'stand-in' ? [] : cases) {
    const { domain, topic, seed, strategy, audience, variant = '' } = name
    const { poolSize, replacedPerIteration, iterations, candidatesPerBirth, exploreExploitTurns } = settings
    const usual = task.needsArticle ? per.article : per.short
    const cost = { ...usual, seconds: measured.get(domain) ?? usual.seconds }
    ask([domain, topic, seed, poolSize], 1, poolSize * candidatesPerBirth, cost)
    const prompts = strategy === 'explore-exploit' && exploreExploitTurns === 'both' ? 2 : 1
    const requests = prompts * iterations
    const hangsOn = BLIND.has(strategy) ? [poolSize, replacedPerIteration] : [audience, variant]
    ask(
      [domain, topic, seed, strategy, ...hangsOn],
      requests,
      requests * replacedPerIteration * candidatesPerBirth,
      cost,
    )
  }
  return {
    runs: cases.length,
    calls: Math.round(effort.calls),
    inputTokens: Math.round(effort.inputTokens),
    outputTokens: Math.round(effort.outputTokens),
    seconds: cases.length * OWN_SECONDS + effort.seconds,
  }
}

/** Seconds of a model call by domain, from runs that a model wrote for. */
export function measuredCallSeconds(runs: Iterable<RunFigures | FailedLine>): Map<string, number> {
  const sums = new Map<string, { calls: number; seconds: number }>()
  for (const run of runs) {
    if (run.kind !== 'finished' || run.usage.seconds === 0) continue
    const sum = sums.get(run.domain) ?? { calls: 0, seconds: 0 }
    sum.calls += run.usage.modelCalls
    sum.seconds += run.usage.seconds
    sums.set(run.domain, sum)
  }
  return new Map([...sums].map(([domain, { calls, seconds }]) => [domain, seconds / Math.max(1, calls)]))
}
