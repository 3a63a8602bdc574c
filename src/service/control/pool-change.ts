import { ForageError } from '../../core/errors.ts'
import type { LiveItem, PoolCause } from '../../core/live/live-item.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { IdempotentAnswer } from '../../ports/store/idempotency.ts'
import type { ArmState, CommitResult, PoolCommit } from '../../ports/store/pools.ts'
import type { Store } from '../../ports/store/store.ts'
import { Problem } from '../problem.ts'
import { existingArm } from './context-lookup.ts'

/** All that a change of a pool by a person is planned from. */
export interface PoolView {
  readonly context: LiveContext
  readonly state: ArmState
  /** The arm's history, in order of birth. */
  readonly items: readonly LiveItem[]
  /** Clicks over impressions in the item's life; null without an impression. */
  ctrOf(itemId: string): number | null
  /** Items that the iteration which wrote an item, by its id, meant to replace; still in the pool or not. */
  replacedBy(itemId: string): readonly string[]
  /** Name of the key that changes it. */
  readonly by: string
  readonly nowMs: number
}

/** What is to change. Nothing at all is a change too: asking again for what is so already. */
export interface PoolPlan {
  readonly births: readonly LiveItem[]
  readonly standings: PoolCommit['standings']
  /** null leaves the pool as it is. */
  readonly itemIds: readonly string[] | null
  readonly cause: PoolCause
  /** What the audit says was done, with which details. */
  readonly done: readonly { readonly action: string; readonly details: Readonly<Record<string, unknown>> }[]
  /** For people: what follows that they may not expect. */
  readonly warnings: readonly string[]
}

export interface PoolChange<P extends PoolPlan = PoolPlan> {
  /** Of the pool now. */
  readonly version: number
  readonly plan: P
}

/** Somebody may commit between reading and writing; more often than this in a row hardly happens. */
const TRIES = 5
/** Latest iterations that are looked through for the one an item comes from; nothing is written while texts wait. */
const ITERATIONS = 5

/**
 * Plans on the pool as it is and commits; when another change came first, plans again on the new pool.
 *
 * @param plan pure; throws a Problem to refuse
 * @param answer to be kept with the change; pure too
 * @throws Problem `context-unknown`, `arm-unknown`, `pool-conflict`, and what `plan` throws
 */
export async function changePool<P extends PoolPlan>(
  store: Store,
  where: { readonly context: string; readonly arm: string },
  who: {
    readonly by: string
    readonly nowMs: number
    readonly audit: (action: string, details: object) => AuditEntry
  },
  plan: (view: PoolView) => P,
  answer: (change: PoolChange<P>) => IdempotentAnswer | undefined = () => undefined,
): Promise<PoolChange<P>> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const view = await poolView(store, where, who)
    const { state, context } = view
    const planned = plan(view)
    const { births, standings, itemIds, cause, done } = planned
    if (births.length === 0 && standings.length === 0 && itemIds === null) {
      return { version: state.version, plan: planned }
    }
    const commit: PoolCommit = {
      contextId: context.id,
      arm: where.arm,
      fromVersion: state.version,
      births,
      standings: standings.map((one) => ({ ...one, ...standingBefore(view, one.itemId) })),
      // A person changes the pool of the iteration, not the iteration. Before the first it becomes that of iteration 0.
      pool: itemIds === null ? null : { itemIds, iteration: Math.max(0, state.iteration), cause },
      by: who.by,
      nowMs: who.nowMs,
      audit: done.map(({ action, details }) => who.audit(action, { arm: where.arm, ...details })),
      requestsRun: itemIds !== null && isToBeFilled(view, itemIds.length),
      answer: answer({ version: state.version + (itemIds === null ? 0 : 1), plan: planned }),
    }
    let result: CommitResult
    try {
      result = await store.commitPool(commit)
    } catch (failure) {
      // Items may have been born, or banned, without a new version: a plan made before that is refused as impossible.
      if (attempt > 0 || !(failure instanceof ForageError) || failure.code !== 'store-failed') throw failure
      continue
    }
    if (result.kind === 'committed') return { version: result.version, plan: planned }
  }
  throw new Problem(
    'pool-conflict',
    'The pool changed again and again meanwhile; send the same request again.',
    {
      headers: { 'Retry-After': '1' },
    },
  )
}

/** How an item stood when the change of it was planned. */
function standingBefore({ items }: PoolView, itemId: string): Pick<PoolCommit['standings'][number], 'from'> {
  const item = items.find(({ id }) => id === itemId)
  return item === undefined ? {} : { from: { standing: item.standing, isPinned: item.isPinned } }
}

/** The next iteration fills a pool that a person left smaller than its size, but for a frozen arm's. */
function isToBeFilled({ context, state }: PoolView, size: number): boolean {
  const arm = context.config.arms.find(({ key }) => key === state.arm)
  return arm !== undefined && !arm.isFrozen && size < context.config.poolSize
}

async function poolView(
  store: Store,
  where: { readonly context: string; readonly arm: string },
  { by, nowMs }: { readonly by: string; readonly nowMs: number },
): Promise<PoolView> {
  const { context, state } = await existingArm(store, where.context, where.arm)
  const [items, tallies, iterations] = await Promise.all([
    store.items(context.id, where.arm),
    store.tallies(context.id, where.arm),
    store.iterations(context.id, where.arm, { limit: ITERATIONS }),
  ])
  const counts = new Map<string, { impressions: number; clicks: number }>()
  for (const { itemId, impressions, clicks } of tallies.items) {
    const sum = counts.get(itemId) ?? { impressions: 0, clicks: 0 }
    counts.set(itemId, { impressions: sum.impressions + impressions, clicks: sum.clicks + clicks })
  }
  const ctrOf = (itemId: string) => {
    const count = counts.get(itemId)
    return count === undefined || count.impressions === 0 ? null : count.clicks / count.impressions
  }
  const replacedBy = (itemId: string) => iterations.find(({ born }) => born.includes(itemId))?.left ?? []
  return { context, state, items, ctrOf, replacedBy, by, nowMs }
}
