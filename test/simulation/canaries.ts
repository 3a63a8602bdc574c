import type { Store } from '../../src/ports/store/store.ts'

/** Stores that break a law each. A simulation that does not notice is worth nothing. */
export const CANARIES: Readonly<Record<string, (store: Store) => Store>> = {
  'counts a repeated event again': (store) => {
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
  'loses an event that it acknowledged': (store) => {
    let events = 0
    return with_(store, {
      ingest: async (all) => {
        if (++events % 20 !== 0) return store.ingest(all)
        return all.map(() => 'accepted' as const)
      },
    })
  },
  'forgets the answers of models': (store) => with_(store, { modelCall: async () => undefined }),
  'forgets what is held of budgets': (store) =>
    with_(store, {
      async holdSpend(hold) {
        const held = await store.holdSpend(hold)
        if (held.kind === 'held') await store.dropHold(held.hold)
        return held
      },
    }),
  'lets anybody commit, whatever the lease and the version': (store) =>
    with_(store, {
      async commitPool({ lease: _, ...commit }) {
        const arm = (await store.arms(commit.contextId)).find((one) => one.arm === commit.arm)
        return store.commitPool({ ...commit, fromVersion: arm?.version ?? 0 })
      },
    }),
  'takes no notice of bans': (store) =>
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
}

function with_(store: Store, changed: Partial<Store>): Store {
  return { ...store, ...changed }
}
