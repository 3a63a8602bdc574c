import type { ArmConfig, ContextConfig } from '../../src/core/live/context-config.ts'
import type { ArmState, PoolCommit } from '../../src/ports/store/pools.ts'
import type { Store } from '../../src/ports/store/store.ts'

/** A store that breaks a law, and what the simulation then says. */
export interface Canary {
  readonly law: RegExp
  breakStore(store: Store): Store
  /** Where the law seldom matters with what the seed draws. */
  config?(drawn: ContextConfig): ContextConfig
}

/** A simulation that does not notice is worth nothing. */
export const CANARIES: Readonly<Record<string, Canary>> = {
  'counts a repeated event again': {
    law: /^counts of \w+ differ/,
    breakStore(store) {
      let copies = 0
      return with_(store, {
        async ingest(events) {
          const outcomes = await store.ingest(events)
          const again = events.filter((_, index) => outcomes[index] === 'duplicate')
          for (const event of again) {
            const slate = { ...event.slate, slateId: `${event.slate.slateId}-again${copies++}` }
            await store.ingest([{ ...event, slate }])
          }
          return outcomes
        },
      })
    },
  },
  'loses an event that it acknowledged': {
    law: /^(counts of \w+ differ|events answered|an acknowledged event is lost)/,
    breakStore(store) {
      let events = 0
      return with_(store, {
        ingest: async (all) => {
          if (++events % 20 !== 0) return store.ingest(all)
          return all.map(() => 'accepted' as const)
        },
      })
    },
  },
  'forgets the answers of models': {
    law: /^a kept answer is gone/,
    breakStore: (store) => with_(store, { modelCall: async () => undefined }),
  },
  'forgets what is held of budgets': {
    law: /^\d+ calls a day( and \d+ under way)?, \d+ allowed/,
    config: (drawn) => ({
      ...drawn,
      arms: ['live', 'b', 'c'].map((key) => ({ ...(drawn.arms[0] as ArmConfig), key, share: 1 / 3 })),
      due: { interactions: 5 },
      budget: { ...drawn.budget, callsPerDay: 30 },
    }),
    breakStore: (store) =>
      with_(store, {
        async holdSpend(hold) {
          const held = await store.holdSpend(hold)
          if (held.kind === 'held') await store.dropHold(held.hold)
          return held
        },
      }),
  },
  'lets anybody commit, whatever the lease and the version': {
    law: /^(a pool changed from a version that was not current|a lease that was lost committed)/,
    breakStore: (store) =>
      with_(store, {
        async commitPool({ lease: _, ...commit }) {
          const arm = await armOf(store, commit)
          return store.commitPool({ ...commit, fromVersion: arm?.version ?? 0 })
        },
      }),
  },
  'takes no notice of bans': {
    law: /^an item twice in a pool/,
    breakStore: (store) =>
      with_(store, {
        commitPool: (commit) =>
          store.commitPool({
            ...commit,
            ...(commit.pool?.cause === 'ban'
              ? {
                  pool: {
                    ...commit.pool,
                    itemIds: [...commit.pool.itemIds, ...commit.pool.itemIds.slice(0, 1)],
                  },
                }
              : {}),
          }),
      }),
  },
  'makes two versions of one commit': {
    law: /^version \d+ of \w+ where \d+ was to come/,
    breakStore(store) {
      let commits = 0
      return with_(store, {
        async commitPool(commit) {
          const done = await store.commitPool(commit)
          if (done.kind !== 'committed' || commit.pool === null || ++commits % 3 !== 0) return done
          const { iteration: _, lease: _lease, answer: _answer, ...again } = commit
          return store.commitPool({
            ...again,
            fromVersion: done.version,
            births: [],
            standings: [],
            audit: [],
          })
        },
      })
    },
  },
  'answers with a version that was there before': {
    law: /^version \d+ of \w+ where \d+ was to come/,
    breakStore: (store) =>
      with_(store, {
        async commitPool(commit) {
          const done = await store.commitPool(commit)
          return done.kind === 'committed' ? { ...done, version: Math.min(done.version, 2) } : done
        },
      }),
  },
  'forgets that an iteration was done': {
    law: /^iteration \d+ of \w+ twice/,
    breakStore: (store) =>
      with_(store, {
        async commitPool({ iteration: _, ...commit }) {
          const { pool } = commit
          const arm = await armOf(store, commit)
          return store.commitPool({
            ...commit,
            pool: pool === null ? null : { ...pool, iteration: arm?.iteration ?? -1 },
          })
        },
      }),
  },
  'leaves out the number of an iteration': {
    law: /^iteration \d+ of \w+ left out/,
    breakStore: (store) =>
      with_(store, {
        commitPool({ iteration, pool, ...commit }) {
          const later = (number: number) => (number > 0 ? number + 1 : number)
          return store.commitPool({
            ...commit,
            pool: pool === null ? null : { ...pool, iteration: later(pool.iteration) },
            ...(iteration === undefined
              ? {}
              : { iteration: { ...iteration, iteration: later(iteration.iteration) } }),
          })
        },
      }),
  },
}

async function armOf(store: Store, { contextId, arm }: PoolCommit): Promise<ArmState | undefined> {
  return (await store.arms(contextId)).find((one) => one.arm === arm)
}

function with_(store: Store, changed: Partial<Store>): Store {
  return { ...store, ...changed }
}
