import { createHmac, createSecretKey } from 'node:crypto'
import type { KeyedHashes } from './dependencies.ts'

/** @param secret at least 32 random bytes that all nodes of the installation share, and that never change */
export function keyedHashes(secret: Uint8Array): KeyedHashes {
  if (secret.length < 32) throw new RangeError('keyedHashes: the secret has fewer than 32 bytes')
  const key = createSecretKey(secret)
  // Half of the digest: what is stored with every event stays short, and two visitors never meet in 128 bits.
  const hashed = (text: string) =>
    createHmac('sha256', key).update(text).digest().toString('base64url', 0, 16)
  return {
    visitor: (name) => hashed(`visitor:${name}`),
    network: (prefix) => hashed(`network:${prefix}`),
  }
}
