import { InputError } from '../core/errors.ts'
import { checkedSettings, type LoopSettings } from '../core/settings.ts'
import { checkStrategyFits, STRATEGIES } from '../core/strategies/index.ts'
import type { Strategy } from '../core/strategies/strategy.ts'
import type { TaskDefinition } from '../core/task.ts'
import { checkedTopic } from '../lab/article-file.ts'
import { runLoop } from '../lab/run.ts'
import type { RunEvent } from '../lab/run-events.ts'
import { loadTask } from '../lab/task-file.ts'
import type { Audience } from '../ports/audience.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { Writer } from '../ports/writer.ts'

export interface RunInput {
  /** A built-in task's key, a task file's path, or a task of your own. */
  readonly task: string | TaskDefinition
  readonly topic: string
  /** For tasks that are about an article. */
  readonly article?: string
  readonly writer: Writer
  readonly audience: Audience
  /** A key of `STRATEGIES` (default `explore-exploit`), or a strategy of your own. */
  readonly strategy?: string | Strategy
  /** Compares texts by meaning; without it near-duplicates are found by words only. */
  readonly encoder?: Encoder
  /** What is not given is the paper's. */
  readonly settings?: Partial<LoopSettings>
  /** Whole number; 1 when not given. The same seed and answers give the same events. */
  readonly seed?: number
  /** Lets a strategy choose by the encoder that the audience judges by; events say `isMatched`, and so must figures. */
  readonly allowMatched?: boolean
  readonly signal?: AbortSignal
}

/**
 * The loop for one context: writes the initial pool, shows it to the audience, and rewrites it `iterations`
 * times. Yields each step as it happens; `iteration-finished` events hold the pools. Closes nothing that it was
 * given.
 *
 * @throws InputError on a wrong setting, before anything is written; else what writer and audience throw
 */
export async function* run(input: RunInput): AsyncGenerator<RunEvent, void> {
  const { writer, audience, article, encoder, seed = 1, allowMatched = false, signal } = input
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new InputError('seed', seed, 'give a whole number of at least 0')
  }
  const task =
    typeof input.task === 'string' ? (await loadTask(input.task, { field: 'task' })).task : input.task
  const topic = checkedTopic(input.topic, 'topic')
  if (task.needsArticle && (article === undefined || article.trim() === '')) {
    throw new InputError('article', article, `${task.key} is about an article; give its text`)
  }
  const strategy = strategyOf(input.strategy ?? 'explore-exploit')
  const settings = checkedSettings(input.settings ?? {})
  checkStrategyFits(strategy, settings)
  yield* runLoop(
    {
      task,
      context: {
        key: `${task.key}/${topic}`,
        task: task.key,
        topic,
        ...(task.needsArticle && article !== undefined ? { article } : {}),
      },
      settings,
      strategy,
      writer,
      audience,
      scorerName: audience.name,
      seed,
      allowMatched,
      ...(encoder === undefined ? {} : { encoder }),
    },
    signal,
  )
}

function strategyOf(given: string | Strategy): Strategy {
  if (typeof given !== 'string') return given
  const strategy = STRATEGIES.get(given)
  if (strategy === undefined)
    throw new InputError('strategy', given, `give one of ${[...STRATEGIES.keys()].join(', ')}`)
  return strategy
}
