import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../adapters/store/memory.ts'
import type { ApiKey } from '../../ports/store/access.ts'
import { isKey, keyHash, keyId, newKeyText } from './api-key.ts'
import { KeyRing } from './key-ring.ts'
import { createKey, firstSecretKey, type NewKey, revokeKey, rotateKey } from './manage-keys.ts'

const SECRET: NewKey = { kind: 'secret', name: 'ops', origins: [], mayCreateContexts: true }

/** A store for two nodes, whose readings of the keys are counted. */
function keyStore() {
  const store = memoryStore()
  const readKeys = store.keys
  let reads = 0
  store.keys = () => {
    reads++
    return readKeys()
  }
  const audit = async () => (await store.audit({ cursor: null, limit: 100 })).entries.reverse()
  return { store, keys: readKeys, audit, reads: () => reads }
}

describe('the text of a key', () => {
  test('says its kind and id, and is never the same', () => {
    const texts = Array.from({ length: 200 }, () => newKeyText('secret'))
    expect(new Set(texts).size).toBe(200)
    for (const text of texts) {
      expect(text).toMatch(/^fk_sec_[a-z0-9]{6}_[a-z0-9]{32}$/)
      expect(text.startsWith(`${keyId(text)}_`)).toBe(true)
    }
    expect(newKeyText('publishable')).toMatch(/^fk_pub_/)
  })

  test.each([
    '',
    'fk_sec_aaaaaa',
    'fk_adm_aaaaaa_',
    `${newKeyText('secret')}a`,
    `${newKeyText('secret')}\n`,
    'é',
  ])('other texts have no id: %j', (text) => {
    expect(keyId(text)).toBeUndefined()
  })

  test('is known by its hash alone', () => {
    const text = newKeyText('secret')
    const kept = { hash: keyHash(text) } as ApiKey
    expect(kept.hash).toMatch(/^[0-9a-f]{64}$/)
    expect(isKey(text, kept)).toBe(true)
    expect(isKey(`${text.slice(0, -1)}${text.endsWith('a') ? 'b' : 'a'}`, kept)).toBe(false)
  })
})

describe('the ring', () => {
  test('finds a key without the store; another node hears of it with its next reading', async () => {
    const { store, reads } = keyStore()
    const [here, there] = [new KeyRing(store), new KeyRing(store)]
    const { text, key } = await createKey(store, here, SECRET, { by: 'test', nowMs: 1000 })
    const before = reads()
    for (let request = 0; request < 100; request++) expect(here.find(text, 1000)).toEqual(key)
    expect(reads()).toBe(before)
    await there.refresh()
    expect(there.judge(text, 1000)).toEqual({ kind: 'valid', key })
  })

  test('keeps no key, only hashes', async () => {
    const { store, keys, audit } = keyStore()
    const { text } = await createKey(store, new KeyRing(store), SECRET, { by: 'test', nowMs: 1000 })
    expect(JSON.stringify([await keys(), await audit()])).not.toContain(text.slice(14))
  })

  test('unknown keys make it read again, but once a second at most', async () => {
    const { store, reads } = keyStore()
    const ring = new KeyRing(store)
    await createKey(store, new KeyRing(store), SECRET, { by: 'test', nowMs: 0 })
    const before = reads()
    for (let ms = 0; ms < 3000; ms++) {
      expect(ring.judge(newKeyText('secret'), ms).kind).toBe('unknown')
      await Promise.resolve()
    }
    expect(reads() - before).toBe(3)
    for (let guess = 0; guess < 100; guess++) ring.judge(`fk_sec_${guess}`, 10_000)
    expect(reads() - before).toBe(3)
  })

  test('a right id with a wrong rest is unknown, not ended', async () => {
    const { store } = keyStore()
    const ring = new KeyRing(store)
    const { key } = await createKey(store, ring, SECRET, { by: 'test', nowMs: 0 })
    expect(ring.judge(`${key.id}_${'a'.repeat(32)}`, 0)).toEqual({ kind: 'unknown' })
  })
})

