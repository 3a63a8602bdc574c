import type { Budget } from '../../src/core/live/context-config.ts'
import type { LiveItem } from '../../src/core/live/live-item.ts'
import { nextPoolIds } from '../../src/core/loop.ts'
import type { Random } from '../../src/core/random.ts'
import type { ArmState, PoolCommit } from '../../src/ports/store/pools.ts'
import type { Store } from '../../src/ports/store/store.ts'
import type { World } from './world.ts'

type Change = Pick<PoolCommit, 'standings' | 'pool'>

/** The people in charge: they approve, reject, ban, pin, ask for runs, pause and raise budgets, at any moment. */
export async function actOnce(world: World, store: Store, contextKey: string, random: Random): Promise<void> {
  const context = await store.context(contextKey)
  if (context === undefined) return
  const audit = (action: string) => ({
    atMs: world.time.now(),
    by: 'person',
    action,
    contextKey,
    details: {},
  })
  const arms = await store.arms(context.id)
  const arm = arms[random.integer(arms.length)] as ArmState
  const items = await store.items(context.id, arm.arm)
  const what = random.integer(8)
  if (what === 0) await store.requestRun(context.id, [arm.arm], audit('run-requested'))
  else if (what === 1) {
    const status = context.status === 'paused' ? 'active' : 'paused'
    await store.updateContext(contextKey, { status }, null, audit(`context-${status}`))
  } else if (what === 2) await raiseBudget(world, store, contextKey)
  else {
    const waiting = items.some(({ standing }) => standing === 'waiting')
    const change = waiting
      ? await judged(store, context.id, arm, items, context.config.poolSize, random)
      : random.uniform() < 0.3
        ? await rolledBack(store, arm, items, random)
        : banOrPin(arm, items, random)
    if (change === undefined) return
    world.say(`person changes ${arm.arm}: ${JSON.stringify(change)}`)
    await store.commitPool({
      contextId: context.id,
      arm: arm.arm,
      fromVersion: arm.version,
      births: [],
      by: 'person',
      nowMs: world.time.now(),
      audit: [audit('pool-changed')],
      ...change,
    })
  }
}

/** Approves what waits, or rejects it; what was to leave leaves then. */
async function judged(
  store: Store,
  contextId: number,
  arm: ArmState,
  items: readonly LiveItem[],
  poolSize: number,
  random: Random,
): Promise<Change | undefined> {
  const waiting = items.filter(({ standing }) => standing === 'waiting')
  if (waiting.length === 0) return undefined
  const approved = waiting.filter(() => random.uniform() < 0.7).map(({ id }) => id)
  const standings = waiting.map(({ id }) => ({
    itemId: id,
    standing: approved.includes(id) ? ('approved' as const) : ('rejected' as const),
  }))
  if (approved.length === 0) return { standings, pool: null }
  const [record] = await store.iterations(contextId, arm.arm, { limit: 1 })
  const itemIds = nextPoolIds(arm.poolIds, record?.left ?? [], approved, poolSize)
  const iteration = arm.version === 0 ? 0 : arm.iteration
  return { standings, pool: { itemIds, iteration, cause: 'approve' } }
}

/** The pool of an earlier version, as far as it may still be served. */
async function rolledBack(
  store: Store,
  arm: ArmState,
  items: readonly LiveItem[],
  random: Random,
): Promise<Change | undefined> {
  if (arm.version < 2) return undefined
  const earlier = await store.version(arm.contextId, arm.arm, 1 + random.integer(arm.version - 1))
  const approved = new Set(items.filter(({ standing }) => standing === 'approved').map(({ id }) => id))
  const itemIds = earlier?.itemIds.filter((id) => approved.has(id)) ?? []
  if (itemIds.length === 0) return undefined
  const standings = items
    .filter(({ isPinned }) => isPinned)
    .map(({ id }) => ({ itemId: id, isPinned: false }))
  return { standings, pool: { itemIds, iteration: arm.iteration, cause: 'rollback' } }
}

function banOrPin(arm: ArmState, items: readonly LiveItem[], random: Random): Change | undefined {
  if (arm.poolIds.length < 2) return undefined
  const itemId = arm.poolIds[random.integer(arm.poolIds.length)] as string
  if (random.uniform() < 0.5) {
    const isPinned = items.find(({ id }) => id === itemId)?.isPinned !== true
    return { standings: [{ itemId, isPinned }], pool: null }
  }
  const itemIds = arm.poolIds.filter((id) => id !== itemId)
  return {
    standings: [{ itemId, standing: 'banned' }],
    pool: { itemIds, iteration: arm.iteration, cause: 'ban' },
  }
}

async function raiseBudget(world: World, store: Store, contextKey: string): Promise<void> {
  const context = await store.context(contextKey)
  if (context === undefined) return
  const { config } = context
  const more = (limit: number | null, by: number) => (limit === null ? null : limit + by)
  const budget: Budget = {
    ...config.budget,
    callsPerDay: more(config.budget.callsPerDay, 40),
    usd: more(config.budget.usd, 0.4),
  }
  const audit = { atMs: world.time.now(), by: 'person', action: 'budget-raised', contextKey, details: {} }
  await store.updateContext(contextKey, { config: { ...config, budget } }, null, audit)
}
