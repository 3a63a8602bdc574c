import { type PoolState, poolItems } from '../item-pool.ts'
import { initialRequest, planIteration } from '../loop.ts'
import type { Random } from '../random.ts'
import { DEFAULT_SETTINGS, type LoopSettings } from '../settings.ts'
import { rated, shownWithoutRates, worstIds } from '../strategies/rating.ts'
import type { Plan, Strategy, WriteRequest } from '../strategies/strategy.ts'
import type { ArmConfig, ContextConfig } from './context-config.ts'

/** The loop's settings for an arm: CTR ranks under a uniform policy only. */
export function liveSettings(config: ContextConfig, { policy }: Pick<ArmConfig, 'policy'>): LoopSettings {
  const { poolSize, slateSize, replacedPerIteration } = config
  const { candidatesPerBirth, writeAttemptsMax, samplingTemperature } = config
  return {
    ...DEFAULT_SETTINGS,
    poolSize,
    slateSize,
    replacedPerIteration,
    candidatesPerBirth,
    writeAttemptsMax,
    samplingTemperature,
    rankedBy: policy.kind === 'uniform' ? 'ctr' : 'utility',
  }
}

/**
 * The strategy's plan, fitted to a pool that people may have changed: what is pinned stays, so fewer may be written;
 * a pool that is short is filled up; one that is too large (the size was lowered) loses its worst. A strategy that
 * drops nothing keeps its plan.
 */
export function livePlan(strategy: Strategy, state: PoolState, settings: LoopSettings, random: Random): Plan {
  const plan = planIteration(strategy, state, settings, random)
  if (strategy.leavesPerIteration(settings) === 0) return plan
  const leaving = [...plan.leaving, ...overflow(plan, state, settings)]
  const places = Math.max(0, settings.poolSize - (state.poolIds.length - leaving.length))
  return { leaving, requests: fitted(plan.requests, places, state, leaving) }
}

/** What is asked for a first pool: N items less those that people gave. */
export function firstRequests(state: PoolState, settings: LoopSettings): WriteRequest[] {
  const count = settings.poolSize - state.history.length
  if (count <= 0) return []
  if (state.history.length === 0) return [initialRequest(settings)]
  return [{ ...initialRequest(settings), prompt: 'history', count, shown: shownWithoutRates(state.history) }]
}

/** The worst of those that would stay in a pool that is larger than the settings say. */
function overflow(plan: Plan, state: PoolState, settings: LoopSettings): string[] {
  const tooMany = state.poolIds.length - settings.poolSize
  if (tooMany <= 0) return []
  const staying = poolItems(state).filter(({ id }) => !plan.leaving.includes(id))
  return worstIds(rated(staying, state, settings), tooMany, state.pinnedIds)
}

/** Requests for exactly `places` texts. */
function fitted(
  requests: readonly WriteRequest[],
  places: number,
  state: PoolState,
  leaving: readonly string[],
): WriteRequest[] {
  const result: WriteRequest[] = []
  let left = places
  for (const request of requests) {
    const count = Math.min(request.count, left)
    if (count > 0) result.push({ ...request, count })
    left -= count
  }
  if (left === 0) return result
  const widening = result.findIndex(({ prompt }) => prompt === 'explore')
  if (widening >= 0) {
    const request = result[widening] as WriteRequest
    result[widening] = { ...request, count: request.count + left }
    return result
  }
  const staying = poolItems(state).filter(({ id }) => !leaving.includes(id))
  const shown = shownWithoutRates(staying)
  return [
    ...result,
    { mode: 'seed', prompt: shown.length === 0 ? 'seed' : 'history', count: left, shown, parents: [] },
  ]
}