describe('rotating and revoking', () => {
  test('the old key works until its grace is over, the new one at once', async () => {
    const { store, audit } = keyStore()
    const ring = new KeyRing(store)
    const old = await createKey(store, ring, SECRET, { by: 'test', nowMs: 0 })
    const fresh = await rotateKey(store, ring, old.key.id, 5000, { by: 'ops', nowMs: 1000 })
    expect(fresh.replaces.endsAtMs).toBe(6000)
    expect(ring.find(old.text, 5999)?.id).toBe(old.key.id)
    expect(ring.judge(old.text, 6000)).toEqual({ kind: 'ended' })
    expect(ring.find(fresh.text, 1000)).toMatchObject({ name: 'ops', kind: 'secret', endsAtMs: null })
    expect((await audit()).map(({ action, by }) => [action, by])).toEqual([
      ['key-created', 'test'],
      ['key-created', 'ops'],
      ['key-rotated', 'ops'],
    ])
    await expect(rotateKey(store, ring, old.key.id, 5000, { by: 'ops', nowMs: 2000 })).rejects.toMatchObject({
      code: 'key-in-use',
    })
  })

  test('a revoked key ends at once here, and elsewhere with the next reading', async () => {
    const { store } = keyStore()
    const [here, there] = [new KeyRing(store), new KeyRing(store)]
    await createKey(store, here, SECRET, { by: 'test', nowMs: 0 })
    const { text, key } = await createKey(
      store,
      here,
      { ...SECRET, kind: 'publishable' },
      { by: 'test', nowMs: 0 },
    )
    await there.refresh()
    await revokeKey(store, here, key.id, { by: 'ops', nowMs: 1000 })
    expect(here.judge(text, 1000)).toEqual({ kind: 'ended' })
    expect(there.find(text, 1000)).toBeDefined()
    await there.refresh()
    expect(there.find(text, 1000)).toBeUndefined()
    // Again is no error and changes nothing.
    expect(await revokeKey(store, here, key.id, { by: 'ops', nowMs: 9000 })).toMatchObject({ endsAtMs: 1000 })
  })

  test('the last secret key stays, one that ends soon is no other', async () => {
    const { store } = keyStore()
    const ring = new KeyRing(store)
    const first = await createKey(store, ring, SECRET, { by: 'test', nowMs: 0 })
    await createKey(store, ring, { ...SECRET, kind: 'publishable' }, { by: 'test', nowMs: 0 })
    await expect(revokeKey(store, ring, first.key.id, { by: 'ops', nowMs: 0 })).rejects.toMatchObject({
      code: 'key-in-use',
    })
    const second = await rotateKey(store, ring, first.key.id, 1000, { by: 'ops', nowMs: 0 })
    await expect(revokeKey(store, ring, second.key.id, { by: 'ops', nowMs: 0 })).rejects.toMatchObject({
      code: 'key-in-use',
    })
    await expect(revokeKey(store, ring, 'fk_sec_zzzzzz', { by: 'ops', nowMs: 0 })).rejects.toMatchObject({
      code: 'key-not-found',
    })
  })
})

describe('two writers at once', () => {
  test('of two who revoke the last two secret keys one is refused', async () => {
    const { store } = keyStore()
    const [here, there] = [new KeyRing(store), new KeyRing(store)]
    const who = { by: 'ops', nowMs: 1000 }
    const one = await createKey(store, here, SECRET, who)
    const two = await createKey(store, here, SECRET, who)
    const ended = await Promise.allSettled([
      revokeKey(store, here, one.key.id, who),
      revokeKey(store, there, two.key.id, who),
    ])
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect((await store.keys()).filter(({ endsAtMs }) => endsAtMs === null)).toHaveLength(1)
  })

  test('of two who rotate a key one is refused, and makes none', async () => {
    const { store } = keyStore()
    const [here, there] = [new KeyRing(store), new KeyRing(store)]
    const who = { by: 'ops', nowMs: 1000 }
    const { key } = await createKey(store, here, SECRET, who)
    const rotated = await Promise.allSettled(
      [here, there].map((ring) => rotateKey(store, ring, key.id, 0, who)),
    )
    expect(rotated.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await store.keys()).toHaveLength(2)
  })
})

describe('the first secret key', () => {
  test('is made once, also when two nodes start at once', async () => {
    const { store, keys } = keyStore()
    const made = (await Promise.all([firstSecretKey(store, 0), firstSecretKey(store, 0)])).filter(Boolean)
    expect(made.length).toBeGreaterThan(0)
    expect(await keys()).toHaveLength(made.length)
    expect(await firstSecretKey(store, 1)).toBeUndefined()
  })

  test('is made by the next start when the chosen node died before it could', async () => {
    const { store, keys } = keyStore()
    await store.sharedSecret('first-secret-key', 'fk_sec_died22')
    expect((await firstSecretKey(store, 0))?.text).toMatch(/^fk_sec_/)
    expect(await keys()).toHaveLength(1)
  })
})
