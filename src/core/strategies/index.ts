import { InputError } from '../errors.ts'
import type { LoopSettings } from '../settings.ts'
import { exploreExploit } from './explore-exploit.ts'
import { fullCtr } from './full-ctr.ts'
import { noDrop } from './no-drop.ts'
import { partialCtr } from './partial-ctr.ts'
import { randomCtr } from './random-ctr.ts'
import type { Strategy } from './strategy.ts'

/** The paper's five, by key. */
export const STRATEGIES: ReadonlyMap<string, Strategy> = new Map(
  [exploreExploit, fullCtr, partialCtr, randomCtr, noDrop].map((strategy) => [strategy.key, strategy]),
)

/**
 * Whether a strategy's drops fit the pool.
 *
 * @throws InputError when it would drop more items than the pool holds
 */
export function checkStrategyFits(
  strategy: Strategy,
  settings: LoopSettings,
  nameOf: (setting: keyof LoopSettings) => string = (setting) => setting,
): void {
  const leaves = strategy.leavesPerIteration(settings)
  if (leaves > settings.poolSize) {
    throw new InputError(
      nameOf('replacedPerIteration'),
      settings.replacedPerIteration,
      `${strategy.key} drops ${leaves} items an iteration, more than the pool's ${settings.poolSize}; ` +
        `give a smaller number, or a larger ${nameOf('poolSize')}`,
    )
  }
}
