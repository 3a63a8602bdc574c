import type { Context } from '../../core/context.ts'
import { InputError } from '../../core/errors.ts'
import type { LoopSettings } from '../../core/settings.ts'
import type { TaskDefinition } from '../../core/task.ts'
import type { ChoiceOptions } from '../../simulator/click-model.ts'
import type { LoadedAudience } from '../audience-file.ts'
import type { LoadedTopicSet, SetTopic } from '../topic-set.ts'

/** Topics of one task, and the audiences that meet each of them. A loaded topic set is one. */
export type ExperimentDomain = Pick<LoadedTopicSet, 'key' | 'task' | 'isBuiltInTask' | 'topics' | 'audiences'>

/** What one variant of an experiment has otherwise than the plan. */
export interface PlanVariant {
  /** Names it in results: `T=1`. */
  readonly key: string
  readonly settings?: Partial<LoopSettings>
  readonly choice?: Partial<ChoiceOptions>
}

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
  /** All of it is run as planned, and again for each of these. */
  readonly variants?: readonly PlanVariant[]
}

/** Names one run within an experiment. */
export interface CaseName {
  readonly domain: string
  readonly topic: string
  readonly audience: string
  readonly strategy: string
  readonly seed: number
  /** Absent for a run as planned. */
  readonly variant?: string | undefined
}

/** One run to be made. */
export interface ExperimentCase {
  readonly name: CaseName
  readonly task: TaskDefinition
  readonly context: Context
  readonly audience: LoadedAudience
  readonly settings: LoopSettings
}

/**
 * All runs of a plan, in the order they are made. What shares prompts stands together: the runs of one topic and
 * seed have one first pool, and a model keeps the beginning of a prompt at hand.
 */
export function* casesOf(plan: ExperimentPlan): Iterable<ExperimentCase> {
  const { domains, strategies, seeds } = plan
  const variants = [undefined, ...(plan.variants ?? []).map(({ key }) => key)].map((variant) => ({
    variant,
    settings: variantPlan(plan, variant).settings,
    audiences: new Map(
      variantPlan(plan, variant).domains.flatMap((domain) => domain.audiences.map((one) => [one.name, one])),
    ),
  }))
  for (const seed of seeds) {
    for (const { key: domain, task, topics, audiences } of domains) {
      for (const topic of topics) {
        // One for all runs of a topic: what is worked out for a context is kept with it.
        const context = contextOf(task, topic)
        for (const { name: met } of audiences) {
          for (const { variant, settings, audiences } of variants) {
            const audience = audiences.get(met) as LoadedAudience
            for (const strategy of strategies) {
              const name = {
                ...{ domain, topic: topic.topic, audience: met, strategy, seed },
                ...(variant === undefined ? {} : { variant }),
              }
              yield { name, task, context, audience, settings }
            }
          }
        }
      }
    }
  }
}

/** The plan of one variant alone; without a variant the plan without its variants. */
export function variantPlan({ variants = [], ...plan }: ExperimentPlan, key?: string): ExperimentPlan {
  const variant = variants.find((one) => one.key === key)
  if (variant === undefined) return plan
  return {
    ...plan,
    settings: { ...plan.settings, ...variant.settings },
    domains: plan.domains.map((domain) => ({
      ...domain,
      audiences: domain.audiences.map((one) => ({
        ...one,
        population: { ...one.population, ...variant.choice },
      })),
    })),
  }
}

/** One text for one run, the same in every version of a file. */
export function caseKey({ domain, topic, audience, strategy, seed, variant }: CaseName): string {
  const key = [domain, topic, audience, strategy, seed]
  return JSON.stringify(variant === undefined ? key : [...key, variant])
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
