import type { KeyedHashes } from './dependencies.ts'
import { ShortHmac } from './hmac-sha256.ts'

/** A name of 200 characters takes no more in UTF-8. */
const NAME_BYTES_MAX = 1024
/** Half of the digest: what is stored with every event stays short, and two visitors never meet in 128 bits. */
const HASH_BYTES = 16

/** @param secret 32 random bytes that all nodes of the installation share, and that never change */
export function keyedHashes(secret: Uint8Array): KeyedHashes {
  const hmac = new ShortHmac(secret, NAME_BYTES_MAX)
  const digest = Buffer.alloc(32)
  const hashed = (text: string): string => {
    if (text.length * 3 > NAME_BYTES_MAX) throw new RangeError(`a name of ${text.length} characters`)
    digest.write(hmac.digest(hmac.message.write(text)), 'latin1')
    return digest.toString('base64url', 0, HASH_BYTES)
  }
  return {
    visitor: (name) => hashed(`visitor:${name}`),
    network: (prefix) => hashed(`network:${prefix}`),
  }
}
