import { z } from 'zod'
import type { IterationFinished, PoolEntry, RunEvent } from '../run-events.ts'
import type { CaseName } from './plan.ts'

const rate = z.number().min(0).max(1)
const count = z.int().nonnegative()

const poolText = z.object({
  text: z.string(),
  mode: z.string(),
  itemCtr: rate.nullable(),
  relevance: z.number().nullable(),
})

const caseName = {
  domain: z.string(),
  topic: z.string(),
  audience: z.string(),
  strategy: z.string(),
  seed: count,
  variant: z.string().optional(),
}

/**
 * A line of `runs.jsonl`: one finished run. Lists go by iteration, the first pool's first. Rates in [0, 1],
 * relevance in [1, 10].
 */
const finishedLine = z.object({
  kind: z.literal('finished'),
  ...caseName,
  poolCtrs: z.array(rate).min(1),
  averageRelevances: z.array(z.number().nullable()),
  clicked: z.array(count),
  interactions: z.array(count),
  usage: z.object({
    modelCalls: count,
    inputTokens: count,
    outputTokens: count,
    costUsd: z.number().nullable(),
    seconds: z.number(),
  }),
  /** Candidates refused, by reason. */
  refused: z.record(z.string(), count),
  /** Texts that the writer did not manage. */
  birthsMissed: count,
  promptVersions: z.array(z.string()),
  firstPool: z.array(poolText),
  lastPool: z.array(poolText),
})

/** A run that could not be made, such as one whose writer filled no slate. */
const failedLine = z.object({ kind: z.literal('failed'), ...caseName, reason: z.string() })

const runLine = z.discriminatedUnion('kind', [finishedLine, failedLine])

export type FinishedLine = z.infer<typeof finishedLine>
export type FailedLine = z.infer<typeof failedLine>
export type RunLine = z.infer<typeof runLine>

/** What figures need of a run; pools stay in the file, so that a hundred thousand runs fit into memory. */
export type RunFigures = Omit<FinishedLine, 'firstPool' | 'lastPool' | 'promptVersions'>

/** @throws Error saying what is wrong with the line */
export function parseRunLine(text: string): RunLine {
  const parsed = runLine.safeParse(JSON.parse(text))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
}

/** The line of a run from all its events. */
export function finishedRun(name: CaseName, events: readonly RunEvent[]): FinishedLine {
  const pools = events.filter((event) => event.kind === 'iteration-finished')
  const summary = events.find((event) => event.kind === 'run-finished')?.summary
  if (summary === undefined) throw new RangeError('finishedRun: the run has not finished')
  const refused: Record<string, number> = {}
  for (const pool of pools) {
    for (const [reason, times] of Object.entries(pool.refused)) {
      refused[reason] = (refused[reason] ?? 0) + times
    }
  }
  const answers = events.filter((event) => event.kind === 'request-answered')
  const short = events.filter((event) => event.kind === 'births-short')
  return {
    kind: 'finished',
    ...name,
    poolCtrs: pools.map(({ poolCtr }) => poolCtr),
    averageRelevances: pools.map(({ averageRelevance }) => averageRelevance),
    clicked: pools.map(({ clicked }) => clicked),
    interactions: pools.map(({ interactions }) => interactions),
    usage: summary.usage,
    refused,
    birthsMissed: short.reduce((sum, { wanted, got }) => sum + wanted - got, 0),
    promptVersions: [...new Set(answers.map(({ promptVersion }) => promptVersion))].sort(),
    firstPool: (pools[0] as IterationFinished).pool.map(textOf),
    lastPool: (pools.at(-1) as IterationFinished).pool.map(textOf),
  }
}

/** The line without what only readers of the file want. */
export function figuresOf({ firstPool: _, lastPool: __, promptVersions: ___, ...figures }: FinishedLine) {
  return figures satisfies RunFigures
}

function textOf({ text, mode, itemCtr, relevance }: PoolEntry) {
  return { text, mode, itemCtr, relevance }
}
