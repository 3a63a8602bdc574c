import { InputError } from '../../core/errors.ts'
import type { ArmConfig, ContextConfig, DueRule } from '../../core/live/context-config.ts'
import { nearestName } from '../../core/nearest-name.ts'
import { DEFAULT_SETTINGS, type LoopSettings } from '../../core/settings.ts'
import { checkStrategyFits } from '../../core/strategies/index.ts'
import type { Strategy } from '../../core/strategies/strategy.ts'
import type { ConfigChange } from '../contract/context-config.ts'

/** What the names in a configuration are held against. */
export interface ConfigNames {
  readonly strategies: ReadonlyMap<string, Strategy>
  /**
   * Refuses a writer that the service has not.
   *
   * @throws InputError or ForageError
   */
  checkWriter(name: string, field: string): void
}

/** Shares that a person wrote as decimals need not add up to the last digit. */
const SHARE_SUM_ERROR = 1e-6

/**
 * A configuration with a change made to it, checked as a whole. Lists and the due rule are replaced, caps and
 * budget are merged field by field.
 *
 * @throws InputError naming the field of the change (`config.arms[1].share`), its value and what is allowed
 */
export function checkedConfig(base: ContextConfig, change: ConfigChange, names: ConfigNames): ContextConfig {
  const { arms, due, caps, budget, notes, ...plain } = withoutUndefined(change)
  const { notes: notesBefore, ...rest } = base
  const notesNow = notes === undefined ? notesBefore : notes
  const config: ContextConfig = {
    ...rest,
    ...plain,
    arms: arms === undefined ? base.arms : arms.map(armOf),
    due: due === undefined ? base.due : (withoutUndefined(due) as DueRule),
    caps: { ...base.caps, ...withoutUndefined(caps ?? {}) },
    budget: { ...base.budget, ...withoutUndefined(budget ?? {}) },
    ...(notesNow === undefined || notesNow === null ? {} : { notes: notesNow }),
  }
  checkSizes(config)
  checkArms(config, names)
  return config
}

function checkSizes({ poolSize, slateSize, replacedPerIteration }: ContextConfig): void {
  if (slateSize > poolSize) {
    const advice = `a slate cannot hold more items than the pool; give at most ${poolSize}, or a larger poolSize`
    throw new InputError('config.slateSize', slateSize, advice)
  }
  if (replacedPerIteration > poolSize) {
    const advice = `no more can be replaced than the pool holds; give at most ${poolSize}`
    throw new InputError('config.replacedPerIteration', replacedPerIteration, advice)
  }
}

function checkArms(config: ContextConfig, names: ConfigNames): void {
  const { arms } = config
  for (const [index, arm] of arms.entries()) {
    const field = `config.arms[${index}]`
    if (arms.findIndex(({ key }) => key === arm.key) < index) {
      throw new InputError(`${field}.key`, arm.key, 'another arm has this key; give each its own')
    }
    const strategy = names.strategies.get(arm.strategy)
    if (strategy === undefined) throw unknownStrategy(`${field}.strategy`, arm.strategy, names)
    if (!arm.isFrozen) checkStrategyFits(strategy, loopSettings(config), (name) => `config.${name}`)
    if (arm.writer !== undefined) names.checkWriter(arm.writer, `${field}.writer`)
  }
  const [main] = arms
  if (main?.isFrozen === true) {
    throw new InputError('config.arms[0].isFrozen', true, 'the first arm is the main one, which is rewritten')
  }
  if (main?.share === 0) {
    throw new InputError('config.arms[0].share', 0, 'the main arm needs visitors; give a share above 0')
  }
  const sum = arms.reduce((total, { share }) => total + share, 0)
  if (Math.abs(sum - 1) > SHARE_SUM_ERROR) {
    const advice = `the shares of all arms must add up to 1, not ${Number(sum.toFixed(6))}`
    throw new InputError(
      'config.arms',
      arms.map(({ share }) => share),
      advice,
    )
  }
}

function unknownStrategy(field: string, given: string, { strategies }: ConfigNames): InputError {
  const known = [...strategies.keys()]
  const near = nearestName(given, known)
  const advice = `give one of ${known.join(', ')}`
  return new InputError(field, given, near === undefined ? advice : `did you mean ${near}? ${advice}`)
}

function armOf(arm: NonNullable<ConfigChange['arms']>[number]): ArmConfig {
  const { key, share, isFrozen = false, strategy = 'explore-exploit', writer, policy } = arm
  return {
    key,
    share,
    isFrozen,
    strategy,
    policy: policy ?? { kind: 'uniform' },
    ...(writer === undefined ? {} : { writer }),
  }
}

/** The part of a configuration that strategies know. */
function loopSettings(config: ContextConfig): LoopSettings {
  const { poolSize, slateSize, replacedPerIteration, candidatesPerBirth, writeAttemptsMax } = config
  return {
    ...DEFAULT_SETTINGS,
    poolSize,
    slateSize,
    replacedPerIteration,
    candidatesPerBirth,
    writeAttemptsMax,
  }
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Schemas give fields that were left out as undefined; here they are not there. */
export function withoutUndefined<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Present<T>
}
