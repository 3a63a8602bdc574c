import type { AuditEntry } from '../../ports/store/audit.ts'
import type { FirstPool } from '../../ports/store/contexts.ts'
import type { PoolCommit } from '../../ports/store/pools.ts'

/** People's texts as the first pool of a context that is being made. */
export function firstCommit(contextId: number, pool: FirstPool, { by, atMs }: AuditEntry): PoolCommit {
  const { arm, births, audit } = pool
  return {
    contextId,
    arm,
    fromVersion: 0,
    births,
    standings: [],
    pool: { itemIds: births.map(({ id }) => id), iteration: 0, cause: 'import' },
    by,
    nowMs: atMs,
    audit,
  }
}
