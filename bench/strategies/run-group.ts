import { audienceOf, chooseModels, type Environment, type OpenModels } from '../../src/compose.ts'
import { ForageError } from '../../src/core/errors.ts'
import { checkedSettings } from '../../src/core/settings.ts'
import { STRATEGIES } from '../../src/core/strategies/index.ts'
import type { Strategy } from '../../src/core/strategies/strategy.ts'
import { loadAudience } from '../../src/lab/audience-file.ts'
import { runLoop } from '../../src/lab/run.ts'
import type { IterationFinished, RunEvent } from '../../src/lab/run-events.ts'
import { loadTask } from '../../src/lab/task-file.ts'
import type { Audience } from '../../src/ports/audience.ts'
import type { PoolText, RunCase, RunResult, WorkerMessage, WorkerTask } from './study.ts'

const TASK = 'shopping-question'

/**
 * Runs each strategy before each audience for one topic and seed. What is in the group's answers file is not
 * asked again.
 *
 * @throws ForageError and InputError of what ends the study, such as a model that is not installed
 */
export async function* runGroup(
  { group, options }: WorkerTask,
  env: Environment,
): AsyncGenerator<WorkerMessage, void> {
  const notes: string[] = []
  const models = await chooseModels(
    { writer: options.writer, scorer: options.scorer, seed: group.seed },
    { env, note: (text) => notes.push(text), progress: () => {}, signal: new AbortController().signal },
  )
  try {
    const open = await models.open(group.answersPath)
    for (const text of notes.splice(0)) yield { kind: 'note', text }
    for (const name of options.audiences) {
      const { population } = await loadAudience(name, { field: '--audiences' })
      const audience = audienceOf({ name, population, scorer: open.scorer })
      for (const key of options.strategies) {
        const startedAt = performance.now()
        const run = { topic: group.topic, audience: name, seed: group.seed }
        try {
          const result = await runOne(run, STRATEGIES.get(key) as Strategy, audience, open, options)
          yield { kind: 'run', run: result, wallSeconds: (performance.now() - startedAt) / 1000 }
        } catch (error) {
          if (!(error instanceof ForageError && error.code === 'pool-too-small')) throw error
          yield { kind: 'failed', run: { ...run, strategy: key, reason: error.message } }
        }
      }
    }
  } finally {
    await models.close()
  }
  yield { kind: 'group-done' }
}

async function runOne(
  { topic, audience: audienceName, seed }: RunCase,
  strategy: Strategy,
  audience: Audience,
  { writer, scorer, encoder }: OpenModels,
  options: WorkerTask['options'],
): Promise<RunResult> {
  const { task } = await loadTask(TASK)
  const { iterations, candidatesPerBirth } = options
  const events: RunEvent[] = []
  const loop = runLoop({
    task,
    // As the command line names it, so that a run can be looked at there.
    context: { key: `${task.key}/${topic}`, task: task.key, topic },
    settings: checkedSettings({ iterations, candidatesPerBirth }),
    strategy,
    writer,
    audience,
    scorerName: scorer.name,
    seed,
    ...(encoder === undefined ? {} : { encoder }),
  })
  for await (const event of loop) events.push(event)
  const pools = events.filter((event) => event.kind === 'iteration-finished')
  const answers = events.filter((event) => event.kind === 'request-answered')
  const [first, last] = [pools[0], pools.at(-1)] as [IterationFinished, IterationFinished]
  const refused: Record<string, number> = {}
  for (const pool of pools) {
    for (const [reason, count] of Object.entries(pool.refused)) {
      refused[reason] = (refused[reason] ?? 0) + count
    }
  }
  const total = (of: (pool: IterationFinished) => number) => pools.reduce((sum, pool) => sum + of(pool), 0)
  return {
    topic,
    audience: audienceName,
    seed,
    strategy: strategy.key,
    writer: writer.name,
    writerIsStandIn: writer.isStandIn,
    scorer: scorer.name,
    poolCtrs: pools.map(({ poolCtr }) => poolCtr),
    averageRelevances: pools.map(({ averageRelevance }) => rounded(averageRelevance)),
    last: { clicked: last.clicked, interactions: last.interactions },
    modelCalls: total(({ usage }) => usage.modelCalls),
    outputTokens: total(({ usage }) => usage.outputTokens),
    modelSeconds: total(({ usage }) => usage.seconds),
    refused,
    birthsMissed: events
      .filter((event) => event.kind === 'births-short')
      .reduce((sum, { wanted, got }) => sum + wanted - got, 0),
    promptVersions: [...new Set(answers.map(({ promptVersion }) => promptVersion))].sort(),
    firstPool: first.pool.map(poolText),
    lastPool: last.pool.map(poolText),
  }
}

function poolText({ text, mode, itemCtr, relevance }: PoolText): PoolText {
  return { text, mode, itemCtr: rounded(itemCtr, 4), relevance: rounded(relevance) }
}

/** So that the kept file shows no digits that say nothing. */
function rounded(value: number | null, digits = 3): number | null {
  return value === null ? null : Number(value.toFixed(digits))
}
