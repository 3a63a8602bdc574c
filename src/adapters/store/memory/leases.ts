import type { DueReason, LeaseStore } from '../../../ports/store/leases.ts'
import {
  armKey,
  armState,
  interactionsSince,
  type MemoryArm,
  type MemoryState,
  requestRunOf,
  visitsOfIteration,
} from './state.ts'

export function memoryLeases(state: MemoryState): LeaseStore {
  return {
    async claimDueArms({ node, nowMs, leaseMs, limit }) {
      const due = [...state.arms.values()]
        .map((arm) => ({ arm, why: dueReason(state, arm, nowMs) }))
        .filter((one): one is { arm: MemoryArm; why: DueReason } => one.why !== null)
        .sort((a, b) => (a.arm.lastIterationAtMs ?? 0) - (b.arm.lastIterationAtMs ?? 0))
        .slice(0, limit)
      return due.map(({ arm, why }) => {
        arm.epoch++
        arm.lease = { node, untilMs: nowMs + leaseMs }
        const lease = {
          contextId: arm.contextId,
          arm: arm.arm,
          node,
          epoch: arm.epoch,
          untilMs: nowMs + leaseMs,
        }
        return { lease, state: armState(arm), why }
      })
    },
    async renewLease(lease, untilMs) {
      const arm = state.arms.get(armKey(lease.contextId, lease.arm))
      if (arm === undefined || arm.lease === null || arm.epoch !== lease.epoch) return false
      arm.lease = { node: lease.node, untilMs }
      return true
    },
    async releaseLease(lease, outcome) {
      const arm = state.arms.get(armKey(lease.contextId, lease.arm))
      if (arm === undefined || arm.epoch !== lease.epoch) return
      arm.lease = null
      if (outcome.kind === 'waits') {
        arm.nextAttemptAtMs = outcome.untilMs
        return
      }
      if (outcome.kind === 'failed') {
        arm.failures++
        arm.nextAttemptAtMs = outcome.nextAttemptAtMs
        arm.lastFailure = outcome.failure
        return
      }
      arm.failures = 0
      delete arm.lastFailure
      if (outcome.kind === 'looked') arm.lookedAtInteractions = visitsOfIteration(arm)
    },
    async requestRun(contextId, arms, audit) {
      const there = arms.flatMap((arm) => state.arms.get(armKey(contextId, arm)) ?? [])
      for (const arm of there) requestRunOf(arm)
      if (there.length > 0) state.audit.push(audit)
      return there.map(({ arm }) => arm)
    },
  }
}

function dueReason(state: MemoryState, arm: MemoryArm, nowMs: number): DueReason | null {
  const context = state.contexts.get(state.keysById.get(arm.contextId) ?? '')
  const config = context?.config.arms.find(({ key }) => key === arm.arm)
  if (context === undefined || config === undefined || context.status === 'paused') return null
  if (arm.lease !== null && arm.lease.untilMs > nowMs) return null
  if (arm.nextAttemptAtMs > nowMs) return null
  if (arm.version === 0) {
    const main = context.config.arms[0]?.key ?? ''
    const waits =
      config.isFrozen && arm.arm !== main && state.arms.get(armKey(context.id, main))?.version === 0
    return waits ? null : 'first-pool'
  }
  if (config.isFrozen) return null
  const { due, slateSize, poolSize } = context.config
  if (arm.poolIds.length < Math.min(slateSize, poolSize)) return 'short-pool'
  if (arm.isRunRequested) return 'requested'
  const visits = interactionsSince(arm)
  if (due.interactions !== undefined && visits >= due.interactions) return 'interactions'
  const since = nowMs - (arm.lastIterationAtMs ?? nowMs)
  if (due.everySeconds !== undefined && visits > 0 && since >= due.everySeconds * 1000) return 'schedule'
  if (due.evidence !== undefined && visitsOfIteration(arm) > arm.lookedAtInteractions) return 'evidence'
  return null
}
