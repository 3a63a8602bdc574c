import { InputError } from '../core/errors.ts'
import type { Store } from '../ports/store/store.ts'

// Imported where it is chosen: a node on PostgreSQL need not load PGlite.

/** Where a store lives: in a directory of this machine, or on a PostgreSQL server. */
export type StorePlace =
  | { readonly directory: string }
  | { readonly url: string; readonly connectionsMax?: number }

/**
 * The place that the environment names.
 *
 * @param databaseUrl `DATABASE_URL`: `postgres://...` or `postgresql://...`; absent or empty for the directory
 * @throws InputError for any other kind of address
 */
export function storePlace(databaseUrl: string | undefined, directory: string): StorePlace {
  if (databaseUrl === undefined || databaseUrl === '') return { directory }
  if (/^postgres(ql)?:\/\//.test(databaseUrl)) return { url: databaseUrl }
  // Never the value: it may hold a password.
  throw new InputError(
    'DATABASE_URL',
    databaseUrl.split(':')[0],
    'give an address that begins with postgres://, or leave it out for a database in a directory',
  )
}

/**
 * Opens a store and brings its schema up to date.
 *
 * @throws ForageError `store-in-use`, `store-newer`, `store-unavailable`, `store-failed`
 */
export async function openStore(place: StorePlace): Promise<Store> {
  const store = await connected(place)
  try {
    await store.migrate()
    return store
  } catch (error) {
    await store.close().catch(() => undefined)
    throw error
  }
}

async function connected(place: StorePlace): Promise<Store> {
  if ('url' in place) return (await import('../adapters/store/postgresql.ts')).postgresqlStore(place)
  return (await import('../adapters/store/pglite.ts')).pgliteStore(place)
}
