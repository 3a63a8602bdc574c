import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StorePlace } from '../../src/compose/store.ts'
import { startTestServer } from '../postgresql-server.ts'

/** Where one run keeps its data. */
export interface Place {
  readonly place: StorePlace
  /** Kills the database with -9 and starts it again; absent where it lives in the node. */
  readonly restartDatabase?: () => Promise<void>
  remove(): Promise<void>
}

const STARTS_MAX = 20

/** A new directory. */
export async function directoryPlace(): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'forage-faults-'))
  return {
    place: { directory },
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }),
  }
}

/** A PostgreSQL server of its own, which may be killed. */
export async function serverPlace(): Promise<Place> {
  const server = await startTestServer()
  return {
    place: { url: `${server.url}/postgres` },
    async restartDatabase() {
      await server.kill()
      // Its children end by themselves, and until they have, a new one refuses the directory.
      for (let start = 1; ; start++) {
        try {
          return await server.start()
        } catch (error) {
          if (start === STARTS_MAX || !/pre-existing shared memory|lock file/.test(String(error))) throw error
        }
      }
    },
    remove: () => server.stop(),
  }
}
