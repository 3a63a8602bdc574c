import { InputError } from '../core/errors.ts'
import type { Store } from '../ports/store/store.ts'
import { newKeySchema } from '../service/contract/access.ts'
import { KeyRing } from '../service/keys/key-ring.ts'
import { createKey } from '../service/keys/manage-keys.ts'

/**
 * A new secret key, made at the store itself: for when none is left that could ask the service for one. Running nodes
 * take it within seconds.
 *
 * @returns its whole text, which is kept nowhere
 * @throws InputError for a name that a key may not have
 */
export async function madeSecretKey(store: Store, name: string, nowMs: number): Promise<string> {
  const wanted = newKeySchema.safeParse({ kind: 'secret', name, mayCreateContexts: true })
  if (!wanted.success)
    throw new InputError('--name', name, wanted.error.issues[0]?.message ?? 'choose another')
  const who = { by: 'system', nowMs }
  return (await createKey(store, new KeyRing(store), { ...wanted.data, origins: [] }, who)).text
}
