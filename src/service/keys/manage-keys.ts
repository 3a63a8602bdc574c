import type { AccessStore, ApiKey } from '../../ports/store/access.ts'
import type { AuditEntry } from '../../ports/store/audit.ts'
import type { IdempotentAnswer } from '../../ports/store/idempotency.ts'
import { Problem } from '../problem.ts'
import { keyHash, keyId, newKeyText } from './api-key.ts'
import { hasEnded, type KeyRing } from './key-ring.ts'

/** A key that was made now: the only time that its text is known. */
export interface MadeKey {
  readonly key: ApiKey
  /** The whole key. */
  readonly text: string
}

export type NewKey = Pick<ApiKey, 'kind' | 'name' | 'origins' | 'mayCreateContexts'>

const FIRST_KEY = 'first-secret-key'

/**
 * The first secret key of an installation, to be printed once; undefined when there are keys. Of nodes that start
 * at once only one makes it.
 */
export async function firstSecretKey(store: AccessStore, nowMs: number): Promise<MadeKey | undefined> {
  if ((await store.keys()).length > 0) return undefined
  const made = keyText({ kind: 'secret', name: 'first', origins: [], mayCreateContexts: true }, nowMs)
  const chosen = await store.sharedSecret(FIRST_KEY, made.key.id)
  // Another node was chosen. When it has made none, it died before it could.
  if (chosen !== made.key.id && (await store.keys()).length > 0) return undefined
  await store.addKey(made.key, keyAudit('key-created', made.key, 'system', nowMs))
  return made
}

/** Who makes or ends a key, and when. */
export interface KeyChange {
  readonly by: string
  readonly nowMs: number
}

/**
 * Makes a key.
 *
 * @param answer to be kept with it
 */
export async function createKey(
  store: AccessStore,
  ring: KeyRing,
  wanted: NewKey,
  { by, nowMs }: KeyChange,
  answer: (made: MadeKey) => IdempotentAnswer | undefined = () => undefined,
): Promise<MadeKey> {
  const made = keyText(wanted, nowMs)
  await store.addKey(made.key, keyAudit('key-created', made.key, by, nowMs), answer(made))
  await ring.refresh()
  return made
}

/** A key with the one that it takes the place of, which ends at its `endsAtMs`. */
export interface RotatedKey extends MadeKey {
  readonly replaces: ApiKey
}

/**
 * A new key with the rights of an old one, which ends when the grace is over.
 *
 * @param answer to be kept with it
 * @throws Problem `key-not-found`, `key-in-use` when it has ended or ends soon already
 */
export async function rotateKey(
  store: AccessStore,
  ring: KeyRing,
  id: string,
  graceMs: number,
  { by, nowMs }: KeyChange,
  answer: (made: RotatedKey) => IdempotentAnswer | undefined = () => undefined,
): Promise<RotatedKey> {
  await ring.refresh()
  const old = existing(ring, id)
  const { kind, name, origins, mayCreateContexts } = old
  const endsAtMs = nowMs + graceMs
  const made = {
    ...keyText({ kind, name, origins, mayCreateContexts }, nowMs),
    replaces: { ...old, endsAtMs },
  }
  const done = await store.rotateKey(
    { id, endsAtMs, key: made.key },
    [
      keyAudit('key-created', made.key, by, nowMs, { rotates: id }),
      keyAudit('key-rotated', old, by, nowMs, { replacedBy: made.key.id, endsAtMs }),
    ],
    answer(made),
  )
  await ring.refresh()
  if (done === 'missing') throw notFound()
  if (done === 'ended') {
    const now = existing(ring, id)
    throw new Problem('key-in-use', `${id} ${hasEnded(now, nowMs) ? 'has ended' : 'was rotated already'}.`)
  }
  return made
}

/**
 * Ends a key now. Nodes hear of it within seconds.
 *
 * @throws Problem `key-not-found`, `key-in-use` for the last secret key
 */
export async function revokeKey(
  store: AccessStore,
  ring: KeyRing,
  id: string,
  { by, nowMs }: KeyChange,
): Promise<ApiKey> {
  await ring.refresh()
  const key = existing(ring, id)
  const done = await store.endKey(id, nowMs, keyAudit('key-revoked', key, by, nowMs))
  if (done === 'missing') throw notFound()
  if (done === 'last-secret') {
    throw new Problem('key-in-use', `${id} is the last secret key; make another one first.`)
  }
  await ring.refresh()
  return existing(ring, id)
}

function existing(ring: KeyRing, id: string): ApiKey {
  const key = ring.get(id)
  if (key === undefined) throw notFound()
  return key
}

function notFound(): Problem {
  return new Problem('key-not-found', 'No API key has this id; GET /v1/keys lists them.')
}

function keyText(wanted: NewKey, nowMs: number): MadeKey {
  const text = newKeyText(wanted.kind)
  const id = keyId(text) as string
  return { text, key: { ...wanted, id, hash: keyHash(text), createdAtMs: nowMs, endsAtMs: null } }
}

function keyAudit(
  action: string,
  { id, kind, name }: ApiKey,
  by: string,
  atMs: number,
  more: Readonly<Record<string, unknown>> = {},
): AuditEntry {
  return { atMs, by, action, contextKey: null, details: { id, kind, name, ...more } }
}
