import { readFile as readFromDisk } from 'node:fs/promises'
import { stripVTControlCharacters } from 'node:util'
import { InputError } from '../core/errors.ts'
import { givenFile, type ReadFile } from './given-file.ts'

/** Characters (code points) of an article and of a topic. */
const ARTICLE_MAX = 100_000
const TOPIC_MAX = 200
/** Bytes read at most: the longest article in the widest letters, with room for what is stripped. */
const BYTES_MAX = 1_000_000

export interface ReadArticleOptions {
  /** Reads a file; rejects as `fs.readFile` does. */
  readonly readFile?: ReadFile
  /** Pieces of standard input, for the path `-`. */
  readonly standardInput?: AsyncIterable<Uint8Array | string>
  /** How the setting is called where the person gave it. */
  readonly field?: string
}

/**
 * The text of an article from a UTF-8 file, or from standard input when the path is `-`. Line ends become `\n`,
 * tabs become spaces, terminal colours and other control characters go, and so do spaces at both ends.
 *
 * @returns 1 to 100,000 characters
 * @throws InputError: unreadable, not UTF-8 (UTF-16, binary), a known format that is not plain text, empty, or
 * too long
 */
export async function readArticle(path: string, options: ReadArticleOptions = {}): Promise<string> {
  const { readFile = readFromDisk, standardInput = process.stdin, field = '--article' } = options
  if (path.trim() === '') throw new InputError(field, path, 'give a file, or - for standard input')
  const isStandardInput = path === '-'
  const bytes = isStandardInput
    ? await bytesOf(standardInput, field)
    : await givenFile(path, field, readFile, BYTES_MAX)
  const name = isStandardInput ? 'standard input' : path
  const text = plainText(decodedText(bytes, field, name))
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new InputError(field, name, 'there is no text in it; give an article')
  }
  const characters = characterCount(text)
  if (characters > ARTICLE_MAX) {
    const advice = `the article has ${characters} characters; give at most ${ARTICLE_MAX}`
    throw new InputError(field, name, advice)
  }
  return text
}

/**
 * A topic as it was given, without spaces at both ends.
 *
 * @returns one line of 1 to 200 characters with at least one letter or digit
 * @throws InputError
 */
export function checkedTopic(value: unknown, field = '--topic'): string {
  if (typeof value !== 'string') throw new InputError(field, value, 'give a text such as "Rice Cookers"')
  const topic = value.trim()
  if (topic === '') throw new InputError(field, value, 'it is empty; give a text such as "Rice Cookers"')
  const characters = characterCount(topic)
  if (characters > TOPIC_MAX) {
    const advice = `it has ${characters} characters; give at most ${TOPIC_MAX}`
    throw new InputError(field, topic, advice)
  }
  if (LINE_END.test(topic)) throw new InputError(field, topic, 'give it on one line')
  const hidden = HIDDEN.exec(topic)?.[0]
  if (hidden !== undefined) {
    const code = (hidden.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
    const advice = `it holds U+${code}, a character that is not seen or steers the layout; remove it`
    throw new InputError(field, topic, advice)
  }
  if (!/[\p{L}\p{N}]/u.test(topic)) {
    throw new InputError(field, topic, 'it has no letter and no digit; give a text such as "Rice Cookers"')
  }
  return topic
}

const LINE_END = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/
/** Control, format, private and halved characters; the two joiners that some scripts need are let through. */
const HIDDEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/u

function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(new RegExp(LINE_END, 'g'), '\n')
    .replaceAll('\t', ' ')
    .replace(/(?![\n\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}]/gu, '')
    .trim()
}

function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** What files of other formats begin with. */
const OTHER_FORMATS: readonly (readonly [start: RegExp, what: string])[] = [
  [/^%PDF-/, 'a PDF file'],
  [/^PK\x03\x04/, 'a zip file, such as a word processor writes'],
  [/^\{\\rtf/, 'a rich text file'],
  [/^\s*<(?:!doctype\s+html|html|\?xml)\b/i, 'a page with tags'],
]

function decodedText(bytes: Uint8Array, field: string, name: string): string {
  const start = Buffer.from(bytes.subarray(0, 200))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
  const other = OTHER_FORMATS.find(([pattern]) => pattern.test(start))
  if (other !== undefined) {
    throw new InputError(field, name, `this is ${other[1]}; save the article as plain text`)
  }
  const isMarkedUtf16 = /^(?:\xff\xfe|\xfe\xff)/.test(start)
  if (isMarkedUtf16) throw new InputError(field, name, 'this is UTF-16; save the article as UTF-8')
  if (bytes.includes(0)) {
    const advice = 'it holds zero bytes, as UTF-16 and binary files do; save the article as UTF-8 text'
    throw new InputError(field, name, advice)
  }
  try {
    // Drops a UTF-8 byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new InputError(field, name, 'it is not UTF-8; save the article as UTF-8 text', { cause })
  }
}

async function bytesOf(input: AsyncIterable<Uint8Array | string>, field: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of input) {
    const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece
    pieces.push(bytes)
    length += bytes.length
    if (length > BYTES_MAX) {
      throw new InputError(field, 'standard input', `it has more than ${BYTES_MAX} bytes; give fewer`)
    }
  }
  return Buffer.concat(pieces)
}
