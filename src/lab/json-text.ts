import { InputError } from '../core/errors.ts'
import { jsonMistakeOffset } from './json-mistake.ts'
import { repeatedKey } from './json-repeats.ts'

/**
 * The value of a JSON file given by a person.
 *
 * @param name the file as the person named it
 * @throws InputError naming file, place and what to do: not UTF-8, not JSON, or a field twice in one object
 * (with line and column)
 */
export function parsedJson(bytes: Uint8Array, name: string): unknown {
  const text = decodedText(bytes, name)
  if (text.trim() === '') throw new InputError(name, text, 'the file is empty; write one JSON object into it')
  const value = jsonValue(text, name)
  const repeated = repeatedKey(text)
  if (repeated === undefined) return value
  throw new InputError(
    placeOf(text, repeated.offset, name),
    repeated.key,
    'this field is there twice in one object; remove one of them',
  )
}

function jsonValue(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const offset = jsonMistakeOffset(text) ?? text.length
    throw new InputError(
      placeOf(text, offset, name),
      text.slice(offset, offset + 20) || 'end of file',
      'this is not JSON; look for a missing comma, quote or bracket there or just before',
      { cause },
    )
  }
}

function placeOf(text: string, offset: number, name: string): string {
  const before = text.slice(0, offset).split('\n')
  return `${name}, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`
}

function decodedText(bytes: Uint8Array, name: string): string {
  const [first, second] = bytes
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  // Two bytes a letter without a mark: every other byte of plain JSON is zero.
  if (isUtf16 || first === 0 || second === 0) {
    throw new InputError(name, 'UTF-16', 'save the file as UTF-8')
  }
  try {
    // Drops a UTF-8 byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InputError(name, 'bytes that are not UTF-8', 'save the file as UTF-8', { cause })
  }
}
