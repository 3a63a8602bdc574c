import { hash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { ApiKey } from '../../ports/store/access.ts'

export type KeyKind = ApiKey['kind']

const PREFIXES: Readonly<Record<KeyKind, string>> = { publishable: 'fk_pub', secret: 'fk_sec' }
/** Letters and digits that are hard to take for one another. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz'
const ID_LENGTH = 6
/** 32 of 31 letters: 158 bits. */
const SECRET_LENGTH = 32
const FORM = new RegExp(`^(fk_(?:pub|sec)_[${ALPHABET}]{${ID_LENGTH}})_[${ALPHABET}]{${SECRET_LENGTH}}$`)

/** A new key: `fk_sec_3h2k9d_...`. The whole of it is shown once; what is kept is its hash. */
export function newKeyText(kind: KeyKind): string {
  return `${PREFIXES[kind]}_${letters(ID_LENGTH)}_${letters(SECRET_LENGTH)}`
}

/** The part of a key that may be shown and names it: `fk_sec_3h2k9d`. Undefined when it has not the form of a key. */
export function keyId(text: string): string | undefined {
  return FORM.exec(text)?.[1]
}

/** SHA-256 in hex. Keys are random, so no slow hash is needed: there is nothing to guess. */
export function keyHash(text: string): string {
  return hash('sha256', text, 'hex')
}

/** Is this the key that the record is of? In a time that hangs on neither. */
export function isKey(text: string, kept: ApiKey): boolean {
  return timingSafeEqual(Buffer.from(keyHash(text), 'hex'), Buffer.from(kept.hash, 'hex'))
}

/** Each letter equally likely: bytes beyond the last whole multiple of the alphabet are drawn again. */
function letters(count: number): string {
  const limit = 256 - (256 % ALPHABET.length)
  let text = ''
  while (text.length < count) {
    for (const byte of randomBytes(2 * count)) {
      if (byte < limit && text.length < count) text += ALPHABET[byte % ALPHABET.length]
    }
  }
  return text
}
