import { canonicalJson } from '../core/canonical-json.ts'
import type { Context } from '../core/context.ts'
import type { Population } from '../core/persona.ts'
import type { LoopSettings } from '../core/settings.ts'
import type { TaskDefinition } from '../core/task.ts'
import { sha256 } from './answer-key.ts'

/** Everything a run hangs on. Two runs with the same configuration and the same answers are the same run. */
export interface RunConfiguration {
  readonly forageVersion: string
  readonly task: TaskDefinition
  /** False for a task from a user's file: then the whole task is kept, since only that file says what it is. */
  readonly isBuiltInTask: boolean
  readonly context: Context
  readonly audienceName: string
  readonly population: Population
  readonly strategy: string
  readonly settings: LoopSettings
  readonly seed: number
  readonly writer: string
  readonly scorer: string
  /** Absent when near-duplicates are found by words only. */
  readonly encoder?: string
  /** The strategy chooses by the scorer's own encoder. */
  readonly isMatched?: boolean
}

/** A configuration as `config.json` holds it: the same text for the same configuration. */
export function configurationText(configuration: RunConfiguration): string {
  const { task, context, population, settings } = configuration
  const { article } = context
  const kept = {
    forage: configuration.forageVersion,
    task: configuration.isBuiltInTask ? { key: task.key, version: task.version } : task,
    topic: context.topic,
    ...(article === undefined ? {} : { articleSha256: sha256(article), article }),
    audience: {
      name: configuration.audienceName,
      personas: population.personas.map(({ persona, weight }) => ({
        key: persona.key,
        name: persona.name,
        description: persona.description,
        examples: persona.examples,
        weight,
      })),
      choiceTemperature: population.choiceTemperature,
      noClickScore: population.noClickScore,
      ...(population.behaviour === undefined ? {} : { behaviour: population.behaviour }),
    },
    strategy: configuration.strategy,
    settings,
    seed: configuration.seed,
    writer: configuration.writer,
    scorer: configuration.scorer,
    encoder: configuration.encoder ?? null,
    ...(configuration.isMatched === true ? { isMatched: true } : {}),
  }
  return `${JSON.stringify(kept, undefined, 2)}\n`
}

/** Where two texts of configurations differ, for people: `settings.iterations is 15 there, 20 here`. */
export function differences(there: unknown, here: unknown): string[] {
  const before = leaves(there)
  const now = leaves(here)
  return [...new Set([...before.keys(), ...now.keys()])]
    .filter((field) => before.get(field) !== now.get(field))
    .map((field) => `${field} is ${shown(before.get(field))} there, ${shown(now.get(field))} here`)
}

function leaves(value: unknown, field = '', found = new Map<string, string>()): Map<string, string> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, inner] of Object.entries(value)) {
      leaves(inner, field === '' ? key : `${field}.${key}`, found)
    }
  } else found.set(field === '' ? 'the whole' : field, canonicalJson([value]).slice(1, -1))
  return found
}

function shown(text: string | undefined): string {
  if (text === undefined) return 'not given'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
