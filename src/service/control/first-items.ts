import { InputError } from '../../core/errors.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { FirstPool, NewContext } from '../../ports/store/contexts.ts'
import type { ArmState } from '../../ports/store/pools.ts'
import type { TaskCatalogue } from '../tasks.ts'
import { unchangedContext } from './new-context.ts'
import { planImport } from './write-items.ts'

/**
 * Texts that people wrote as the first pool of a context that is to be made, checked.
 *
 * @throws InputError for more texts than the pool holds, fewer than a slate shows, or one that a check refuses
 */
export async function firstItems(
  texts: readonly string[],
  context: NewContext,
  tasks: TaskCatalogue,
  who: {
    readonly by: string
    readonly nowMs: number
    readonly audit: (details: Readonly<Record<string, unknown>>) => AuditEntry
  },
): Promise<FirstPool> {
  const { poolSize, slateSize, arms } = context.config
  const main = arms[0]?.key ?? ''
  if (texts.length > poolSize || texts.length < Math.min(slateSize, poolSize)) {
    const least = Math.min(slateSize, poolSize)
    throw new InputError(
      'items',
      texts.length,
      `give ${least} to ${poolSize} texts (slateSize to poolSize), or none`,
    )
  }
  const task = await tasks.find(context.task)
  if (task === undefined) throw new InputError('task', context.task, 'it is gone; choose another')
  const plan = planImport(
    {
      context: unchangedContext(context, who.nowMs),
      state: noPool(main),
      items: [],
      ctrOf: () => null,
      replacedBy: () => [],
      by: who.by,
      nowMs: who.nowMs,
    },
    texts,
    { place: 'free', checks: 'safety', task },
  )
  for (const [index, result] of plan.results.entries()) {
    if (result.status === 'refused') {
      throw new InputError(
        `items[${index}]`,
        texts[index],
        `it is refused (${result.reason}): ${result.detail}`,
      )
    }
  }
  const details = { arm: main, items: plan.births.map(({ id }) => id) }
  return { arm: main, births: plan.births, audit: [who.audit(details)] }
}

function noPool(arm: string): ArmState {
  return {
    contextId: 0,
    arm,
    version: 0,
    iteration: -1,
    latestIteration: -1,
    poolIds: [],
    interactionsSince: 0,
    lastIterationAtMs: null,
    nextAttemptAtMs: 0,
    failures: 0,
    isRunRequested: false,
  }
}
