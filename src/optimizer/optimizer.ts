import { ForageError } from '../core/errors.ts'
import type { Writer } from '../ports/writer.ts'
import type { ClaimedArm } from './arm-view.ts'
import { backoffMs } from './backoff.ts'
import { keepLease, LeaseLostError } from './lease-keeper.ts'
import type { OptimizerNews } from './optimizer-events.ts'
import type { OptimizerOptions, OptimizerStore } from './optimizer-options.ts'
import type { WritingDesk } from './paid-writer.ts'
import { runArm } from './run-arm.ts'
import { OverBudgetError } from './spending.ts'
import { waitMs } from './timing.ts'
import { type Turns, turns } from './turns.ts'

export type { OptimizerEvent } from './optimizer-events.ts'
export type { OptimizerOptions } from './optimizer-options.ts'

export interface Optimizer {
  /**
   * One pass: claims arms that are due, as many at once as the options say, runs them, and claims again until nothing
   * is due. What fails is told to `onEvent`, put off and tried again in a later pass.
   *
   * @returns arms that were run
   * @throws what `claimDueArms` throws, after the arms under way have ended; the signal's reason when aborted, with the
   * leases given back
   */
  runDue(signal?: AbortSignal): Promise<{ readonly arms: number }>
  /**
   * Makes passes until stopped: at once, then each `pollMs` (more rarely when looking takes long), or as soon as it is
   * woken.
   */
  start(): void
  /** Looks at once whether something is due: a context was made, a run was asked for. */
  wake(): void
  /** Breaks off what is under way, gives the leases back, and resolves when all is at rest. Safe to call twice. */
  stop(): Promise<void>
}

type Claim = Awaited<ReturnType<OptimizerStore['claimDueArms']>>[number]

const DAY_MS = 86_400_000
/** A person may approve, or raise a budget, at any time; looking costs a few reads. */
const APPROVAL_WAIT_MS = 120_000
const BUDGET_WAIT_MS = 900_000
const OTHER_ARM_WAIT_MS = 5_000
/** What other requests hold of a budget is free again when they end, in seconds mostly. */
const HELD_WAIT_MS = 10_000
const PASS_FAILED_WAIT_MS_MAX = 30_000
/** Looking for what is due takes this share of the store's time at most, however many contexts there are. */
const LOOKING_SHARE_MAX = 0.02

