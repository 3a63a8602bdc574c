import { isDeepStrictEqual } from 'node:util'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { ContextChange, LiveContext } from '../../ports/store/contexts.ts'
import type { ConfigChange } from '../contract/context-config.ts'
import type { ServiceDependencies } from '../dependencies.ts'
import { entityTag, mustMatch, type TagCondition } from '../managed/entity-tags.ts'
import { servedAtOnce } from '../managed/served-at-once.ts'
import { untilSettled } from '../managed/until-settled.ts'
import type { TaskCatalogue } from '../tasks.ts'
import { type ConfigNames, checkedConfig, withoutUndefined } from './checked-config.ts'
import { existingContext, unknownContext } from './context-lookup.ts'
import { checkArticle, knownTask } from './new-context.ts'

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

/**
 * Changes a context as it is now, unless it is another one than the caller has seen. A change of nothing is none: it
 * makes no revision and no line in the audit.
 *
 * @returns the context as it is then
 * @throws Problem `context-unknown`, `revision-mismatch`, and what `of` throws
 */
export async function changeContext(
  dependencies: Pick<ServiceDependencies, 'store' | 'serving' | 'log'>,
  key: string,
  condition: TagCondition,
  of: {
    readonly change: (before: LiveContext) => Promise<ContextChange>
    readonly audit: (before: LiveContext, change: ContextChange) => AuditEntry
  },
): Promise<LiveContext> {
  const { store } = dependencies
  return untilSettled(async () => {
    const before = await existingContext(store, key)
    mustMatch(condition, entityTag(before.revision))
    const change = await of.change(before)
    if (Object.keys(change).length === 0) return before
    const result = await store.updateContext(key, change, before.revision, of.audit(before, change))
    if (result.kind === 'missing') throw unknownContext(key)
    if (result.kind === 'conflict') return undefined
    await servedAtOnce(dependencies)
    return result.context
  })
}
