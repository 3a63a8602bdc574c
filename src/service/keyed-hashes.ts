import { hash } from 'node:crypto'
import type { KeyedHashes } from './dependencies.ts'
import { writeBytes } from './hmac-sha256.ts'

/** Half of the digest: what is stored with every event stays short, and two visitors never meet in 128 bits. */
const HASH_BYTES = 16

/**
 * SHA-256 over the secret and the name, cut to half. Cut, because the whole digest would let anybody go on from it to
 * longer names without the secret; then it is as good as HMAC, at half of its cost, on the way of every slate.
 *
 * @param secret 32 random bytes that all nodes of the installation share, and that never change
 */
export function keyedHashes(secret: Uint8Array): KeyedHashes {
  if (secret.length < 32)
    throw new RangeError(`keyedHashes: the secret has ${secret.length} bytes, not 32 or more`)
  const before = Buffer.from(secret).toString('hex')
  const digest = Buffer.alloc(HASH_BYTES)
  const hashed = (text: string): string => {
    writeBytes(hash('sha256', before + text, 'binary'), HASH_BYTES, digest, 0)
    return digest.toString('base64url', 0, HASH_BYTES)
  }
  return {
    visitor: (name) => hashed(`visitor:${name}`),
    network: (prefix) => hashed(`network:${prefix}`),
  }
}
