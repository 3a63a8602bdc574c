import { describeValue } from '../../core/errors.ts'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { ArmState } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import { Problem } from '../problem.ts'

/** @throws Problem `context-unknown` */
export async function existingContext(store: Pick<Store, 'context'>, key: string): Promise<LiveContext> {
  const context = await store.context(key)
  if (context === undefined) throw unknownContext(key)
  return context
}

/**
 * An arm with its context; also one that the configuration names no more.
 *
 * @throws Problem `context-unknown`, `arm-unknown`
 */
export async function existingArm(
  store: Pick<Store, 'context' | 'arms'>,
  key: string,
  arm: string,
): Promise<{ readonly context: LiveContext; readonly state: ArmState }> {
  const context = await existingContext(store, key)
  const arms = await store.arms(context.id)
  const state = arms.find((one) => one.arm === arm)
  if (state === undefined) {
    const known = arms.map((one) => one.arm).join(', ')
    throw new Problem(
      'arm-unknown',
      `${describeValue(key)} has no arm ${describeValue(arm)}; it has ${known}.`,
    )
  }
  return { context, state }
}

export function unknownContext(key: string): Problem {
  return new Problem('context-unknown', `There is no context ${describeValue(key)}.`)
}
