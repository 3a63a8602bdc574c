import type { Population } from '../../core/persona.ts'
import { sha256 } from '../answer-key.ts'
import type { ExperimentPlan } from './plan.ts'

/** Raised when results of earlier versions would be misread. */
const FORMAT = 1

/** Who writes, judges and compares in an experiment. */
export interface ExperimentParts {
  readonly forageVersion: string
  readonly writer: string
  readonly scorer: string
  /** Absent when near-duplicates are found by words only. */
  readonly encoder?: string
  /** Strategies that choose by the scorer's own encoder. */
  readonly matched?: readonly string[]
}

/** Everything the results of an experiment hang on, as `config.json` holds it: equal experiments, equal texts. */
export function experimentConfiguration(plan: ExperimentPlan, parts: ExperimentParts): string {
  const { experiment, preset, domains, strategies, seeds, settings, variants } = plan
  const kept = {
    format: FORMAT,
    forage: parts.forageVersion,
    experiment,
    preset,
    writer: parts.writer,
    scorer: parts.scorer,
    encoder: parts.encoder ?? null,
    ...(parts.matched === undefined ? {} : { matched: parts.matched }),
    strategies,
    seeds,
    settings,
    ...(variants === undefined ? {} : { variants }),
    domains: Object.fromEntries(
      domains.map(({ key, task, isBuiltInTask, topics, audiences }) => [
        key,
        {
          task: isBuiltInTask ? { key: task.key, version: task.version } : task,
          topics: topics.map(({ topic }) => topic),
          ...(task.needsArticle
            ? { articlesSha256: sha256(JSON.stringify(topics.map(({ article }) => article))) }
            : {}),
          audiences: Object.fromEntries(audiences.map(({ name, population }) => [name, shown(population)])),
        },
      ]),
    ),
  }
  return `${JSON.stringify(kept, undefined, 2)}\n`
}

function shown({ personas, ...rest }: Population) {
  return {
    personas: personas.map(({ persona: { key, name, description, examples }, weight }) => {
      return { key, name, description, examples, weight }
    }),
    ...rest,
  }
}
