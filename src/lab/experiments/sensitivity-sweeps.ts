import { InputError } from '../../core/errors.ts'
import { nearestName } from '../../core/nearest-name.ts'
import { checkedSettings } from '../../core/settings.ts'
import { checkStrategyFits } from '../../core/strategies/index.ts'
import type { Strategy } from '../../core/strategies/strategy.ts'
import { listOf } from './list-of.ts'
import type { ExperimentPlan, PlanVariant } from './plan.ts'

/** A setting by the paper's symbol, and the values it takes one after the other. */
export interface Sweep {
  readonly symbol: SweepSymbol
  readonly values: readonly number[]
}

/** A setting of the paper that is varied. */
interface Varied {
  readonly meaning: string
  readonly values: readonly number[]
  readonly variant: (value: number) => Omit<PlanVariant, 'key'>
  /** As planned; undefined where audiences differ. */
  readonly planned: (plan: ExperimentPlan) => number | undefined
  /** What the audience may have; settings of the loop are checked by themselves. */
  readonly isAllowed?: (value: number) => boolean
}

const CHOICE_MAX = 1000

/** The values around the paper's: T = 1.5, RS = 11, K = 3, N = 5, n = 1, S = 5,000. */
export const VARIED = {
  T: {
    meaning: 'softness of the choice',
    values: [1, 1.25, 2],
    variant: (choiceTemperature) => ({ choice: { choiceTemperature } }),
    planned: (plan) => shared(plan, 'choiceTemperature'),
    isAllowed: (value) => value > 0 && value <= CHOICE_MAX,
  },
  RS: {
    meaning: 'strength of clicking nothing',
    values: [8, 10, 12, 13],
    variant: (noClickScore) => ({ choice: { noClickScore } }),
    planned: (plan) => shared(plan, 'noClickScore'),
    isAllowed: (value) => Math.abs(value) <= CHOICE_MAX,
  },
  K: {
    meaning: 'items shown together',
    values: [1, 2, 5],
    variant: (slateSize) => ({ settings: { slateSize } }),
    planned: ({ settings }) => settings.slateSize,
  },
  N: {
    meaning: 'live items',
    values: [3, 8, 12],
    variant: (poolSize) => ({ settings: { poolSize } }),
    planned: ({ settings }) => settings.poolSize,
  },
  n: {
    meaning: 'items each prompt writes in an iteration',
    values: [2],
    variant: (replacedPerIteration) => ({ settings: { replacedPerIteration } }),
    planned: ({ settings }) => settings.replacedPerIteration,
  },
  S: {
    meaning: 'visits an iteration',
    values: [500, 1000, 20_000],
    variant: (interactionsPerIteration) => ({ settings: { interactionsPerIteration } }),
    planned: ({ settings }) => settings.interactionsPerIteration,
  },
} as const satisfies Readonly<Record<string, Varied>>

export type SweepSymbol = keyof typeof VARIED

const SYMBOLS = Object.keys(VARIED) as SweepSymbol[]

export function variedOf(symbol: SweepSymbol): Varied {
  return VARIED[symbol]
}

/**
 * What `--vary` says: `T,RS` takes their usual values, `T=1:2,K=4` those given. All settings when nothing is given;
 * usual values that do not fit the other settings, such as a slate larger than the pool, are left out.
 *
 * @throws InputError naming flag, value and what to do
 */
export function sweepsOf(
  text: string | undefined,
  plan: ExperimentPlan,
  strategies: readonly Strategy[],
): Sweep[] {
  const given = text === undefined ? SYMBOLS.map((symbol) => [symbol]) : parsed(text)
  return given.flatMap(([name = '', values]) => {
    const symbol = symbolOf(name)
    const varied = variedOf(symbol)
    if (values !== undefined) {
      const list = listOf('--vary', values.replaceAll(':', ',')).map((value) => numberOf(symbol, value))
      for (const value of list) checkFits(varied.variant(value), plan, strategies, `--vary ${symbol}`)
      return [{ symbol, values: list }]
    }
    const fitting = varied.values.filter((value) => {
      try {
        checkFits(varied.variant(value), plan, strategies, symbol)
        return true
      } catch {
        return false
      }
    })
    return fitting.length === 0 ? [] : [{ symbol, values: fitting }]
  })
}

/** One variant a value that is not the plan's own. */
export function variantsOf(sweeps: readonly Sweep[], plan: ExperimentPlan): PlanVariant[] {
  return sweeps.flatMap(({ symbol, values }) => {
    const { planned, variant } = variedOf(symbol)
    return values
      .filter((value) => value !== planned(plan))
      .map((value) => ({ key: `${symbol}=${value}`, ...variant(value) }))
  })
}

/** The sweeps that variants were made from; `config.json` keeps only these. */
export function sweepsIn(variants: readonly PlanVariant[]): Sweep[] {
  const found = new Map<SweepSymbol, number[]>()
  for (const { key } of variants) {
    const [name = '', value = ''] = key.split('=')
    if (!Object.hasOwn(VARIED, name)) continue
    const symbol = name as SweepSymbol
    found.set(symbol, [...(found.get(symbol) ?? []), Number(value)])
  }
  return [...found].map(([symbol, values]) => ({ symbol, values }))
}

function parsed(text: string): (readonly [string, string?])[] {
  const parts = listOf('--vary', text).map((part) => {
    const at = part.indexOf('=')
    return at < 0 ? ([part] as const) : ([part.slice(0, at).trim(), part.slice(at + 1)] as const)
  })
  const names = parts.map(([name]) => name)
  const twice = names.find((name, index) => names.indexOf(name) < index)
  if (twice !== undefined) throw new InputError('--vary', twice, 'give each setting once: T=1:2')
  return parts
}

function symbolOf(name: string): SweepSymbol {
  if (Object.hasOwn(VARIED, name)) return name as SweepSymbol
  const near = nearestName(name, SYMBOLS)
  const hint = near === undefined ? '' : `did you mean ${near}? `
  throw new InputError('--vary', name, `${hint}give some of ${SYMBOLS.join(', ')}, such as T,RS=9:13`)
}

function numberOf(symbol: SweepSymbol, text: string): number {
  const value = Number(text)
  const { isAllowed = () => true } = variedOf(symbol)
  if (/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) && isAllowed(value)) return value
  throw new InputError(`--vary ${symbol}`, text, `give values such as ${variedOf(symbol).values.join(':')}`)
}

/** @throws InputError when a value cannot be with the other settings */
function checkFits(
  { settings }: Omit<PlanVariant, 'key'>,
  plan: ExperimentPlan,
  strategies: readonly Strategy[],
  field: string,
): void {
  const nameOf = (setting: string) => (settings !== undefined && setting in settings ? field : setting)
  const checked = checkedSettings({ ...plan.settings, ...settings }, nameOf)
  for (const strategy of strategies) checkStrategyFits(strategy, checked, nameOf)
}

function shared(
  { domains }: ExperimentPlan,
  field: 'choiceTemperature' | 'noClickScore',
): number | undefined {
  const values = new Set(domains.flatMap(({ audiences }) => audiences.map((one) => one.population[field])))
  return values.size === 1 ? [...values][0] : undefined
}
