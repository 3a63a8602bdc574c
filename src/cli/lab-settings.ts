import { InputError } from '../core/errors.ts'
import type { Population } from '../core/persona.ts'
import { checkedSettings, type LoopSettings } from '../core/settings.ts'
import { checkStrategyFits } from '../core/strategies/index.ts'
import type { Strategy } from '../core/strategies/strategy.ts'
import type { ExperimentDomain } from '../lab/experiments/plan.ts'

/** Flags that change the paper's settings, as texts. */
export interface LabSettingFlags {
  readonly iterations?: string
  readonly interactions?: string
  readonly poolSize?: string
  readonly replaced?: string
  readonly slateSize?: string
  readonly choiceTemperature?: string
  readonly noClickScore?: string
}

const FLAGS = {
  iterations: ['--iterations', 'iterations'],
  interactionsPerIteration: ['--interactions', 'interactions'],
  poolSize: ['--pool-size', 'poolSize'],
  replacedPerIteration: ['--replaced', 'replaced'],
  slateSize: ['--slate-size', 'slateSize'],
} as const satisfies Partial<Record<keyof LoopSettings, readonly [string, keyof LabSettingFlags]>>

/** Largest T, and largest RS either way, as of `forage run`. */
const CHOICE_MAX = 1000

/**
 * The settings of the loop, the paper's unless flags or the experiment say otherwise.
 *
 * @throws InputError naming flag, value and what to do; also when a strategy does not fit them
 */
export function labSettings(
  flags: LabSettingFlags,
  defaults: Partial<LoopSettings>,
  strategies: readonly Strategy[],
): LoopSettings {
  const nameOf = (setting: keyof LoopSettings) =>
    setting in FLAGS ? FLAGS[setting as keyof typeof FLAGS][0] : setting
  const given = Object.entries(FLAGS).flatMap(([setting, [flag, field]]) => {
    const value = numberOf(flag, flags[field])
    return value === undefined ? [] : [[setting, value] as const]
  })
  const settings = checkedSettings({ ...defaults, ...Object.fromEntries(given) }, nameOf)
  for (const strategy of strategies) checkStrategyFits(strategy, settings, nameOf)
  return settings
}

/** The domains with T and RS as flags say. @throws InputError naming flag, value and what to do */
export function withChoice(domains: readonly ExperimentDomain[], flags: LabSettingFlags): ExperimentDomain[] {
  const choiceTemperature = numberOf('--choice-temperature', flags.choiceTemperature)
  if (choiceTemperature !== undefined && !(choiceTemperature > 0 && choiceTemperature <= CHOICE_MAX)) {
    const advice = `give a number above 0, at most ${CHOICE_MAX}, such as 1.5`
    throw new InputError('--choice-temperature', choiceTemperature, advice)
  }
  const noClickScore = numberOf('--no-click-score', flags.noClickScore)
  if (noClickScore !== undefined && Math.abs(noClickScore) > CHOICE_MAX) {
    const advice = `give a number from -${CHOICE_MAX} to ${CHOICE_MAX}, such as 11`
    throw new InputError('--no-click-score', noClickScore, advice)
  }
  const changed = (population: Population): Population => ({
    ...population,
    ...(choiceTemperature === undefined ? {} : { choiceTemperature }),
    ...(noClickScore === undefined ? {} : { noClickScore }),
  })
  return domains.map((domain) => ({
    ...domain,
    audiences: domain.audiences.map((one) => ({ ...one, population: changed(one.population) })),
  }))
}

/** A number as people write it. */
function numberOf(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text.trim())) return Number(text)
  throw new InputError(flag, text, 'give a number, such as 5')
}
