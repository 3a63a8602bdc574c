import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Store } from '../ports/store/store.ts'
import { accessConformance } from './store-conformance/access.ts'
import { contextsConformance } from './store-conformance/contexts.ts'
import { countingConformance } from './store-conformance/counting.ts'
import { eventsConformance } from './store-conformance/events.ts'
import { DAY_MS, type Shared } from './store-conformance/fixture.ts'
import { leasesConformance } from './store-conformance/leases.ts'
import { poolsConformance } from './store-conformance/pools.ts'
import { spendHoldsConformance } from './store-conformance/spend-holds.ts'
import { spreadConformance } from './store-conformance/spread.ts'
import { togetherConformance } from './store-conformance/together.ts'
import { transferConformance } from './store-conformance/transfer.ts'

/**
 * What every `Store` must do, as vitest tests. One store is opened for all of them, and closed at the end.
 *
 * @param name of the store, for the titles
 * @param open a new, empty store; the suite migrates it
 */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`store: ${name}`, () => {
    const shared = { taken: 0, dayMs: 20_000 * DAY_MS } as Shared
    beforeAll(async () => {
      shared.store = await open()
      await shared.store.migrate()
    })
    afterAll(() => shared.store?.close())

    test('migrating again changes nothing', async () => {
      await Promise.all([shared.store.migrate(), shared.store.migrate()])
      await shared.store.ping()
    })
    contextsConformance(shared)
    poolsConformance(shared)
    leasesConformance(shared)
    eventsConformance(shared)
    countingConformance(shared)
    spreadConformance(shared)
    accessConformance(shared)
    spendHoldsConformance(shared)
    transferConformance(shared)
    togetherConformance(shared)
    test('closing twice is closing', async () => {
      await Promise.all([shared.store.close(), shared.store.close()])
      if (shared.store.kind !== 'memory')
        await expect(shared.store.ping()).rejects.toMatchObject({ isRetryable: true })
    })
  })
}
