import type { Context } from '../core/context.ts'
import { InputError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import type { Population } from '../core/persona.ts'
import { checkedSettings, type LoopSettings } from '../core/settings.ts'
import { checkStrategyFits, STRATEGIES } from '../core/strategies/index.ts'
import type { Strategy } from '../core/strategies/strategy.ts'
import type { TaskDefinition } from '../core/task.ts'
import { checkedTopic, readArticle } from '../lab/article-file.ts'
import { loadAudience } from '../lab/audience-file.ts'
import { loadTask } from '../lab/task-file.ts'
import { fileName } from './file-name.ts'
import type { CliIo } from './io.ts'
import type { RunFlags } from './run-flags.ts'

/** A run as asked for, checked. */
export interface RunRequest {
  readonly task: TaskDefinition
  readonly isBuiltInTask: boolean
  readonly context: Context
  readonly audienceName: string
  readonly population: Population
  readonly strategy: Strategy
  readonly settings: LoopSettings
  readonly seed: number
  readonly writer?: string | undefined
  readonly scorer?: string | undefined
  /** Where it goes; without it `directoryBase`, numbered when that holds another run. */
  readonly out?: string | undefined
  readonly directoryBase: string
  readonly isJson: boolean
  readonly allowMatched: boolean
}

export const DEFAULT_TASK = 'shopping-question'
const DEFAULT_STRATEGY = 'explore-exploit'
const DEFAULT_SEED = 1
const SEED_MAX = 2 ** 31 - 1

/** Visitors of a run see uniform slates, so `rankedBy` has no flag. */
const FLAG_OF: Readonly<Record<Exclude<keyof LoopSettings, 'rankedBy'>, string>> = {
  poolSize: '--pool-size',
  replacedPerIteration: '--replaced',
  iterations: '--iterations',
  interactionsPerIteration: '--interactions',
  slateSize: '--slate-size',
  ctrWindow: '--ctr-window',
  exploreExploitTurns: '--turns',
  candidatesPerBirth: '--candidates',
  writeAttemptsMax: '--write-attempts',
  samplingTemperature: '--sampling-temperature',
}

/**
 * Reads the flags of a run and the files they name.
 *
 * @throws InputError naming the flag or file, its value and what to do
 */
export async function runRequest(flags: RunFlags, io: Pick<CliIo, 'stdin' | 'signal'>): Promise<RunRequest> {
  const { settings, strategy, seed } = loopOf(flags)
  if (flags.topic === undefined) {
    throw new InputError(
      '--topic',
      undefined,
      'say what is being recommended for, such as --topic "Rice Cookers"',
    )
  }
  if (flags.audience === undefined) {
    throw new InputError('--audience', undefined, 'name who looks at it, such as --audience price,quality')
  }
  const { task, isBuiltIn } = await loadTask(flags.task ?? DEFAULT_TASK)
  const topic = checkedTopic(flags.topic)
  const { name, population } = await loadAudience(flags.audience)
  const article = await articleOf(flags, task, io)
  return {
    task,
    isBuiltInTask: isBuiltIn,
    context: {
      key: `${task.key}/${topic.toLowerCase().replace(/\s+/g, '-')}`,
      task: task.key,
      topic,
      ...(article === undefined ? {} : { article }),
    },
    audienceName: name,
    population: changed(population, flags),
    strategy,
    settings,
    seed,
    writer: flags.writer,
    scorer: flags.scorer,
    out: checkedOut(flags.out),
    directoryBase: `runs/${[topic, name, strategy.key].map(fileName).join('-')}-seed${seed}`,
    isJson: flags.json === true,
    allowMatched: flags.allowMatched === true,
  }
}

function loopOf(flags: RunFlags): Pick<RunRequest, 'settings' | 'strategy' | 'seed'> {
  const nameOf = (setting: keyof LoopSettings) => (setting === 'rankedBy' ? setting : FLAG_OF[setting])
  const settings = checkedSettings(
    given({
      poolSize: numberOf('--pool-size', flags.poolSize),
      replacedPerIteration: numberOf('--replaced', flags.replaced),
      iterations: numberOf('--iterations', flags.iterations),
      interactionsPerIteration: numberOf('--interactions', flags.interactions),
      slateSize: numberOf('--slate-size', flags.slateSize),
      ctrWindow: flags.ctrWindow as LoopSettings['ctrWindow'] | undefined,
      exploreExploitTurns: flags.turns as LoopSettings['exploreExploitTurns'] | undefined,
      candidatesPerBirth: numberOf('--candidates', flags.candidates),
      writeAttemptsMax: numberOf('--write-attempts', flags.writeAttempts),
      samplingTemperature: numberOf('--sampling-temperature', flags.samplingTemperature),
    }),
    nameOf,
  )
  const strategy = strategyOf(flags.strategy ?? DEFAULT_STRATEGY)
  if (flags.turns !== undefined && strategy.key !== DEFAULT_STRATEGY) {
    throw new InputError(
      '--turns',
      flags.turns,
      `only ${DEFAULT_STRATEGY} has turns, and the strategy is ${strategy.key}; leave one of them out`,
    )
  }
  checkStrategyFits(strategy, settings, nameOf)
  return { settings, strategy, seed: seedOf(flags.seed) }
}

function strategyOf(key: string): Strategy {
  const strategy = STRATEGIES.get(key.trim().toLowerCase())
  if (strategy !== undefined) return strategy
  const keys = [...STRATEGIES.keys()]
  const near = nearestName(key, keys)
  throw new InputError(
    '--strategy',
    key,
    `${near === undefined ? '' : `did you mean ${near}? `}give one of ${keys.join(', ')}`,
  )
}

function seedOf(text: string | undefined): number {
  const seed = numberOf('--seed', text) ?? DEFAULT_SEED
  if (Number.isInteger(seed) && seed >= 0 && seed <= SEED_MAX) return seed
  throw new InputError('--seed', seed, `give a whole number from 0 to ${SEED_MAX}`)
}

function changed(population: Population, flags: RunFlags): Population {
  const choiceTemperature = numberOf('--choice-temperature', flags.choiceTemperature)
  if (choiceTemperature !== undefined && !(choiceTemperature > 0 && choiceTemperature <= 1000)) {
    throw new InputError(
      '--choice-temperature',
      choiceTemperature,
      'give a number above 0, at most 1000, such as 1.5',
    )
  }
  const noClickScore = numberOf('--no-click-score', flags.noClickScore)
  if (noClickScore !== undefined && Math.abs(noClickScore) > 1000) {
    throw new InputError('--no-click-score', noClickScore, 'give a number from -1000 to 1000, such as 11')
  }
  return { ...population, ...given({ choiceTemperature, noClickScore }) }
}

async function articleOf(
  flags: RunFlags,
  task: TaskDefinition,
  io: Pick<CliIo, 'stdin' | 'signal'>,
): Promise<string | undefined> {
  if (flags.article === undefined) {
    if (!task.needsArticle) return undefined
    throw new InputError(
      '--article',
      undefined,
      `the task ${task.key} is about an article; give its file, or - for standard input`,
    )
  }
  if (!task.needsArticle) {
    throw new InputError(
      '--article',
      flags.article,
      `the task ${task.key} takes no article; leave it out, or choose another --task`,
    )
  }
  return readArticle(flags.article, { standardInput: io.stdin })
}

function checkedOut(out: string | undefined): string | undefined {
  if (out !== undefined && (out.trim() === '' || out.includes('\0'))) {
    throw new InputError('--out', out, 'give a directory, such as runs/mine')
  }
  return out
}

/** A number as people write it; `0x10` and the empty text are none. */
function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim())) return Number(text)
  throw new InputError(flag, text, 'give a number, such as 5')
}

/** Without the fields that were not given. */
function given<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}
