import type { IterationFinished, RunEvent } from '../run-events.ts'

/** A text with what the audience's scorer gave it, in [1, 10]. */
export interface ScoredText {
  readonly text: string
  readonly relevance: number
}

/** What human checks need of a run. */
export interface CheckedRun {
  readonly task: string
  readonly topic: string
  readonly article: string | undefined
  /** Who looks at the texts, as an annotator reads it: name and description of each persona. */
  readonly people: readonly string[]
  readonly strategy: string
  readonly seed: number
  readonly writer: string
  /** No language model wrote the texts. */
  readonly writerIsStandIn: boolean
  readonly scorer: string
  /** Each text that was ever in a pool, once. */
  readonly texts: readonly ScoredText[]
  readonly first: ShownPool
  readonly last: ShownPool
}

export interface ShownPool {
  readonly iteration: number
  readonly poolCtr: number
  readonly texts: readonly string[]
}

/** What `config.json` says beyond the events. */
export interface RunDetails {
  readonly article?: string
  readonly personas: readonly { readonly name: string; readonly description: string }[]
}

/** A run from its events, in order; undefined when it has not finished. */
export function checkedRun(events: readonly RunEvent[], details: RunDetails): CheckedRun | undefined {
  const started = events.find((event) => event.kind === 'run-started')
  const pools = events.filter((event) => event.kind === 'iteration-finished')
  const [first] = pools
  const last = pools.at(-1)
  const isFinished = events.some((event) => event.kind === 'run-finished')
  if (started === undefined || first === undefined || last === undefined || !isFinished) return undefined
  const { task, topic, strategy, seed, writer, writerIsStandIn, scorer, audience } = started
  const people = details.personas.map(describedPersona)
  return {
    task,
    topic,
    article: details.article,
    people: people.length === 0 ? [audience] : people,
    strategy,
    seed,
    writer,
    writerIsStandIn,
    scorer,
    texts: scoredTexts(pools),
    first: shownPool(first),
    last: shownPool(last),
  }
}

/** A persona as annotators read it. */
export function describedPersona({ name, description }: { name: string; description: string }): string {
  return description === '' ? name : `${name}: ${description}`
}

function scoredTexts(pools: readonly IterationFinished[]): ScoredText[] {
  const relevances = new Map<string, number>()
  for (const { text, relevance } of pools.flatMap(({ pool }) => pool)) {
    if (relevance !== null && !relevances.has(text)) relevances.set(text, relevance)
  }
  return [...relevances].map(([text, relevance]) => ({ text, relevance }))
}

function shownPool({ iteration, poolCtr, pool }: IterationFinished): ShownPool {
  return { iteration, poolCtr, texts: pool.map(({ text }) => text) }
}
