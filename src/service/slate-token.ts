import { timingSafeEqual } from 'node:crypto'
import type { SlateClaims } from '../core/live/slate-claims.ts'
import { ShortHmac, writeBytes } from './hmac-sha256.ts'
import { decodeClaims, encodeClaims } from './slate-claims-bytes.ts'

/** Signs what a slate was, and reads it back. */
export interface SlateTokens {
  sign(claims: SlateClaims): string
  /** The claims of a token that was signed here with a key that is still known, or undefined for anything else. */
  verify(token: string): SlateClaims | undefined
}

/** A signing key. `id` says in the token which one it was, so that keys can be rotated. */
export interface SigningKey {
  /** 0 to 255. */
  readonly id: number
  /** 32 to 64 random bytes. */
  readonly secret: Uint8Array
}

const PREFIX = 'v1.'
/**
 * HMAC-SHA256 cut to 16 bytes: a forger has one chance in 2^128 a try, and can only try here, where tries are
 * limited; RFC 2104 allows half of the digest and no less than 80 bits. It saves 21 characters of each answer.
 */
const SIGNATURE_BYTES = 16
/** A slate of 100 items with arm names of full length takes less. */
const TOKEN_BYTES_MAX = 3072
const TOKEN_CHARACTERS_MAX = PREFIX.length + (TOKEN_BYTES_MAX / 3) * 4

/**
 * Tokens: `v1.` and base64url of key id, claims, signature. The signature covers the key id and the claims.
 *
 * @param keys the first one signs, the others still verify
 */
export function slateTokens(keys: readonly SigningKey[]): SlateTokens {
  const signing = keys[0]
  if (signing === undefined) throw new RangeError('slateTokens: at least one key is needed')
  const hmacs = new Map<number, ShortHmac>()
  for (const { id, secret } of keys) {
    if (!Number.isInteger(id) || id < 0 || id > 255) throw new RangeError(`slateTokens: key id ${id}`)
    if (hmacs.has(id)) throw new RangeError(`slateTokens: key id ${id} stands for two keys`)
    hmacs.set(id, new ShortHmac(secret, TOKEN_BYTES_MAX))
  }
  const signer = hmacs.get(signing.id) as ShortHmac
  const expected = Buffer.alloc(SIGNATURE_BYTES)
  return {
    sign(claims) {
      // Nothing here waits, so the signer's memory serves all calls.
      const { message } = signer
      message[0] = signing.id
      const end = encodeClaims(claims, message, 1, TOKEN_BYTES_MAX - SIGNATURE_BYTES)
      writeBytes(signer.digest(end), SIGNATURE_BYTES, message, end)
      return PREFIX + message.toString('base64url', 0, end + SIGNATURE_BYTES)
    },
    verify(token) {
      if (!token.startsWith(PREFIX) || token.length > TOKEN_CHARACTERS_MAX) return undefined
      const text = token.slice(PREFIX.length)
      const bytes = Buffer.from(text, 'base64url')
      // The decoder passes over foreign characters and spare bits; one slate has one token.
      if (bytes.toString('base64url') !== text) return undefined
      const end = bytes.length - SIGNATURE_BYTES
      if (end < 2) return undefined
      const hmac = hmacs.get(bytes[0] as number)
      if (hmac === undefined) return undefined
      bytes.copy(hmac.message, 0, 0, end)
      writeBytes(hmac.digest(end), SIGNATURE_BYTES, expected, 0)
      if (!timingSafeEqual(expected, bytes.subarray(end))) return undefined
      return decodeClaims(bytes, 1, end)
    },
  }
}
