import { isDeepStrictEqual } from 'node:util'
import { InputError } from '../../core/errors.ts'
import { DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import { nearestName } from '../../core/nearest-name.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { ContextChange, LiveContext, NewContext } from '../../ports/store/contexts.ts'
import type { ConfigChange } from '../contract/context-config.ts'
import type { TaskCatalogue } from '../tasks.ts'
import { type ConfigNames, checkedConfig, withoutUndefined } from './checked-config.ts'

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

/** What changes in a context; fields that are as they were are left out. */
export async function contextChange(
  before: LiveContext,
  wanted: {
    readonly topic?: string | undefined
    readonly article?: string | undefined
    readonly config?: ConfigChange | undefined
  },
  tasks: TaskCatalogue,
  names: ConfigNames,
): Promise<ContextChange> {
  const { topic, article, config } = wanted
  if (article !== undefined) checkArticle(await knownTask(before.task, tasks), article)
  const change = withoutUndefined({
    topic,
    article,
    config: config === undefined ? undefined : checkedConfig(before.config, config, names),
  })
  return Object.fromEntries(
    Object.entries(change).filter(
      ([name, value]) => !isDeepStrictEqual(value, before[name as keyof LiveContext]),
    ),
  ) as ContextChange
}

/** Old and new values of what a change touches, for the audit; an article by its length. */
export function changedFields(before: LiveContext, change: ContextChange): Record<string, unknown> {
  const { topic, article, config } = change
  const changed: Record<string, unknown> = {}
  if (topic !== undefined) changed.topic = [before.topic, topic]
  if (article !== undefined) changed.articleCharacters = [before.article?.length ?? 0, article.length]
  if (config === undefined) return changed
  const names = new Set([...Object.keys(before.config), ...Object.keys(config)])
  for (const name of names as Set<keyof LiveContext['config']>) {
    const [old, value] = [before.config[name], config[name]]
    if (!isDeepStrictEqual(old, value)) changed[`config.${name}`] = [old ?? null, value ?? null]
  }
  return changed
}

async function knownTask(key: string, tasks: TaskCatalogue): Promise<TaskDefinition> {
  const task = await tasks.find(key)
  if (task !== undefined) return task
  const known = (await tasks.all()).map((one) => one.key)
  const near = nearestName(key, known)
  const advice = `give one of ${known.slice(0, 20).join(', ')}`
  throw new InputError('task', key, near === undefined ? advice : `did you mean ${near}? ${advice}`)
}

function checkArticle(task: TaskDefinition, article: string | undefined): void {
  if (task.needsArticle && article === undefined) {
    throw new InputError('article', article, `${task.key} is about an article; give its text`)
  }
  if (!task.needsArticle && article !== undefined) {
    throw new InputError('article', article, `${task.key} is about no article; leave it out`)
  }
}
