import type { Context } from '../../core/context.ts'
import { InputError } from '../../core/errors.ts'
import type { LoopSettings } from '../../core/settings.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { LoadedAudience } from '../audience-file.ts'
import type { LoadedTopicSet, SetTopic } from '../topic-set.ts'

/** Topics of one task, and the audiences that meet each of them. A loaded topic set is one. */
export type ExperimentDomain = Pick<LoadedTopicSet, 'key' | 'task' | 'isBuiltInTask' | 'topics' | 'audiences'>

/** Everything an experiment will run: every strategy meets every audience of a domain for every topic and seed. */
export interface ExperimentPlan {
  /** `table5`, `length`. */
  readonly experiment: string
  readonly preset: string
  readonly domains: readonly ExperimentDomain[]
  /** Keys of strategies, in the order of the table. */
  readonly strategies: readonly string[]
  readonly seeds: readonly number[]
  readonly settings: LoopSettings
}

/** Names one run within an experiment. */
export interface CaseName {
  readonly domain: string
  readonly topic: string
  readonly audience: string
  readonly strategy: string
  readonly seed: number
}

/** One run to be made. */
export interface ExperimentCase {
  readonly name: CaseName
  readonly task: TaskDefinition
  readonly context: Context
  readonly audience: LoadedAudience
}

/**
 * All runs of a plan, in the order they are made. What shares prompts stands together: the runs of one topic and
 * seed have one first pool, and a model keeps the beginning of a prompt at hand.
 */
export function* casesOf({ domains, strategies, seeds }: ExperimentPlan): Iterable<ExperimentCase> {
  for (const seed of seeds) {
    for (const { key: domain, task, topics, audiences } of domains) {
      for (const topic of topics) {
        for (const audience of audiences) {
          for (const strategy of strategies) {
            const name = { domain, topic: topic.topic, audience: audience.name, strategy, seed }
            yield { name, task, context: contextOf(task, topic), audience }
          }
        }
      }
    }
  }
}

/** One text for one run, the same in every version of a file. */
export function caseKey({ domain, topic, audience, strategy, seed }: CaseName): string {
  return JSON.stringify([domain, topic, audience, strategy, seed])
}

/**
 * @throws InputError when two domains share a key, or two audiences a name: results are filed by them
 */
export function checkPlan({ domains }: Pick<ExperimentPlan, 'domains'>): void {
  const keys = domains.map(({ key }) => key)
  const twice = keys.find((key, index) => keys.indexOf(key) < index)
  if (twice !== undefined) throw new InputError('--topics', twice, 'two sets have this key; give each once')
  const names = domains.flatMap(({ audiences }) => audiences.map(({ name }) => name))
  const same = names.find((name, index) => names.indexOf(name) < index)
  if (same !== undefined) {
    throw new InputError('--audiences', same, 'two domains meet an audience of this name; rename one')
  }
}

/** As `forage run` names it, so that a run of an experiment can be made alone. */
function contextOf(task: TaskDefinition, { topic, article }: SetTopic): Context {
  return {
    key: `${task.key}/${topic.toLowerCase().replace(/\s+/g, '-')}`,
    task: task.key,
    topic,
    ...(article === undefined ? {} : { article }),
  }
}