/** The background job that rewrites the pools of all contexts. Several nodes may run one each on the same store. */
export function createOptimizer(options: OptimizerOptions): Optimizer {
  const { store, clock, node, seed, concurrency = 4, leaseMs = 60_000, pollMs = 1_000 } = options
  const desk: WritingDesk = {
    store,
    clock,
    ...(options.priceUsd === undefined ? {} : { priceUsd: options.priceUsd }),
    turnsOf: turnsByWriter(options.writerConcurrency ?? usualConcurrency),
    writeTimeoutMs: options.writeTimeoutMs ?? 180_000,
    unkept: new Map(),
  }
  const tell = (news: OptimizerNews) => options.onEvent?.({ atMs: clock.now(), node, ...news })

  async function runClaim(claim: Claim, keeper: ReturnType<typeof keepLease>, signal: AbortSignal) {
    const { lease, state, why } = claim
    let name = { contextId: lease.contextId, contextKey: '', arm: lease.arm }
    try {
      const claimed = await armOf(store, claim)
      if (claimed === undefined) return await quietly(store.releaseLease(lease, { kind: 'done' }))
      name = { ...name, contextKey: claimed.context.key }
      const result = await runArm({ claimed, lease, why, desk, options, tell }, keeper.signal)
      if (result.kind !== 'waits') return await quietly(store.releaseLease(lease, { kind: result.kind }))
      const untilMs = clock.now() + (result.reason === 'approval' ? APPROVAL_WAIT_MS : OTHER_ARM_WAIT_MS)
      await quietly(store.releaseLease(lease, { kind: 'waits', untilMs }))
      tell({ kind: 'arm-waits', ...name, reason: result.reason, untilMs })
    } catch (error) {
      if (
        (keeper.signal.aborted && keeper.signal.reason instanceof LeaseLostError) ||
        error instanceof LeaseLostError
      ) {
        tell({ kind: 'lease-lost', ...name, iteration: state.iteration + 1 })
        return
      }
      const nowMs = clock.now()
      if (signal.aborted) {
        await quietly(store.releaseLease(lease, { kind: 'waits', untilMs: nowMs }))
        tell({ kind: 'arm-waits', ...name, reason: 'stopped', untilMs: nowMs })
        return
      }
      if (error instanceof OverBudgetError && error.isHeld) {
        const untilMs = nowMs + HELD_WAIT_MS
        await quietly(store.releaseLease(lease, { kind: 'waits', untilMs }))
        tell({ kind: 'arm-waits', ...name, reason: 'budget-held', untilMs })
        return
      }
      const nextAttemptAtMs = nowMs + waitAfter(error, state.failures, nowMs, [lease.contextId, lease.arm])
      const message = error instanceof Error ? error.message : String(error)
      await quietly(store.releaseLease(lease, { kind: 'failed', nextAttemptAtMs, failure: message }))
      tell({
        kind: 'iteration-failed',
        ...name,
        code: codeOf(error),
        message,
        failures: state.failures + 1,
        nextAttemptAtMs,
      })
    }
  }

  function waitAfter(error: unknown, failures: number, nowMs: number, names: readonly (string | number)[]) {
    if (error instanceof OverBudgetError) {
      return error.endsWithTheDay ? Math.min(BUDGET_WAIT_MS, DAY_MS - (nowMs % DAY_MS)) : BUDGET_WAIT_MS
    }
    return backoffMs(failures, !(error instanceof ForageError) || error.isRetryable, seed, node, ...names)
  }

  /** Milliseconds that the latest look at what is due took. */
  let lookMs = 0

  async function runDue(signal = new AbortController().signal): Promise<{ readonly arms: number }> {
    const underWay = new Set<Promise<void>>()
    // Arms of one context one after the other, the main arm first: others may start from its first pool.
    const lastOf = new Map<number, Promise<void>>()
    let arms = 0
    const begin = (claim: Claim) => {
      arms++
      const before = lastOf.get(claim.lease.contextId) ?? Promise.resolve()
      const keeper = keepLease(store, clock, claim.lease, leaseMs, signal)
      const running = before.then(() => runClaim(claim, keeper, signal)).finally(() => keeper.stop())
      lastOf.set(claim.lease.contextId, running)
      underWay.add(running)
      void running.finally(() => underWay.delete(running)).catch(() => {})
    }
    try {
      while (!signal.aborted) {
        const nowMs = clock.now()
        const limit = concurrency - underWay.size
        const claims = await store.claimDueArms({ node, nowMs, leaseMs, limit })
        lookMs = clock.now() - nowMs
        for (const claim of claims) begin(claim)
        if (underWay.size === 0) break
        if (underWay.size >= concurrency || claims.length === 0) await Promise.race(underWay)
      }
    } finally {
      await Promise.all(underWay)
    }
    signal.throwIfAborted()
    return { arms }
  }

  let stopping = new AbortController()
  let loop: Promise<void> | undefined
  let wakeUp = () => {}

  async function passes(signal: AbortSignal): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      let restMs = pollMs
      try {
        await runDue(signal)
        failures = 0
        restMs = Math.max(pollMs, lookMs / LOOKING_SHARE_MAX)
      } catch (error) {
        if (signal.aborted) break
        restMs = Math.min(PASS_FAILED_WAIT_MS_MAX, pollMs * 2 ** Math.min(failures++, 10))
        tell({ kind: 'pass-failed', code: codeOf(error), message: (error as Error).message })
      }
      await rest(restMs, signal)
    }
  }

  async function rest(ms: number, signal: AbortSignal): Promise<void> {
    const awake = new AbortController()
    wakeUp = () => awake.abort()
    await waitMs(clock, ms, AbortSignal.any([signal, awake.signal])).catch(() => {})
    wakeUp = () => {}
  }

  return {
    runDue,
    start() {
      if (loop !== undefined) return
      stopping = new AbortController()
      loop = passes(stopping.signal)
    },
    wake: () => wakeUp(),
    async stop() {
      stopping.abort(new ForageError('stopped', 'the optimizer stops', { isRetryable: true }))
      await loop
      loop = undefined
    },
  }
}

/** Undefined for an arm that is no longer in the configuration, or whose context is gone. */
async function armOf(store: OptimizerStore, { lease, state }: Claim): Promise<ClaimedArm | undefined> {
  const context = await store.contextById(lease.contextId)
  const config = context?.config.arms.find(({ key }) => key === lease.arm)
  return context === undefined || config === undefined ? undefined : { context, config, state }
}

function turnsByWriter(concurrency: (writer: Writer) => number): (writer: Writer) => Turns {
  const byName = new Map<string, Turns>()
  return (writer) => {
    const there = byName.get(writer.name) ?? turns(concurrency(writer))
    byName.set(writer.name, there)
    return there
  }
}

function usualConcurrency({ name }: Writer): number {
  return name.startsWith('local:') ? 1 : 4
}

function codeOf(error: unknown): string {
  return error instanceof ForageError ? error.code : 'unexpected'
}

/** A lease that cannot be given back ends by itself. */
async function quietly(releasing: Promise<void>): Promise<void> {
  await releasing.catch(() => {})
}
