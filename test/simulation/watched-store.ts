import type { LiveEvent } from '../../src/core/live/slate-claims.ts'
import { textNormalForm } from '../../src/core/text-normal-form.ts'
import type { ModelCall } from '../../src/ports/store/model-calls.ts'
import type { PoolCommit } from '../../src/ports/store/pools.ts'
import type { SpendHold } from '../../src/ports/store/spend-holds.ts'
import type { Store } from '../../src/ports/store/store.ts'
import { type CountModel, linesOf } from './count-model.ts'
import { POISON } from './faulty-writer.ts'
import type { World } from './world.ts'

/** The store with the laws held against every call that reaches it. One for all nodes. */
export interface WatchedStore {
  forNode(node: string): Store
  /** Counts and raw events against the model. */
  checkCounts(): Promise<void>
}

export function watchedStore(world: World, store: Store, model: CountModel): WatchedStore {
  const kept = new Map<string, { readonly call: ModelCall; readonly atMs: number }>()
  const holds = new Map<string, SpendHold & { isOver: boolean }>()
  const startOfDay = () => Math.floor(world.time.now() / 86_400_000) * 86_400_000
  let lateCalls = 0
  const looked = new Map<string, number>()
  const iterations = new Map<string, number>()
  const epochs = new Map<string, number>()

  async function commitPool(commit: PoolCommit) {
    const { contextId, arm } = commit
    const before = (await store.arms(contextId)).find((one) => one.arm === arm)
    const result = await store.commitPool(commit)
    if (result.kind !== 'committed' || before === undefined) return result
    world.say(`${commit.by} commits ${arm} v${result.version} ${commit.pool?.itemIds.join(' ') ?? 'no pool'}`)
    if (commit.fromVersion !== before.version)
      world.broken('a pool changed from a version that was not current')
    const epoch = epochs.get(`${contextId}/${arm}`) ?? 0
    if (commit.lease !== undefined && commit.lease.epoch < epoch)
      world.broken('a lease that was lost committed')
    const next = before.version + (commit.pool === null ? 0 : 1)
    if (result.version !== next) world.broken(`version ${result.version} of ${arm} where ${next} was to come`)
    if (commit.iteration !== undefined) {
      const { iteration } = commit.iteration
      const expected = (iterations.get(`${contextId}/${arm}`) ?? -1) + 1
      if (iteration < expected) world.broken(`iteration ${iteration} of ${arm} twice`)
      if (iteration > expected) world.broken(`iteration ${expected} of ${arm} left out`)
      iterations.set(`${contextId}/${arm}`, iteration)
    }
    if (commit.pool !== null) await checkPool(commit, before.poolIds)
    return result
  }

  async function checkPool(
    { contextId, arm, pool, by, births, iteration }: PoolCommit,
    before: readonly string[],
  ) {
    const context = await store.contextById(contextId)
    const ids = pool?.itemIds ?? []
    if (context === undefined) return world.broken('a pool of a context that is not there')
    const { poolSize, slateSize } = context.config
    const items = await store.items(contextId, arm)
    const gone = new Set(
      items
        .filter(({ standing }) => standing === 'banned' || standing === 'rejected')
        .map(({ text }) => textNormalForm(text)),
    )
    if (new Set(ids).size !== ids.length) world.broken('an item twice in a pool')
    for (const id of ids) {
      const item = items.find((one) => one.id === id)
      if (item?.standing !== 'approved') world.broken(`${id} of ${arm} is served but is ${item?.standing}`)
      if (item !== undefined && gone.has(textNormalForm(item.text)))
        world.broken(`a banned text came back: ${item.text}`)
      if (item?.text.includes(POISON) === true) world.broken(`a refused text is served: ${item.text}`)
    }
    if (by !== 'optimizer') return
    if (before.length > 0 && iteration !== undefined && births.length === 0 && ids.join() === before.join())
      world.broken(`iteration ${iteration.iteration} changed nothing and made a version`)
    if (ids.length > Math.max(poolSize, before.length)) world.broken(`a pool of ${ids.length} items`)
    const fewest = before.length === 0 ? Math.min(slateSize, poolSize) : Math.min(before.length, poolSize)
    if (ids.length < fewest) world.broken(`a pool shrank from ${before.length} to ${ids.length} items`)
    const lost = items.find(({ id, isPinned }) => isPinned && before.includes(id) && !ids.includes(id))
    if (lost !== undefined) world.broken(`${lost.id} is pinned but left`)
  }

  async function holdSpend(given: SpendHold) {
    const held = await store.holdSpend(given)
    if (held.kind === 'held') {
      holds.set(held.hold, { ...given, isOver: false })
      await checkHolds(given)
    }
    return held
  }

  /** What is kept and what is under way, of dead nodes too until its time is over, fits together. */
  async function checkHolds({ contextId, nowMs }: SpendHold) {
    const budget = (await store.contextById(contextId))?.config.budget
    if (budget === undefined) return
    const open = [...holds.values()].filter((one) => !one.isOver && one.untilMs > nowMs)
    const calls = open.reduce((sum, { amount }) => sum + amount.calls, -lateCalls)
    const today = await store.spend(contextId, startOfDay())
    if (budget.callsPerDay !== null && today.calls + calls > budget.callsPerDay) {
      world.broken(`${today.calls} calls a day and ${calls} under way, ${budget.callsPerDay} allowed`)
    }
  }

  async function keepModelCall(node: string, call: ModelCall, hold?: string) {
    const there = kept.get(call.key)
    if (there === undefined) kept.set(call.key, { call, atMs: world.time.now() })
    else if (there.call.createdAtMs !== call.createdAtMs || there.call.answer !== call.answer) {
      const lookedAtMs = looked.get(`${node}/${call.key}`)
      if (lookedAtMs === undefined || lookedAtMs > there.atMs)
        world.broken('a paid answer was asked for again')
    }
    const held = holds.get(hold ?? '')
    if (held === undefined) world.broken('an answer was paid for without a hold')
    // The store was away for minutes: it counts late, and may come on top of what others were given meanwhile.
    else if (held.untilMs <= world.time.now()) lateCalls += call.usage.modelCalls
    await store.keepModelCall(call, hold)
    if (held !== undefined) held.isOver = true
    await checkBudget(call.contextId)
  }

  async function checkBudget(contextId: number | null) {
    const own = contextId === null ? undefined : (await store.contextById(contextId))?.config.budget
    for (const [whose, budget] of [
      [contextId, own],
      [null, await store.budget()],
    ] as const) {
      if (budget === undefined) continue
      const today = await store.spend(whose, startOfDay())
      if (budget.callsPerDay !== null && today.calls > budget.callsPerDay + lateCalls) {
        world.broken(`${today.calls} calls a day, ${budget.callsPerDay} allowed`)
      }
      const all = await store.spend(whose, 0)
      if (budget.usd !== null && all.costUsd > budget.usd + lateCalls * 0.01 + 1e-9) {
        world.broken(`${all.costUsd} dollars, ${budget.usd} allowed`)
      }
    }
  }

  return {
    forNode(node) {
      const watched: Partial<Store> = {
        commitPool,
        holdSpend,
        async dropHold(hold) {
          await store.dropHold(hold)
          const held = holds.get(hold)
          if (held !== undefined) held.isOver = true
        },
        keepModelCall: (call, hold) => keepModelCall(node, call, hold),
        async modelCall(key) {
          const call = await store.modelCall(key)
          if (call === undefined) {
            if (kept.has(key)) world.broken('a kept answer is gone')
            looked.set(`${node}/${key}`, world.time.now())
          }
          return call
        },
        async ingest(events: readonly LiveEvent[]) {
          const expected = model.ingest(events)
          const given = await store.ingest(events)
          if (given.join() !== expected.join()) world.broken(`events answered ${given}, not ${expected}`)
          return given
        },
        async claimDueArms(claim) {
          const claims = await store.claimDueArms(claim)
          for (const { lease } of claims) epochs.set(`${lease.contextId}/${lease.arm}`, lease.epoch)
          return claims
        },
        async countClosed(toMs) {
          model.seal(toMs)
          return store.countClosed(toMs)
        },
      }
      return new Proxy(store, {
        get: (target, name: keyof Store) => watched[name] ?? target[name],
      })
    },
    async checkCounts() {
      for (const { id, config } of await store.contexts({ limit: 100 })) {
        for (const { key } of config.arms) {
          const counted = linesOf(await store.tallies(id, key)).join('\n')
          const expected = model.lines(id, key).join('\n')
          if (counted !== expected) {
            world.broken(`counts of ${key} differ\n  counted:\n${counted}\n  expected:\n${expected}`)
          }
        }
      }
    },
  }
}
