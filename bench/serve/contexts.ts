import type { Store } from '../../src/ports/store/store.ts'
import { fromBuild } from '../harness/from-build.ts'

const TEXTS = [
  'Is it loud on hard floors?',
  'Does it climb carpets and rugs?',
  'How long does one charge last?',
  'Can it mop as well as vacuum?',
  'Which one lasts the longest?',
]

/** Contexts made side by side, so that the database's thread never waits for this one. */
const TOGETHER = 32

/**
 * Makes a database in a directory, with contexts `context-0`, `context-1`, ... that all have a pool in each arm.
 *
 * @returns a secret key of it
 */
export async function filledDirectory(directory: string, contexts: number): Promise<string> {
  const { openStore } = await fromBuild<typeof import('../../src/compose/store.ts')>('compose/store.js')
  const { createKey } = await fromBuild<typeof import('../../src/service/keys/manage-keys.ts')>(
    'service/keys/manage-keys.js',
  )
  const { KeyRing } =
    await fromBuild<typeof import('../../src/service/keys/key-ring.ts')>('service/keys/key-ring.js')
  const store = await openStore({ directory })
  try {
    const wanted = { kind: 'secret', name: 'bench', origins: [], mayCreateContexts: false } as const
    const { text } = await createKey(store, new KeyRing(store), wanted, {
      by: 'bench',
      nowMs: Date.now(),
    })
    let number = 0
    const worker = async () => {
      while (number < contexts) await addContext(store, number++)
    }
    await Promise.all(Array.from({ length: TOGETHER }, worker))
    return text
  } finally {
    await store.close()
  }
}

async function addContext(store: Store, number: number): Promise<void> {
  const { DEFAULT_CONTEXT_CONFIG } = await fromBuild<typeof import('../../src/core/live/context-config.ts')>(
    'core/live/context-config.js',
  )
  const key = `context-${number}`
  const nowMs = Date.now()
  const audit = { atMs: nowMs, by: 'bench', action: 'context-created', contextKey: key, details: {} }
  const given = {
    key,
    task: 'shopping-question',
    topic: `Vacuums ${number}`,
    config: DEFAULT_CONTEXT_CONFIG,
    seed: number,
  }
  const { context } = await store.createContext(given, audit)
  for (const { key: arm } of context.config.arms) {
    const births = TEXTS.map((text, index) => ({
      id: `i${index}`,
      text: `${text.slice(0, -1)} (${number})?`,
      mode: 'seed',
      parents: [],
      bornAt: 0,
      writtenBy: 'bench',
      promptVersion: 'bench@1',
      standing: 'approved' as const,
      isPinned: false,
      createdAtMs: nowMs,
    }))
    await store.commitPool({
      contextId: context.id,
      arm,
      fromVersion: 0,
      births,
      standings: [],
      pool: { itemIds: births.map(({ id }) => id), iteration: 0, cause: 'initial' },
      by: 'bench',
      nowMs,
      audit: [],
    })
  }
}
