import { InputError } from '../../core/errors.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { LiveContext, NewContext } from '../../ports/store/contexts.ts'
import type { ArmState } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import type { TaskCatalogue } from '../tasks.ts'
import { planImport } from './write-items.ts'

/** Texts of a first pool, checked before their context is made. */
export interface FirstItems {
  /** Right after its creation, before an optimizer can have written anything that takes a model to write. */
  commitTo(
    store: Pick<Store, 'commitPool'>,
    context: LiveContext,
    audit: (action: string, details: object) => AuditEntry,
  ): Promise<void>
}

/**
 * @throws InputError for more texts than the pool holds, fewer than a slate shows, or one that a check refuses
 */
export async function firstItems(
  texts: readonly string[],
  context: NewContext,
  tasks: TaskCatalogue,
  nowMs: number,
): Promise<FirstItems> {
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
  const blank: LiveContext = {
    ...context,
    id: 0,
    status: 'active',
    revision: 0,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
  const plan = planImport(
    {
      context: blank,
      state: noPool(main),
      items: [],
      ctrOf: () => null,
      replacedBy: () => [],
      by: '',
      nowMs,
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
  return {
    async commitTo(store, { id }, audit) {
      const itemIds = plan.itemIds ?? []
      const entry = audit('items-imported', { arm: main, items: itemIds })
      // A conflict means that a pool is there already, a moment after creation: it is left as it is.
      await store.commitPool({
        contextId: id,
        arm: main,
        fromVersion: 0,
        births: plan.births,
        standings: [],
        pool: { itemIds, iteration: 0, cause: 'import' },
        by: entry.by,
        nowMs,
        audit: [entry],
      })
    },
  }
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
