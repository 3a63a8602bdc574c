import type { Store } from '../../ports/store/store.ts'
import { memoryAccess, memoryModelCalls } from './memory/access.ts'
import { memoryAudit, memoryContexts } from './memory/contexts.ts'
import { memoryEvents } from './memory/events.ts'
import { memoryIdempotency } from './memory/idempotency.ts'
import { memoryLeases } from './memory/leases.ts'
import { memoryPools } from './memory/pools.ts'
import { memorySpendHolds } from './memory/spend-holds.ts'
import { emptyState } from './memory/state.ts'
import { memoryTransfer } from './memory/transfer.ts'

/**
 * A store that forgets everything when the process ends, for tests and simulation. Its counting is written for
 * reading, by another way than the SQL, so that the two can be held against each other.
 */
export function memoryStore(): Store {
  const state = emptyState()
  return {
    kind: 'memory',
    ...memoryContexts(state),
    ...memoryPools(state),
    ...memoryLeases(state),
    ...memoryEvents(state),
    ...memoryModelCalls(state),
    ...memorySpendHolds(state),
    ...memoryAudit(state),
    ...memoryAccess(state),
    ...memoryIdempotency(state),
    ...memoryTransfer(state),
    async migrate() {},
    async ping() {},
    async close() {},
  }
}
