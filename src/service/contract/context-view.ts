import type { z } from '@hono/zod-openapi'
import type { LiveContext } from '../../ports/store/contexts.ts'
import type { ArmState } from '../../ports/store/pools.ts'
import { instantOf, instantOrNull } from './answers.ts'
import type { armSchema, contextSchema } from './contexts.ts'

/** A context as the wire has it. */
export function contextView(context: LiveContext): z.input<typeof contextSchema> {
  const { key, task, topic, article, config, status, seed, revision, createdAtMs, updatedAtMs } = context
  return {
    key,
    task,
    topic,
    ...(article === undefined ? {} : { article }),
    config: { ...config, arms: [...config.arms] },
    status,
    seed,
    revision,
    createdAt: instantOf(createdAtMs),
    updatedAt: instantOf(updatedAtMs),
  }
}

/** An arm as the wire has it. */
export function armView(context: LiveContext, state: ArmState): z.input<typeof armSchema> {
  const { arm, version, iteration, latestIteration, poolIds, interactionsSince, failures, isRunRequested } =
    state
  return {
    arm,
    isServed: context.config.arms.some(({ key }) => key === arm),
    version,
    iteration: iteration < 0 ? null : iteration,
    latestIteration: latestIteration < 0 ? null : latestIteration,
    poolSize: poolIds.length,
    interactionsSince,
    lastIterationAt: instantOrNull(state.lastIterationAtMs),
    nextAttemptAt: state.nextAttemptAtMs > 0 ? instantOf(state.nextAttemptAtMs) : null,
    failures,
    lastFailure: state.lastFailure ?? null,
    isRunRequested,
  }
}
