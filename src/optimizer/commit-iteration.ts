import type { PoolState } from '../core/item-pool.ts'
import type { LiveItem } from '../core/live/live-item.ts'
import type { ArmKnowledge } from '../core/live/live-pool-state.ts'
import { nextPoolIds } from '../core/loop.ts'
import type { LoopSettings } from '../core/settings.ts'
import type { Plan } from '../core/strategies/strategy.ts'
import type { IterationRecord, PoolCommit, PoolKept } from '../ports/store/pools.ts'
import { nextItemNumber } from './arm-view.ts'
import type { ArmRun } from './run-arm.ts'
import type { WrittenPlan } from './write-plan.ts'

export type Committed =
  | { readonly kind: 'committed' }
  /** What was written is kept and counts for the next attempt, but the pool does not fill a slate yet. */
  | { readonly kind: 'too-small'; readonly size: number; readonly sizeMin: number; readonly refused: string }
  | { readonly kind: 'conflict'; readonly reason: string }

/** All that one commit is made of. */
export interface IterationWork {
  readonly known: ArmKnowledge
  readonly pool: PoolState
  readonly plan: Plan
  readonly settings: LoopSettings
  readonly iteration: number
  readonly startedAtMs: number
  readonly written: WrittenPlan
}

const BY = 'optimizer'

/**
 * Puts births, pool, record and audit into the store at once. Where births wait for approval the pool stays as it is,
 * but stands for the new iteration, so that the rule starts anew; `left` then says what is to leave when they come in.
 * An iteration that changes nothing is recorded with why, and makes no version.
 */
export async function commitIteration(run: ArmRun, work: IterationWork): Promise<Committed> {
  const { context, state } = run.claimed
  const { known, pool, plan, settings, iteration, written } = work
  const isFirst = state.version === 0
  const nowMs = run.options.clock.now()
  const isApprovalNeeded = context.config.approval === 'required' && written.births.length > 0
  const first = nextItemNumber(known.items)
  const births = written.births.map(
    (birth, index): LiveItem => ({
      ...birth,
      id: `i${first + index}`,
      bornAt: iteration,
      standing: isApprovalNeeded ? 'waiting' : 'approved',
      isPinned: false,
      createdAtMs: nowMs,
    }),
  )
  const born = births.map(({ id }) => id)
  const planned = nextPoolIds(pool.poolIds, plan.leaving, born, settings.poolSize)
  const next = isApprovalNeeded ? pool.poolIds : planned
  const sizeMin = Math.min(settings.slateSize, settings.poolSize)
  const isTooSmall = isFirst && next.length < sizeMin
  const left = pool.poolIds.filter((id) => !planned.includes(id))
  const counted = pool.evidence.iterations.get(state.iteration)
  // What nobody changed is no new version: its visits go on, and only the rules start anew.
  const isKept = !isFirst && births.length === 0 && left.length === 0
  const poolKept: PoolKept = plan.requests.length === 0 ? 'nothing-planned' : 'nothing-accepted'
  const record: IterationRecord = {
    iteration,
    startedAtMs: work.startedAtMs,
    finishedAtMs: nowMs,
    interactions: counted?.interactions ?? 0,
    clicked: counted?.clicked ?? 0,
    born,
    left,
    refused: written.refused,
    ...(isKept ? { poolKept } : {}),
    requests: written.requests,
  }
  const result = await commit(run, {
    births,
    pool:
      isTooSmall || isKept ? null : { itemIds: next, iteration, cause: isFirst ? 'initial' : 'iteration' },
    iteration: record,
    nowMs,
    details: {
      iteration,
      born,
      left,
      waiting: isApprovalNeeded ? born.length : 0,
      ...(isKept ? { kept: poolKept, refused: written.refused } : {}),
    },
  })
  if (result.kind === 'conflict') return result
  run.tell({
    kind: 'iteration-committed',
    contextId: context.id,
    contextKey: context.key,
    arm: state.arm,
    iteration,
    version: result.version,
    isPoolKept: isKept,
    born: born.length,
    left: isApprovalNeeded ? 0 : left.length,
    waiting: isApprovalNeeded ? born.length : 0,
    interactions: record.interactions,
    clicked: record.clicked,
    durationMs: nowMs - work.startedAtMs,
  })
  if (next.length >= sizeMin || isApprovalNeeded) return { kind: 'committed' }
  return { kind: 'too-small', size: next.length, sizeMin, refused: reasonsOf(written.refused) }
}

/** Takes another arm's first pool over, texts and ids. */
export async function copyFirstPool(
  run: ArmRun,
  { items, poolIds }: { readonly items: readonly LiveItem[]; readonly poolIds: readonly string[] },
): Promise<Committed> {
  const { context, state } = run.claimed
  const nowMs = run.options.clock.now()
  const record: IterationRecord = {
    iteration: 0,
    startedAtMs: nowMs,
    finishedAtMs: nowMs,
    interactions: 0,
    clicked: 0,
    born: poolIds,
    left: [],
    refused: {},
    requests: [],
  }
  const result = await commit(run, {
    births: items,
    pool: { itemIds: poolIds, iteration: 0, cause: 'initial' },
    iteration: record,
    nowMs,
    details: { iteration: 0, born: poolIds, left: [], waiting: 0 },
  })
  if (result.kind === 'conflict') return result
  run.tell({
    kind: 'iteration-committed',
    contextId: context.id,
    contextKey: context.key,
    arm: state.arm,
    iteration: 0,
    version: result.version,
    isPoolKept: false,
    born: poolIds.length,
    left: 0,
    waiting: 0,
    interactions: 0,
    clicked: 0,
    durationMs: 0,
  })
  return { kind: 'committed' }
}

function commit(
  { claimed: { context, state }, lease, options }: ArmRun,
  change: Pick<PoolCommit, 'births' | 'pool' | 'nowMs'> & {
    readonly iteration: IterationRecord
    readonly details: Readonly<Record<string, unknown>>
  },
) {
  const { details, ...rest } = change
  return options.store.commitPool({
    ...rest,
    contextId: state.contextId,
    arm: state.arm,
    fromVersion: state.version,
    lease,
    standings: [],
    by: BY,
    audit: [
      {
        atMs: change.nowMs,
        by: BY,
        action:
          state.version === 0
            ? 'pool-written'
            : change.iteration.poolKept === undefined
              ? 'pool-rewritten'
              : 'pool-kept',
        contextKey: context.key,
        details: { arm: state.arm, ...details },
      },
    ],
  })
}

function reasonsOf(refused: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(refused).sort(([, a], [, b]) => b - a)
  return reasons.length === 0
    ? ''
    : ` Refused: ${reasons.map(([reason, count]) => `${reason} ${count}`).join(', ')}.`
}
