import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { postgresqlStore } from '../../src/adapters/store/postgresql.ts'
import { randomStream } from '../../src/core/random.ts'
import { heldLaws } from './laws.ts'
import { emptyLedger } from './ledger.ts'
import { startPaidProvider } from './paid-provider.ts'
import { serverPlace } from './places.ts'
import { type ServiceProcess, startService } from './service-process.ts'
import { visitOnce } from './shopper.ts'
import { createContext, isServed, settled } from './storm.ts'
import { until } from './until.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What a later version might do: a column with a default, a table, an index. */
const NEXT = `
  alter table forage.contexts add column note text not null default '';
  create table forage.notes (id integer primary key, context_id integer references forage.contexts on delete cascade);
  create index on forage.pool_versions (created_at_ms);
`

/** This program with one migration more. */
async function nextVersion(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'forage-next-'))
  onTestFinished(() => rm(root, { recursive: true }))
  for (const name of ['src', 'data', 'sdk', 'package.json'])
    await cp(join(ROOT, name), join(root, name), { recursive: true })
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'))
  await writeFile(join(root, 'data/sql/900000-next.sql'), NEXT)
  return root
}

test('two nodes of a later version start beside one that serves, which goes on until it is stopped', async () => {
  const root = await nextVersion()
  const { place, remove } = await serverPlace()
  const random = (purpose: string) => randomStream(11, 'upgrade', purpose)
  const provider = await startPaidProvider(random('provider'), 'vacuums')
  const ledger = emptyLedger()
  const nodes: ServiceProcess[] = []
  const stopped = { is: false }
  const shopping: Promise<void>[] = []
  const options = {
    place,
    writer: 'openai-compatible:paid',
    env: { FORAGE_OPENAI_COMPATIBLE_URL: provider.baseUrl, FORAGE_LEASE_SECONDS: '2' },
  }
  try {
    const old = await startService(options)
    nodes.push(old)
    const key = old.secretKey() ?? ''
    await createContext(old, key)
    await until('a pool is served', () => isServed(old, key))
    const shop = { urls: [old.url], key, contexts: ['vacuums'], ledger }
    for (let one = 0; one < 4; one++) {
      const own = random(`shopper ${one}`)
      shopping.push(
        (async () => {
          while (!stopped.is) await visitOnce(shop, `v${one}-${own.integer(1000)}`, own)
        })(),
      )
    }
    const answered = (more: number) => {
      const wanted = ledger.answered + more
      return until('clients are answered', () => ledger.answered >= wanted)
    }
    await answered(50)

    // Both find the migration to do, under load.
    const next = await Promise.all([startService({ ...options, root }), startService({ ...options, root })])
    nodes.push(...next)
    const failedBefore = ledger.failed
    await answered(100)
    expect(ledger.failed).toBe(failedBefore)

    // This version cannot start any more, and says why.
    await expect(startService(options)).rejects.toThrow(
      /schema is number 900000.*start the version that wrote it/s,
    )

    // Replaced: clients go to the new ones, the old one ends what is under way.
    shop.urls.splice(0, 1, ...next.map(({ url }) => url))
    await answered(20)
    expect(await old.stop()).toBe(0)
    await answered(100)

    stopped.is = true
    await Promise.all(shopping)
    await settled(next, key, ledger)
    for (const one of next) expect(await one.stop()).toBe(0)
    // Not by `openStore`, which refuses this schema as well.
    const store = await postgresqlStore(place as { readonly url: string })
    try {
      await store.countClosed(Date.now())
      const { broken, counts } = await heldLaws(store, ledger, provider.asks, [])
      expect(broken).toEqual([])
      expect(counts['events acknowledged']).toBe(counts['events stored'])
      expect(counts.iterations).toBeGreaterThan(2)
    } finally {
      await store.close()
    }
  } finally {
    stopped.is = true
    await Promise.all(shopping)
    await Promise.all(nodes.map((one) => one.kill()))
    await provider.close()
    await remove()
  }
}, 300_000)
