import type { AccessStore } from './access.ts'
import type { AuditStore } from './audit.ts'
import type { ContextStore } from './contexts.ts'
import type { EventStore } from './events.ts'
import type { IdempotencyStore } from './idempotency.ts'
import type { LeaseStore } from './leases.ts'
import type { ModelCallStore } from './model-calls.ts'
import type { PoolStore } from './pools.ts'
import type { SpendHoldStore } from './spend-holds.ts'
import type { TransferStore } from './transfer.ts'

/**
 * All that the live service keeps. One schema over PGlite and PostgreSQL, and one in memory for tests; conformance:
 * `testing/store-conformance.ts`. Every method is one transaction: it happens whole or not at all, and what it
 * resolved with survives as the store's documentation promises. No method reads a clock.
 *
 * @throws ForageError `store-unavailable` (retryable) when the database cannot be reached or is shutting down,
 * `store-failed` for anything else that it refuses
 */
export interface Store
  extends ContextStore,
    PoolStore,
    LeaseStore,
    EventStore,
    ModelCallStore,
    SpendHoldStore,
    AuditStore,
    AccessStore,
    IdempotencyStore,
    TransferStore {
  /** `pglite`, `postgresql`, `memory`. */
  readonly kind: string
  /** Brings the schema up to date; safe when several nodes start at once. */
  migrate(): Promise<void>
  /** Resolves when a trivial statement went through. */
  ping(): Promise<void>
  /** Finishes what is under way. Safe to call twice. */
  close(): Promise<void>
}
