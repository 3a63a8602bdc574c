import type { SlateClaims } from '../core/live/slate-claims.ts'

/** Bits of the first byte. */
const IS_THOMPSON = 1
const IS_UNIFORM = 2
const HAS_PROPENSITY = 4

const ID_BYTES = 16
/** Items `i0`, `i1`, ... take a number; another id this mark and its text. */
const TEXT_ITEM = 0

/**
 * Writes claims compactly: flags, 16 bytes of slate id, 16 of visitor, context, version, issue time, window,
 * propensity if there is one, arm, items. Numbers are unsigned LEB128.
 *
 * @returns offset after the last byte
 * @throws RangeError when they do not fit before `limit`, or hold what no slate has
 */
export function encodeClaims(claims: SlateClaims, buffer: Buffer, offset: number, limit: number): number {
  const { propensity, issuedAtMs, itemIds } = claims
  buffer[offset] =
    (claims.policy === 'thompson' ? IS_THOMPSON : 0) |
    (claims.isUniform ? IS_UNIFORM : 0) |
    (propensity === null ? 0 : HAS_PROPENSITY)
  let at = offset + 1
  at = writeId(claims.slateId, buffer, at)
  at = writeId(claims.visitor, buffer, at)
  at = writeNumber(claims.contextId, buffer, at)
  at = writeNumber(claims.version, buffer, at)
  at = writeNumber(issuedAtMs, buffer, at)
  at = writeNumber(claims.closesAtMs - issuedAtMs, buffer, at)
  if (propensity !== null) at = buffer.writeDoubleLE(propensity, at)
  at = writeText(claims.arm, buffer, at)
  at = writeNumber(itemIds.length, buffer, at)
  for (let position = 0; position < itemIds.length; position++) {
    at = writeItemId(itemIds[position] as string, buffer, at)
    if (at > limit) throw new RangeError(`claims of ${itemIds.length} items do not fit a token`)
  }
  return at
}

/** Claims from bytes that were signed here; undefined when they are none, such as those of a later version. */
export function decodeClaims(bytes: Buffer, offset: number, end: number): SlateClaims | undefined {
  const reader = { bytes, at: offset, end }
  try {
    const flags = readByte(reader)
    const slateId = readId(reader)
    const visitor = readId(reader)
    const contextId = readNumber(reader)
    const version = readNumber(reader)
    const issuedAtMs = readNumber(reader)
    const closesAtMs = issuedAtMs + readNumber(reader)
    const propensity = (flags & HAS_PROPENSITY) === 0 ? null : bytes.readDoubleLE(advance(reader, 8))
    const arm = readText(reader)
    const itemIds: string[] = []
    for (let left = readNumber(reader); left > 0; left--) itemIds.push(readItemId(reader))
    if (reader.at !== end) return undefined
    return {
      slateId,
      contextId,
      arm,
      version,
      itemIds,
      policy: (flags & IS_THOMPSON) === 0 ? 'uniform' : 'thompson',
      isUniform: (flags & IS_UNIFORM) !== 0,
      propensity,
      issuedAtMs,
      closesAtMs,
      visitor,
    }
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

interface Reader {
  readonly bytes: Buffer
  at: number
  readonly end: number
}

/** Value of a character of base64url by its code; 64 for any other. */
const BASE64URL = new Uint8Array(128).fill(64)
for (const [value, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
].entries()) {
  BASE64URL[character.charCodeAt(0)] = value
}
const ID_CHARACTERS = 22

/** Here and below in plain steps, where a call of Node's would take as long as all the rest of a slate's claims. */
function writeId(id: string, buffer: Buffer, at: number): number {
  let seen = 0
  let bits = 0
  let to = at
  for (let index = 0; index < ID_CHARACTERS; index++) {
    const value = BASE64URL[id.charCodeAt(index)] ?? 64
    seen |= value
    bits = ((bits << 6) | value) & 0xffff
    // Each group of four characters is three bytes; the first one of a group completes none.
    const place = index & 3
    if (place !== 0) buffer[to++] = bits >> (6 - place * 2)
  }
  if (seen > 63 || id.length !== ID_CHARACTERS) {
    throw new RangeError('an id of a slate or a visitor is not 16 bytes in base64url')
  }
  return to
}

function readId(reader: Reader): string {
  const at = advance(reader, ID_BYTES)
  return reader.bytes.toString('base64url', at, at + ID_BYTES)
}

function writeNumber(value: number, buffer: Buffer, at: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`claims hold ${value}`)
  let rest = value
  let to = at
  while (rest >= 128) {
    buffer[to++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  buffer[to] = rest
  return to + 1
}

function readNumber(reader: Reader): number {
  let value = 0
  for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= 128) {
    const byte = readByte(reader)
    value += (byte & 127) * scale
    if (byte < 128) return value
  }
  throw new RangeError('a number of the claims is too long')
}

function writeText(text: string, buffer: Buffer, at: number): number {
  if (text.length <= SHORT && writeAscii(text, buffer, at + 1)) {
    buffer[at] = text.length
    return at + 1 + text.length
  }
  const length = Buffer.byteLength(text)
  const from = writeNumber(length, buffer, at)
  if (buffer.write(text, from) !== length) throw new RangeError('claims do not fit a token')
  return from + length
}

/** Texts of which the length takes one byte. */
const SHORT = 127

/** @returns false when the text holds other characters */
function writeAscii(text: string, buffer: Buffer, at: number): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 127) return false
    buffer[at + index] = code
  }
  return true
}

function readText(reader: Reader): string {
  const length = readNumber(reader)
  const at = advance(reader, length)
  return reader.bytes.toString('utf8', at, at + length)
}

function writeItemId(id: string, buffer: Buffer, at: number): number {
  const number = itemNumber(id)
  if (number >= 0) return writeNumber(number + 1, buffer, at)
  return writeText(id, buffer, writeNumber(TEXT_ITEM, buffer, at))
}

function readItemId(reader: Reader): string {
  const mark = readNumber(reader)
  return mark === TEXT_ITEM ? readText(reader) : `i${mark - 1}`
}

/** 12 of `i12`; -1 for any text that this number would not give back. */
function itemNumber(id: string): number {
  if (id.charCodeAt(0) !== 105 || id.length < 2 || id.length > 10) return -1
  let number = 0
  for (let index = 1; index < id.length; index++) {
    const digit = id.charCodeAt(index) - 48
    if (digit < 0 || digit > 9 || (index === 1 && digit === 0 && id.length > 2)) return -1
    number = number * 10 + digit
  }
  return number
}

function readByte(reader: Reader): number {
  return reader.bytes[advance(reader, 1)] as number
}

function advance(reader: Reader, bytes: number): number {
  const from = reader.at
  if (bytes > reader.end - from) throw new RangeError('the claims end early')
  reader.at = from + bytes
  return from
}
