import type { LoopSettings } from '../../core/settings.ts'
import type { ExperimentCase } from './plan.ts'

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
const BLIND = new Set(['no-drop', 'partial-ctr', 'random-ctr'])

/**
 * Gemma 3 270M on two cores: 0.17 to 0.28 s a sampled text (bench `writer`); 158 calls a run of explore-exploit, 121
 * of full-ctr, 99 of partial-ctr (bench `strategies`), which is a third more than without refusals.
 */
const LOCAL = { secondsPerCall: 0.25, inputTokens: 500, outputTokens: 10, retries: 1.35 }
/** Usual for small hosted models: a prompt with some 30 earlier texts, three or four new ones. */
const HOSTED = { secondsPerCall: 2, inputTokens: 900, outputTokens: 60, retries: 1.2 }
/** Seconds of one run where nothing is asked of a model: the simulator, the checks, the scorer. */
const OWN_SECONDS = 0.02

/**
 * @param cases the runs still to be made
 * @param atOnce runs made at the same time
 */
export function effortOf(
  cases: readonly ExperimentCase[],
  settings: LoopSettings,
  kind: WriterKind,
  atOnce: number,
): Effort {
  const asked = new Set<string>()
  let calls = 0
  const { poolSize, replacedPerIteration, iterations, candidatesPerBirth, exploreExploitTurns } = settings
  const ask = (key: string, requests: number, texts: number) => {
    if (asked.has(key)) return
    asked.add(key)
    calls += kind === 'chat' ? requests : texts * candidatesPerBirth
  }
  for (const { name } of cases) {
    const { domain, topic, seed, strategy, audience } = name
    ask(JSON.stringify([domain, topic, seed]), 1, poolSize)
    const prompts = strategy === 'explore-exploit' && exploreExploitTurns === 'both' ? 2 : 1
    const requests = prompts * iterations
    const key = JSON.stringify([domain, topic, seed, strategy, BLIND.has(strategy) ? '' : audience])
    ask(key, requests, requests * replacedPerIteration)
  }
  const own = cases.length * OWN_SECONDS
  if (kind === 'stand-in')
    return { runs: cases.length, calls: 0, inputTokens: 0, outputTokens: 0, seconds: own }
  const per = kind === 'chat' ? HOSTED : LOCAL
  const all = Math.round(calls * per.retries)
  return {
    runs: cases.length,
    calls: all,
    inputTokens: all * per.inputTokens,
    outputTokens: all * per.outputTokens,
    seconds: own + (all * per.secondsPerCall) / (kind === 'chat' ? atOnce : 1),
  }
}
