import { ForageError } from '../core/errors.ts'
import type { PoolState } from '../core/item-pool.ts'
import { lookAtEvidence } from '../core/live/evidence-due.ts'
import { firstRequests, livePlan, liveSettings } from '../core/live/live-plan.ts'
import { type ArmKnowledge, livePoolState } from '../core/live/live-pool-state.ts'
import { randomStream } from '../core/random.ts'
import type { LoopSettings } from '../core/settings.ts'
import { STRATEGIES } from '../core/strategies/index.ts'
import type { Plan, Strategy } from '../core/strategies/strategy.ts'
import type { DueReason, Lease } from '../ports/store/leases.ts'
import { armKnowledge, type ClaimedArm, nextItemNumber } from './arm-view.ts'
import { type Committed, commitIteration, copyFirstPool } from './commit-iteration.ts'
import { firstPoolOf, firstPoolSource } from './copied-pool.ts'
import { LeaseLostError } from './lease-keeper.ts'
import type { OptimizerNews } from './optimizer-events.ts'
import type { OptimizerOptions } from './optimizer-options.ts'
import { paidWriter, type WritingDesk } from './paid-writer.ts'
import { type PlanNews, type WrittenPlan, writePlan } from './write-plan.ts'

/** One claimed arm and all that running it takes. */
export interface ArmRun {
  readonly claimed: ClaimedArm
  readonly lease: Lease
  readonly why: DueReason
  readonly desk: WritingDesk
  readonly options: OptimizerOptions
  readonly tell: (news: OptimizerNews) => void
}

/** How a run of an arm ended, when nothing failed. */
export type ArmResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'looked' }
  | { readonly kind: 'waits'; readonly reason: 'approval' | 'first-pool-of-another-arm' }

/** A writer that fails now and then may have this many tries before an iteration is content with fewer births. */
const FAILURES_BEFORE_FEWER = 2

/**
 * Runs the next iteration of an arm: its first pool, or what its strategy plans. Everything it does before the one
 * commit at the end can be done again.
 *
 * @throws ForageError for what stood in the way; the signal's reason when aborted
 */
export async function runArm(run: ArmRun, signal: AbortSignal): Promise<ArmResult> {
  const { claimed, options } = run
  const { context, config, state } = claimed
  const known = await armKnowledge(options.store, claimed)
  // Texts that wait for a person are as many as a person should be asked to read.
  if (known.items.some(({ standing }) => standing === 'waiting')) return { kind: 'waits', reason: 'approval' }
  const settings = liveSettings(context.config, config)
  const pool = livePoolState(known, context.config.caps.clickersMin)
  // One more than the last that is recorded, also where its births were never approved or a version was rolled back.
  const iteration = state.latestIteration + 1
  signal.throwIfAborted()
  if (state.version > 0) return iterate(run, known, pool, settings, iteration, signal)

  const source = firstPoolSource(context.config, config)
  if (source !== config && pool.history.length === 0) {
    const first = await firstPoolOf(options.store, context.id, source.key, slateMin(settings))
    if (first === undefined) return { kind: 'waits', reason: 'first-pool-of-another-arm' }
    return settled(await copyFirstPool(run, first))
  }
  const plan = { leaving: [], requests: firstRequests(pool, settings) }
  const base = { ...pool, poolIds: pool.history.slice(0, settings.poolSize).map(({ id }) => id) }
  return write(run, known, base, plan, settings, iteration, signal)
}

async function iterate(
  run: ArmRun,
  known: ArmKnowledge,
  pool: PoolState,
  settings: LoopSettings,
  iteration: number,
  signal: AbortSignal,
): Promise<ArmResult> {
  const { config, context } = run.claimed
  const strategy = strategyOf(config.strategy)
  const random = randomStream(context.seed, 'strategy', config.key, strategy.key, iteration - 1)
  const plan = livePlan(strategy, { ...pool, iteration: iteration - 1 }, settings, random)
  if (run.why === 'evidence') {
    const { evidence = 0.05 } = context.config.due
    const { isDue, ...look } = lookAtEvidence(known, pool, plan, settings, evidence)
    const name = { contextId: context.id, contextKey: context.key, arm: config.key }
    run.tell({ kind: 'evidence-looked', ...name, isDue, ...look })
    if (!isDue) return { kind: 'looked' }
  }
  return write(run, known, pool, plan, settings, iteration, signal)
}

async function write(
  run: ArmRun,
  known: ArmKnowledge,
  pool: PoolState,
  plan: Plan,
  settings: LoopSettings,
  iteration: number,
  signal: AbortSignal,
): Promise<ArmResult> {
  const { options, desk, tell, claimed } = run
  const { context, config, state } = claimed
  const startedAtMs = options.clock.now()
  const name = { contextId: context.id, contextKey: context.key, arm: config.key, iteration }
  const task = await options.taskOf(context.task)
  if (task === undefined) throw new ForageError('task-unknown', `no task is called "${context.task}"`)
  // Where people gave enough, nothing is asked, and a writer need not even be there.
  const inner = plan.requests.length === 0 ? undefined : await options.writerOf(config.writer)
  signal.throwIfAborted()
  tell({
    kind: 'iteration-started',
    ...name,
    why: run.why,
    strategy: config.strategy,
    writer: inner?.name ?? 'none',
  })
  const writing = {
    task,
    context: pool.context,
    settings,
    ...(options.encoder === undefined ? {} : { encoder: options.encoder }),
    vectors: new Map(),
    seed: context.seed,
    iteration,
    firstItemNumber: nextItemNumber(known.items),
    earlier: known.items,
    goOn: (failure: ForageError, births: number) =>
      (!failure.isRetryable || state.failures >= FAILURES_BEFORE_FEWER) &&
      pool.poolIds.length + births >= slateMin(settings),
    tell: (news: PlanNews) => tell({ ...name, ...news }),
  }
  const written: WrittenPlan =
    inner === undefined
      ? { births: [], refused: {}, requests: [] }
      : await writePlan(
          plan,
          { ...writing, writer: paidWriter(inner, { context, arm: config.key, iteration }, desk) },
          signal,
        )
  signal.throwIfAborted()
  return settled(await commitIteration(run, { known, pool, plan, settings, iteration, startedAtMs, written }))
}

/** What the commit said, as the end of the run. */
function settled(committed: Committed): ArmResult {
  switch (committed.kind) {
    case 'committed':
      return { kind: 'done' }
    case 'too-small':
      throw new ForageError(
        'pool-too-small',
        `The pool holds ${committed.size} texts; a slate needs ${committed.sizeMin}.${committed.refused}`,
        { isRetryable: true },
      )
    case 'conflict':
      if (committed.reason === 'lease' || committed.reason === 'missing') throw new LeaseLostError()
      throw new ForageError(
        'pool-changed',
        `The pool was changed by somebody else while this iteration was written (${committed.reason}); it is planned anew.`,
        { isRetryable: true },
      )
  }
}

function strategyOf(key: string): Strategy {
  const strategy = STRATEGIES.get(key)
  if (strategy === undefined) throw new ForageError('strategy-unknown', `no strategy is called "${key}"`)
  return strategy
}

function slateMin({ slateSize, poolSize }: LoopSettings): number {
  return Math.min(slateSize, poolSize)
}
