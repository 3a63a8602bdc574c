import { InputError } from '../../core/errors.ts'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { nearestName } from '../../core/nearest-name.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { LiveContext, NewContext } from '../../ports/store/contexts.ts'
import type { ConfigChange } from '../contract/context-config.ts'
import type { TaskCatalogue } from '../tasks.ts'
import { type ConfigNames, checkedConfig } from './checked-config.ts'

/** What a caller wants a context to be. */
export interface WantedContext {
  readonly key: string
  readonly task: string
  readonly topic: string
  readonly article?: string | undefined
  readonly config?: ConfigChange | undefined
  readonly seed: number
}

/**
 * A context as it is to be made, checked against its task.
 *
 * @throws InputError naming the field
 */
export async function newContext(
  wanted: WantedContext,
  tasks: TaskCatalogue,
  names: ConfigNames,
): Promise<NewContext> {
  const { key, topic, article, config, seed } = wanted
  const task = await knownTask(wanted.task, tasks)
  checkArticle(task, article)
  return {
    key,
    task: task.key,
    topic,
    seed,
    config: checkedConfig(DEFAULT_CONTEXT_CONFIG, config ?? {}, names),
    ...(article === undefined ? {} : { article }),
  }
}

/** A context as it is right after it was made. Its `id`, which the store gives, is 0. */
export function unchangedContext(context: NewContext, nowMs: number): LiveContext {
  return { ...context, id: 0, status: 'active', revision: 1, createdAtMs: nowMs, updatedAtMs: nowMs }
}

/** @throws InputError telling the nearest name */
export async function knownTask(key: string, tasks: TaskCatalogue): Promise<TaskDefinition> {
  const task = await tasks.find(key)
  if (task !== undefined) return task
  const known = (await tasks.all()).map((one) => one.key)
  const near = nearestName(key, known)
  const advice = `give one of ${known.slice(0, 20).join(', ')}`
  throw new InputError('task', key, near === undefined ? advice : `did you mean ${near}? ${advice}`)
}

/** @throws InputError unless the article is there exactly when the task needs one */
export function checkArticle(task: TaskDefinition, article: string | undefined): void {
  if (task.needsArticle && article === undefined) {
    throw new InputError('article', article, `${task.key} is about an article; give its text`)
  }
  if (!task.needsArticle && article !== undefined) {
    throw new InputError('article', article, `${task.key} is about no article; leave it out`)
  }
}
