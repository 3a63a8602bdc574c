import type { Store } from '../../ports/store/store.ts'
import { sqlAccess } from './sql/access.ts'
import { sqlAudit } from './sql/audit.ts'
import { sqlContexts } from './sql/contexts.ts'
import type { SqlDatabase } from './sql/database.ts'
import { sqlEvents } from './sql/events.ts'
import { sqlIdempotency } from './sql/idempotency.ts'
import { sqlLeases } from './sql/leases.ts'
import { migrate } from './sql/migrations.ts'
import { sqlModelCalls } from './sql/model-calls.ts'
import { sqlPools } from './sql/pools.ts'
import { sqlSpendHolds } from './sql/spend-holds.ts'
import { sqlTransfer } from './sql/transfer.ts'

/** The store over any driver. */
export function sqlStore(database: SqlDatabase): Store {
  const { idle, ...events } = sqlEvents(database)
  let closing: Promise<void> | undefined
  return {
    kind: database.kind,
    ...sqlContexts(database),
    ...sqlPools(database),
    ...sqlLeases(database),
    ...events,
    ...sqlModelCalls(database),
    ...sqlSpendHolds(database),
    ...sqlAudit(database),
    ...sqlAccess(database),
    ...sqlIdempotency(database),
    ...sqlTransfer(database),
    migrate: () => migrate(database),
    async ping() {
      await database.query('select 1')
    },
    close() {
      closing ??= idle().then(() => database.close())
      return closing
    },
  }
}
