import { InputError } from './errors.ts'

/** Settings of the loop. Defaults are the paper's; symbols are its own. */
export interface LoopSettings {
  /** N: live items. */
  readonly poolSize: number
  /** n: items written by each prompt in an iteration. */
  readonly replacedPerIteration: number
  /** I: how many times the pool is rewritten. */
  readonly iterations: number
  /** S: visits an iteration. */
  readonly interactionsPerIteration: number
  /** K: items shown together. */
  readonly slateSize: number
  /** Which evidence an item's CTR comes from: its whole life (default) or the last iteration. */
  readonly ctrWindow: 'life' | 'last'
  /**
   * What items are ranked by: `ctr`, clicks over impressions (the paper's; also when left out), or `utility`, clicks
   * over clicks and impressions without any click. A CTR depends on the company, so where slates are not drawn
   * uniformly it says more about the policy than about the item.
   */
  readonly rankedBy?: 'ctr' | 'utility'
  /**
   * How explore-exploit shares the work: `both` drops the 2n worst and writes n + n (default); `alternate`
   * drops n and takes turns. The paper leaves it open; see docs/decisions.
   */
  readonly exploreExploitTurns: 'both' | 'alternate'
  /** Candidates asked for each place to fill; the more fluent ones are tried first. */
  readonly candidatesPerBirth: number
  /** Times the writer is asked for one request before it ends with fewer births. */
  readonly writeAttemptsMax: number
  /** The language model's sampling temperature (not the click model's). */
  readonly samplingTemperature: number
}

export const DEFAULT_SETTINGS: LoopSettings = {
  poolSize: 5,
  replacedPerIteration: 1,
  iterations: 15,
  interactionsPerIteration: 5000,
  slateSize: 3,
  ctrWindow: 'life',
  exploreExploitTurns: 'both',
  candidatesPerBirth: 4,
  writeAttemptsMax: 4,
  samplingTemperature: 0.9,
}

/** Smallest and largest value of each whole-number setting. The largest keep one run within memory. */
const WHOLE_NUMBER_LIMITS = {
  poolSize: [1, 1000],
  replacedPerIteration: [1, 1000],
  iterations: [0, 10_000],
  interactionsPerIteration: [1, 1_000_000_000],
  slateSize: [1, 100],
  candidatesPerBirth: [1, 64],
  writeAttemptsMax: [1, 100],
} as const

/**
 * The settings with defaults filled in, checked alone and against each other.
 *
 * @param nameOf how a setting is called where the person gave it, for the message: `poolSize` to `--pool-size`
 * @throws InputError naming setting, value and what is allowed
 */
export function checkedSettings(
  given: Partial<LoopSettings>,
  nameOf: (setting: keyof LoopSettings) => string = (setting) => setting,
): LoopSettings {
  const settings = { ...DEFAULT_SETTINGS, ...given }
  for (const [name, [smallest, largest]] of Object.entries(WHOLE_NUMBER_LIMITS)) {
    const setting = name as keyof typeof WHOLE_NUMBER_LIMITS
    const value = settings[setting]
    if (!Number.isInteger(value) || value < smallest || value > largest) {
      throw new InputError(nameOf(setting), value, `give a whole number from ${smallest} to ${largest}`)
    }
  }
  const { samplingTemperature, poolSize, slateSize, replacedPerIteration } = settings
  if (!(samplingTemperature >= 0 && samplingTemperature <= 2)) {
    throw new InputError(nameOf('samplingTemperature'), samplingTemperature, 'give a number from 0 to 2')
  }
  oneOf(nameOf('ctrWindow'), settings.ctrWindow, ['life', 'last'])
  oneOf(nameOf('rankedBy'), settings.rankedBy ?? 'ctr', ['ctr', 'utility'])
  oneOf(nameOf('exploreExploitTurns'), settings.exploreExploitTurns, ['both', 'alternate'])
  if (slateSize > poolSize) {
    throw new InputError(
      nameOf('slateSize'),
      slateSize,
      `a slate cannot hold more items than the pool; give at most ${poolSize}, or a larger ${nameOf('poolSize')}`,
    )
  }
  if (replacedPerIteration > poolSize) {
    throw new InputError(
      nameOf('replacedPerIteration'),
      replacedPerIteration,
      `no more can be replaced than the pool holds; give at most ${poolSize}`,
    )
  }
  return settings
}

function oneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string))
    throw new InputError(name, value, `give one of ${allowed.join(', ')}`)
}
