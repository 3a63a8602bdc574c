import { z } from 'zod'
import type { Population } from '../../core/persona.ts'
import type { LoopSettings } from '../../core/settings.ts'
import type { ExperimentPlan, PlanVariant } from '../../lab/experiments/plan.ts'
import type { FailedLine, FinishedLine, RunFigures } from '../../lab/experiments/run-line.ts'
import type { JudgedPool } from '../../lab/experiments/variance.ts'
import { loadTask } from '../../lab/task-file.ts'

/** What an experiment's directory holds, as its report wants it. */
export interface ExperimentRecord {
  /** The directory as the person named it. */
  readonly directory: string
  readonly plan: ExperimentPlan
  readonly forageVersion: string
  readonly writer: string
  readonly writerIsStandIn: boolean
  readonly scorer: string
  readonly encoder: string | null
  /** Strategies that choose by the scorer's own encoder. */
  readonly matched: readonly string[]
  /** By `caseKey`. */
  readonly runs: ReadonlyMap<string, RunFigures | FailedLine>
  /** Runs whose pools are shown, by `caseKey`. */
  readonly examples: ReadonlyMap<string, FinishedLine>
  /** First pools of a study of variance. */
  readonly judgedPools: readonly JudgedPool[]
  /** What was wrong with the files and could be passed over. */
  readonly notices: readonly string[]
  /** Tables that the experiment wrote itself, as links from the report's file. */
  readonly tables: readonly { readonly name: string; readonly href: string }[]
}

/** The format of `config.json` that this report reads. */
export const FORMAT = 1

const text = z.string()

const population = z.looseObject({
  personas: z
    .array(
      z.object({ key: text, name: text, description: text, examples: z.array(text), weight: z.number() }),
    )
    .min(1),
  choiceTemperature: z.number(),
  noClickScore: z.number(),
})

/** `config.json` of an experiment. */
export const experimentConfigSchema = z.object({
  format: z.literal(FORMAT),
  forage: text,
  experiment: text,
  preset: text,
  writer: text,
  scorer: text,
  encoder: text.nullable(),
  matched: z.array(text).optional(),
  strategies: z.array(text).min(1),
  seeds: z.array(z.int().nonnegative()).min(1),
  settings: z.looseObject({
    poolSize: z.int(),
    iterations: z.int(),
    interactionsPerIteration: z.int(),
    slateSize: z.int(),
    replacedPerIteration: z.int(),
  }),
  variants: z
    .array(
      z.object({
        key: text,
        settings: z.record(text, z.number()).optional(),
        choice: z.record(text, z.number()).optional(),
      }),
    )
    .optional(),
  domains: z.record(
    text,
    z.object({
      task: z.looseObject({ key: text }),
      topics: z.array(text).min(1),
      audiences: z.record(text, population),
    }),
  ),
})

export type ExperimentConfig = z.infer<typeof experimentConfigSchema>

/** The plan that an experiment's `config.json` tells of; articles are not in it. */
export async function planOf(config: ExperimentConfig): Promise<ExperimentPlan> {
  const { experiment, preset, strategies, seeds, variants } = config
  // Figures hang on names alone, so any task may stand for the one that was run.
  const { task } = await loadTask('shopping-question')
  return {
    experiment,
    preset,
    strategies,
    seeds,
    settings: config.settings as unknown as LoopSettings,
    ...(variants === undefined ? {} : { variants: variants as PlanVariant[] }),
    domains: Object.entries(config.domains).map(([key, domain]) => ({
      key,
      task: { ...task, key: domain.task.key, needsArticle: false },
      isBuiltInTask: true,
      topics: domain.topics.map((topic) => ({ topic })),
      audiences: Object.entries(domain.audiences).map(([name, { personas, ...rest }]) => ({
        name,
        population: {
          ...rest,
          personas: personas.map(({ weight, ...persona }) => ({ persona, weight })),
        } as Population,
      })),
    })),
  }
}
