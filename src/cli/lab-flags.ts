import { InputError } from '../core/errors.ts'
import { nearestName } from '../core/nearest-name.ts'
import type { LoopSettings } from '../core/settings.ts'
import { STRATEGIES } from '../core/strategies/index.ts'
import type { Strategy } from '../core/strategies/strategy.ts'
import { listOf } from '../lab/experiments/list-of.ts'
import { narrowedDomains } from '../lab/experiments/narrow-domains.ts'
import { checkPlan, type ExperimentPlan, type PlanVariant } from '../lab/experiments/plan.ts'
import { PRESET_NAMES, PRESETS, type Preset, type PresetName } from '../lab/experiments/presets.ts'
import type { BudgetLimits } from '../lab/scheduler/budget.ts'
import { type LabSettingFlags, labSettings, withChoice } from './lab-settings.ts'

/** What a lab command was given, as texts. Absent: not given. */
export interface LabFlags extends LabSettingFlags {
  readonly preset?: string
  readonly out?: string
  readonly topics?: string
  readonly topicsMax?: string
  readonly audiences?: string
  readonly strategies?: string
  readonly seeds?: string
  readonly seed?: string
  readonly writer?: string
  readonly scorer?: string
  readonly concurrency?: string
  readonly maxCalls?: string
  readonly maxCostUsd?: string
  readonly json?: boolean
  readonly yes?: boolean
  readonly allowMatched?: boolean
}

/** An experiment as asked for, checked. */
export interface LabRequest {
  readonly plan: ExperimentPlan
  /** Those of the plan and others, by key. */
  readonly strategies: ReadonlyMap<string, Strategy>
  readonly preset: Preset
  readonly writer: string | undefined
  readonly scorer: string
  readonly out: string
  readonly concurrency: number | undefined
  readonly limits: BudgetLimits
  readonly isJson: boolean
  readonly isAgreed: boolean
  readonly allowMatched: boolean
}

/** What an experiment is made of unless flags say otherwise. */
export interface LabDefaults {
  readonly experiment: string
  readonly strategies: readonly string[]
  /** What `--strategies` may name, by key; the paper's five unless it says otherwise. */
  readonly known?: ReadonlyMap<string, Strategy>
  readonly domains: readonly ExperimentPlan['domains'][number][]
  readonly settings: Partial<LoopSettings>
  /** What is run beside the plan itself. */
  readonly variantsOf?: (plan: ExperimentPlan) => readonly PlanVariant[]
}

const SEED_MAX = 2 ** 31 - 1
const COUNT_MAX = 1_000_000_000

/** @throws InputError naming the flag, its value and what to do */
export function presetOf(text: string | undefined): Preset {
  const name = (text ?? 'smoke').trim().toLowerCase()
  if ((PRESET_NAMES as readonly string[]).includes(name)) return PRESETS[name as PresetName]
  const near = nearestName(name, PRESET_NAMES)
  throw new InputError(
    '--preset',
    text,
    `${near === undefined ? '' : `did you mean ${near}? `}give one of ${PRESET_NAMES.join(', ')}`,
  )
}

/**
 * Reads the flags of an experiment.
 *
 * @throws InputError naming the flag or file, its value and what to do
 */
export async function labRequest(
  flags: LabFlags,
  preset: Preset,
  defaults: LabDefaults,
): Promise<LabRequest> {
  const { known = STRATEGIES } = defaults
  const strategies = strategiesOf(flags.strategies, known) ?? defaults.strategies
  const settings = labSettings(
    flags,
    defaults.settings,
    strategies.map((key) => known.get(key) as Strategy),
  )
  const domains = await narrowedDomains(defaults.domains, {
    ...(flags.topics === undefined ? {} : { topics: flags.topics }),
    ...(flags.audiences === undefined ? {} : { audiences: flags.audiences }),
    topicsMax: count('--topics-max', flags.topicsMax, 1) ?? presetTopics(flags, preset),
    presetAudiences: flags.audiences === undefined ? preset.audiences : undefined,
  })
  const planned: ExperimentPlan = {
    experiment: defaults.experiment,
    preset: preset.key,
    domains: withChoice(domains, flags),
    strategies,
    seeds: seedsOf(flags),
    settings,
  }
  checkPlan(planned)
  const variants = defaults.variantsOf?.(planned)
  const plan = variants === undefined ? planned : { ...planned, variants }
  const callsMax = count('--max-calls', flags.maxCalls)
  const costUsdMax = amount('--max-cost-usd', flags.maxCostUsd)
  return {
    plan,
    strategies: known,
    preset,
    writer: flags.writer ?? preset.writer,
    scorer: flags.scorer ?? preset.scorer,
    out: outOf(flags.out, `runs/lab-${defaults.experiment}-${preset.key}`),
    concurrency: count('--concurrency', flags.concurrency, 1, 1000),
    limits: {
      ...(callsMax === undefined ? {} : { callsMax }),
      ...(costUsdMax === undefined ? {} : { costUsdMax }),
    },
    isJson: flags.json === true,
    isAgreed: flags.yes === true,
    allowMatched: flags.allowMatched === true,
  }
}

/** Topics that a person names are all wanted. */
function presetTopics({ topics }: LabFlags, { topicsMax }: Preset): number | undefined {
  return topics === undefined ? topicsMax : undefined
}

function strategiesOf(text: string | undefined, known: ReadonlyMap<string, Strategy>): string[] | undefined {
  if (text === undefined) return undefined
  const keys = [...known.keys()]
  const given = listOf('--strategies', text).map((name) => name.toLowerCase())
  for (const name of given) {
    if (known.has(name)) continue
    const near = nearestName(name, keys)
    const hint = near === undefined ? '' : `did you mean ${near}? `
    throw new InputError('--strategies', name, `${hint}give some of ${keys.join(', ')}`)
  }
  return given
}

function seedsOf({ seed, seeds }: LabFlags): number[] {
  if (seed !== undefined && seeds !== undefined) {
    throw new InputError('--seed', seed, '--seeds is given too; leave one of them out')
  }
  const flag = seeds === undefined ? '--seed' : '--seeds'
  return listOf(flag, seeds ?? seed ?? '1').map((text) => count(flag, text, 0, SEED_MAX) as number)
}

function count(
  flag: string,
  text: string | undefined,
  smallest = 0,
  largest = COUNT_MAX,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (/^\d+$/.test(text.trim()) && value >= smallest && value <= largest) return value
  throw new InputError(flag, text, `give a whole number from ${smallest} to ${largest}`)
}

function amount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d+(\.\d+)?$/.test(text.trim())) return Number(text)
  throw new InputError(flag, text, 'give an amount in US dollars, such as 2.50')
}

function outOf(out: string | undefined, base: string): string {
  if (out === undefined) return base
  if (out.trim() === '' || out.includes('\0')) {
    throw new InputError('--out', out, 'give a directory, such as runs/mine')
  }
  return out
}
