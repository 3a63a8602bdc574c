import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyedHashes } from './keyed-hashes.ts'

it('hangs on the secret, the kind and the whole name, and is always 22 characters', () => {
  const { visitor, network } = keyedHashes(new Uint8Array(32).fill(8))
  const other = keyedHashes(new Uint8Array(32).fill(9))
  const seen = [
    visitor('anna'),
    visitor('anna '),
    visitor('Änna'),
    visitor('x'.repeat(200)),
    visitor('🧹'.repeat(100)),
    network('anna'),
    other.visitor('anna'),
  ]
  expect(new Set(seen).size).toBe(seen.length)
  for (const hash of seen) expect(hash).toMatch(/^[\w-]{21}[AQgw]$/)
  expect(visitor('anna')).toBe(seen[0])
  // Fixed: a change would make every visitor another one.
  const plain = createHash('sha256')
    .update(`${'08'.repeat(32)}visitor:anna`)
    .digest()
  expect(visitor('anna')).toBe(plain.toString('base64url', 0, 16))
  expect(() => keyedHashes(new Uint8Array(31))).toThrow('31 bytes')
})
