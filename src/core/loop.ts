import type { Item } from './item.ts'
import type { PoolState } from './item-pool.ts'
import type { Random } from './random.ts'
import type { LoopSettings } from './settings.ts'
import type { Plan, Strategy, WriteRequest } from './strategies/strategy.ts'

/** A candidate that passed every check, ready to become an item. */
export type Birth = Omit<Item, 'id' | 'bornAt'>

/** What is asked for the initial pool: N items, knowing only the context. */
export function initialRequest(settings: LoopSettings): WriteRequest {
  return { mode: 'seed', prompt: 'seed', count: settings.poolSize, shown: [], parents: [] }
}

/** What leaves and what is asked of the writer, once an iteration's evidence is in. */
export function planIteration(
  strategy: Strategy,
  state: PoolState,
  settings: LoopSettings,
  random: Random,
): Plan {
  return strategy.plan(state, settings, random)
}

/**
 * The next pool: the births come in, and of those that make room only as many leave as bring the pool back to
 * its size. A writer that gives too little therefore never shrinks the pool; no-drop, where nothing leaves,
 * lets it grow.
 */
export function applyBirths(
  state: PoolState,
  plan: Plan,
  births: readonly Birth[],
  poolSize: number,
): PoolState {
  const iteration = state.iteration + 1
  const born = numbered(births, state.history.length, iteration)
  return {
    ...state,
    iteration,
    history: [...state.history, ...born],
    poolIds: nextPoolIds(
      state.poolIds,
      plan.leaving,
      born.map(({ id }) => id),
      poolSize,
    ),
  }
}

/** The ids of the next pool: those that stay, in their order, then the born. See `applyBirths` for who leaves. */
export function nextPoolIds(
  poolIds: readonly string[],
  leaving: readonly string[],
  bornIds: readonly string[],
  poolSize: number,
): string[] {
  const surplus = Math.max(0, poolIds.length + bornIds.length - poolSize)
  const left = new Set(leaving.slice(0, surplus))
  return [...poolIds.filter((id) => !left.has(id)), ...bornIds]
}

/** The initial pool (IP_0 in the paper). */
export function initialPool(state: PoolState, births: readonly Birth[]): PoolState {
  const history = numbered(births, 0, 0)
  return { ...state, iteration: 0, history, poolIds: history.map(({ id }) => id) }
}

function numbered(births: readonly Birth[], first: number, bornAt: number): Item[] {
  return births.map((birth, index) => ({ ...birth, id: `i${first + index}`, bornAt }))
}
