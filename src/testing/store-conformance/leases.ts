import { describe, expect, test } from 'vitest'
import { type ContextConfig, DEFAULT_CONTEXT_CONFIG } from '../../core/live/context-config.ts'
import type { DueReason } from '../../ports/store/leases.ts'
import type { IterationRecord } from '../../ports/store/pools.ts'
import { audit, event, firstPool, freshContext, freshDay, type Shared, slate } from './fixture.ts'

/** One arm that is not frozen, so that nothing else is due. */
const ONE_ARM = DEFAULT_CONTEXT_CONFIG.arms.slice(0, 1).map((arm) => ({ ...arm, share: 1 }))

export function leasesConformance(shared: Shared): void {
  /** Due arms of one context; those of other tests are claimed too, for no time, and let be. */
  const claim = async (contextId: number, nowMs: number, node = 'node-1') => {
    const claimed = await shared.store.claimDueArms({ node, nowMs, leaseMs: 1000, limit: 1000 })
    for (const { lease } of claimed) {
      if (lease.contextId !== contextId)
        await shared.store.releaseLease(lease, { kind: 'waits', untilMs: nowMs })
    }
    return claimed.filter(({ lease }) => lease.contextId === contextId)
  }
  const whys = async (contextId: number, nowMs: number): Promise<DueReason[]> => {
    const claimed = await claim(contextId, nowMs)
    for (const { lease } of claimed) await shared.store.releaseLease(lease, { kind: 'waits', untilMs: nowMs })
    return claimed.map(({ why }) => why)
  }
  /** A context with a pool, made at 100, and so many counted visits. */
  const counted = async (config: Partial<ContextConfig>, visits: number) => {
    const context = await freshContext(shared, { arms: ONE_ARM, ...config })
    await shared.store.commitPool(firstPool(context.id))
    await count(context.id, visits)
    return context
  }
  const count = async (contextId: number, visits: number, version = 1) => {
    const issuedAtMs = freshDay(shared)
    const events = Array.from({ length: visits }, () =>
      event(shared, slate(shared, { contextId, issuedAtMs, version }), 'impression'),
    )
    await shared.store.ingest(events)
    await shared.store.countClosed(issuedAtMs + 10_000)
  }

  describe('leases', () => {
    test('a context without a pool is due: the main arm first, then the holdout', async () => {
      const { store } = shared
      const { id } = await freshContext(shared)
      const [main, ...others] = await claim(id, 1000)
      expect(others).toEqual([])
      expect(main).toMatchObject({
        why: 'first-pool',
        lease: { contextId: id, arm: 'live', node: 'node-1', epoch: 1, untilMs: 2000 },
        state: { version: 0, iteration: -1, poolIds: [], failures: 0 },
      })
      expect(await claim(id, 1999)).toEqual([])
      if (main === undefined) return
      expect(await store.commitPool({ ...firstPool(id), lease: main.lease })).toMatchObject({
        kind: 'committed',
      })
      await store.releaseLease(main.lease, { kind: 'done' })
      const [holdout] = await claim(id, 1500)
      expect(holdout).toMatchObject({ why: 'first-pool', lease: { arm: 'holdout' } })
      await store.commitPool(firstPool(id, 'holdout'))
      await store.releaseLease((holdout as NonNullable<typeof holdout>).lease, { kind: 'done' })
      await store.requestRun(id, ['holdout'], audit())
      expect(await whys(id, 10 ** 12)).toEqual([])
    })

    test('a lease that ran out passes on, and the former holder can do no more', async () => {
      const { store } = shared
      const { id } = await freshContext(shared, { arms: ONE_ARM })
      const [first] = await claim(id, 1000)
      const [second] = await claim(id, 2000, 'node-2')
      if (first === undefined || second === undefined) throw new Error('nothing was due')
      expect(second.lease).toMatchObject({ node: 'node-2', epoch: 2 })
      expect(await store.renewLease(first.lease, 9000)).toBe(false)
      expect(await store.renewLease(second.lease, 9000)).toBe(true)
      await store.releaseLease(first.lease, { kind: 'failed', nextAttemptAtMs: 10 ** 12, failure: 'late' })
      expect(await claim(id, 8999)).toEqual([])
      expect(await store.commitPool({ ...firstPool(id), lease: first.lease })).toEqual({
        kind: 'conflict',
        reason: 'lease',
      })
      await store.releaseLease(second.lease, { kind: 'done' })
      expect(await store.renewLease(second.lease, 10_000)).toBe(false)
    })

    test('nodes that claim at once never get the same', async () => {
      const { store } = shared
      const ids = new Set<number>()
      for (let made = 0; made < 10; made++) ids.add((await freshContext(shared, { arms: ONE_ARM })).id)
      const claims = await Promise.all(
        Array.from({ length: 8 }, (_, node) =>
          store.claimDueArms({ node: `n${node}`, nowMs: 5000, leaseMs: 1000, limit: 1000 }),
        ),
      )
      const claimed = claims.flat().map(({ lease }) => `${lease.contextId}/${lease.arm}`)
      expect(new Set(claimed).size).toBe(claimed.length)
      expect(claims.flat().filter(({ lease }) => ids.has(lease.contextId))).toHaveLength(10)
      for (const { lease } of claims.flat()) await store.releaseLease(lease, { kind: 'waits', untilMs: 5000 })
    })

    test('a claim takes so many, oldest iteration first', async () => {
      const { store } = shared
      const old = await counted({ due: { interactions: 1 } }, 1)
      const newer = await freshContext(shared, { arms: ONE_ARM, due: { interactions: 1 } })
      await store.commitPool({ ...firstPool(newer.id), nowMs: 200 })
      await count(newer.id, 1)
      const all = await store.claimDueArms({ node: 'n', nowMs: 5000, leaseMs: 1000, limit: 1000 })
      const order = all.map(({ lease }) => lease.contextId)
      expect(order.indexOf(old.id)).toBeLessThan(order.indexOf(newer.id))
      for (const { lease } of all) await store.releaseLease(lease, { kind: 'waits', untilMs: 0 })
      const one = await store.claimDueArms({ node: 'n', nowMs: 5000, leaseMs: 1000, limit: 1 })
      expect(one).toHaveLength(1)
      for (const { lease } of one) await store.releaseLease(lease, { kind: 'waits', untilMs: 0 })
    })

    test('by counted visits of the current iteration', async () => {
      const { store } = shared
      const { id } = await counted({ due: { interactions: 3 } }, 2)
      expect((await store.arms(id))[0]?.interactionsSince).toBe(2)
      expect(await whys(id, 5000)).toEqual([])
      await count(id, 1)
      expect(await whys(id, 5000)).toEqual(['interactions'])
      // A new version of the same iteration goes on; a new iteration starts anew.
      const pool = { itemIds: ['i2', 'i1', 'i0'], iteration: 0, cause: 'rollback' as const }
      await store.commitPool({ ...firstPool(id), births: [], fromVersion: 1, pool })
      await count(id, 1, 2)
      expect((await store.arms(id))[0]?.interactionsSince).toBe(4)
      await store.commitPool({
        ...firstPool(id),
        births: [],
        fromVersion: 2,
        pool: { ...pool, iteration: 1, cause: 'iteration' },
      })
      expect((await store.arms(id))[0]).toMatchObject({ interactionsSince: 0, version: 3, iteration: 1 })
      expect(await whys(id, 5000)).toEqual([])
    })

    test('by a pool that no longer fills a slate, unless it is frozen', async () => {
      const { store } = shared
      const { id, key, config } = await counted({ due: { interactions: 5000 } }, 0)
      expect(await whys(id, 5000)).toEqual([])
      const pool = { itemIds: ['i0', 'i1'], iteration: 0, cause: 'ban' as const }
      await store.commitPool({ ...firstPool(id), births: [], fromVersion: 1, pool })
      expect(await whys(id, 5000)).toEqual(['short-pool'])
      await store.updateContext(key, { config: { ...config, slateSize: 2 } }, null, audit())
      expect(await whys(id, 5000)).toEqual([])
      const other = await freshContext(shared)
      await store.commitPool(firstPool(other.id))
      await store.commitPool(firstPool(other.id, 'holdout', 2))
      expect(await whys(other.id, 5000)).toEqual([])
    })

    test('by schedule, once there was a visit', async () => {
      const { id } = await counted({ due: { everySeconds: 60 } }, 0)
      expect(await whys(id, 10 ** 9)).toEqual([])
      await count(id, 1)
      expect(await whys(id, 100 + 59_999)).toEqual([])
      expect(await whys(id, 100 + 60_000)).toEqual(['schedule'])
    })

    test('by evidence, whenever there is more than was looked at', async () => {
      const { store } = shared
      const { id } = await counted({ due: { evidence: 0.05 } }, 1)
      const [claimed] = await claim(id, 5000)
      expect(claimed?.why).toBe('evidence')
      await store.releaseLease((claimed as NonNullable<typeof claimed>).lease, { kind: 'looked' })
      expect(await whys(id, 5000)).toEqual([])
      await count(id, 1)
      expect(await whys(id, 5000)).toEqual(['evidence'])
    })

    test('at once after a change of the context or the budget, where the last attempt failed', async () => {
      const { store } = shared
      const { id, key, config } = await counted({ due: { interactions: 1 } }, 1)
      const fail = async () => {
        const [claimed] = await claim(id, 5000)
        const lease = (claimed as NonNullable<typeof claimed>).lease
        await store.releaseLease(lease, { kind: 'failed', nextAttemptAtMs: 9000, failure: 'no writer' })
        expect(await whys(id, 6000)).toEqual([])
      }
      await fail()
      await store.updateContext(key, { config: { ...config, samplingTemperature: 0.5 } }, null, audit())
      await fail()
      const budget = await store.budget()
      await store.setBudget({ ...budget, calls: 1_000_000 }, budget, audit())
      expect(await whys(id, 6000)).toEqual(['interactions'])
      await store.setBudget(budget, await store.budget(), audit())
    })

    test('on request, until the iteration is there; not while paused', async () => {
      const { store } = shared
      const context = await counted({}, 0)
      expect(await whys(context.id, 5000)).toEqual([])
      expect(await store.requestRun(context.id, ['live', 'none'], audit())).toEqual(['live'])
      expect(await store.requestRun(context.id, ['none'], audit('run-requested', 'none such'))).toEqual([])
      expect((await store.audit({ contextKey: 'none such', cursor: null, limit: 1 })).entries).toEqual([])
      await store.updateContext(context.key, { status: 'paused' }, null, audit())
      expect(await whys(context.id, 5000)).toEqual([])
      await store.updateContext(context.key, { status: 'active' }, null, audit())
      expect(await whys(context.id, 5000)).toEqual(['requested'])
      const iteration = emptyRecord(1)
      await store.commitPool({ ...firstPool(context.id), births: [], fromVersion: 1, pool: null, iteration })
      expect(await whys(context.id, 5000)).toEqual([])
    })

    test('an iteration that leaves the pool as it is starts the rules anew', async () => {
      const { store } = shared
      const due = { interactions: 4, everySeconds: 60, evidence: 0.05 }
      const { id } = await counted({ due }, 4)
      const commit = { ...firstPool(id), births: [], fromVersion: 1, pool: null }
      const kept = (iteration: number, interactions: number) => ({
        ...commit,
        iteration: { ...emptyRecord(iteration), interactions, poolKept: 'nothing-accepted' as const },
      })
      expect(await whys(id, 5000)).toEqual(['interactions'])
      await store.requestRun(id, ['live'], audit())
      expect(await store.commitPool({ ...kept(1, 4), nowMs: 5000 })).toEqual({
        kind: 'committed',
        version: 1,
      })
      const [arm] = await store.arms(id)
      expect(arm).toMatchObject({
        version: 1,
        iteration: 0,
        latestIteration: 1,
        interactionsSince: 0,
        lastIterationAtMs: 5000,
        isRunRequested: false,
      })
      expect(await store.commitPool(kept(1, 4))).toEqual({ kind: 'conflict', reason: 'iteration' })
      // No visit since, so no schedule either.
      expect(await whys(id, 10 ** 9)).toEqual([])
      await count(id, 3)
      expect((await store.arms(id))[0]?.interactionsSince).toBe(3)
      expect(await whys(id, 5000 + 59_999)).toEqual([])
      expect(await whys(id, 5000 + 60_000)).toEqual(['schedule'])
      await count(id, 1)
      expect(await whys(id, 65_000)).toEqual(['interactions'])
      await store.commitPool({ ...kept(2, 8), nowMs: 6000 })
      expect((await store.arms(id))[0]).toMatchObject({ latestIteration: 2, interactionsSince: 0 })
      // Another version of the same pool changes none of that; another iteration's pool begins at nothing.
      const pool = { itemIds: ['i2', 'i1', 'i0'], iteration: 0, cause: 'rollback' as const }
      await store.commitPool({ ...commit, pool })
      expect((await store.arms(id))[0]?.interactionsSince).toBe(0)
      await store.commitPool({
        ...commit,
        fromVersion: 2,
        pool: { ...pool, iteration: 3, cause: 'iteration' },
      })
      await count(id, 1, 3)
      expect((await store.arms(id))[0]).toMatchObject({ latestIteration: 3, interactionsSince: 1 })
    })

    test('after one that leaves the pool as it is, evidence waits until the visits have doubled', async () => {
      const { store } = shared
      const { id } = await counted({ due: { evidence: 0.05 } }, 3)
      await store.commitPool({
        ...firstPool(id),
        births: [],
        fromVersion: 1,
        pool: null,
        iteration: { ...emptyRecord(1), interactions: 3, poolKept: 'nothing-accepted' },
      })
      await count(id, 3)
      expect(await whys(id, 5000)).toEqual([])
      await count(id, 1)
      expect(await whys(id, 5000)).toEqual(['evidence'])
    })

    test('an arm that left the configuration is not due', async () => {
      const { store } = shared
      const context = await freshContext(shared, { arms: ONE_ARM })
      const arms = ONE_ARM.map((arm) => ({ ...arm, key: 'renamed' }))
      await store.updateContext(context.key, { config: { ...context.config, arms } }, null, audit())
      const claimed = await claim(context.id, 5000)
      expect(claimed.map(({ lease }) => lease.arm)).toEqual(['renamed'])
    })

    test('after a failure the arm waits; a request ends the wait', async () => {
      const { store } = shared
      const { id } = await freshContext(shared, { arms: ONE_ARM })
      for (const failures of [1, 2]) {
        const [claimed] = await claim(id, failures * 10_000)
        if (claimed === undefined) throw new Error('nothing was due')
        await store.releaseLease(claimed.lease, {
          kind: 'failed',
          nextAttemptAtMs: failures * 10_000 + 500,
          failure: 'no writer',
        })
        expect((await store.arms(id))[0]).toMatchObject({ failures, lastFailure: 'no writer' })
        expect(await whys(id, failures * 10_000 + 499)).toEqual([])
      }
      await store.requestRun(id, ['live'], audit())
      const [claimed] = await claim(id, 20_001)
      await store.releaseLease((claimed as NonNullable<typeof claimed>).lease, { kind: 'done' })
      const [arm] = await store.arms(id)
      expect(arm?.failures).toBe(0)
      expect(arm).not.toHaveProperty('lastFailure')
    })
  })
}

function emptyRecord(iteration: number): IterationRecord {
  return {
    iteration,
    startedAtMs: 1,
    finishedAtMs: 2,
    interactions: 0,
    clicked: 0,
    born: [],
    left: [],
    refused: {},
    requests: [],
  }
}
