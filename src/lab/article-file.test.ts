import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import { checkedTopic, readArticle } from './article-file.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const from = (content: Uint8Array | string) =>
  readArticle('story.txt', {
    readFile: async () => (typeof content === 'string' ? bytes(content) : content),
  })

async function mistake(answer: Promise<unknown>): Promise<string> {
  const error: unknown = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InputError)
  return (error as InputError).message
}

async function* pieces(...parts: (Uint8Array | string)[]) {
  yield* parts
}

describe('readArticle', () => {
  test.each([
    ['as it is', 'One line.\nAnother.', 'One line.\nAnother.'],
    ['line ends of all kinds', 'a\r\nb\rc\u2028d\u0085e\ff', 'a\nb\nc\nd\ne\nf'],
    ['a byte order mark', '\ufeffStory', 'Story'],
    ['spaces around', ' \n\tStory \n', 'Story'],
    ['tabs', 'a\tb', 'a b'],
    ['control and direction characters', 'a\u0007b\u202ec\u200bd\u2066e', 'abcde'],
    ['terminal colours', '\u001b[31mred\u001b[0m', 'red'],
    ['joiners that scripts need', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['one character', '7', '7'],
  ])('%s', async (_, given, wanted) => {
    expect(await from(given)).toBe(wanted)
  })

  test('takes 100,000 characters, and not one more', async () => {
    expect(await from(`${'é'.repeat(99_999)}𝒜\n`)).toHaveLength(100_001)
    expect(await mistake(from('é'.repeat(100_001)))).toBe(
      '--article: "story.txt": the article has 100001 characters; give at most 100000',
    )
  })

  test.each<[string, Uint8Array | string, RegExp]>([
    ['nothing', '', /there is no text in it/],
    ['spaces only', ' \n\t ', /there is no text in it/],
    ['signs only', '--- ...', /there is no text in it/],
    ['UTF-16 with a mark', Uint8Array.of(0xff, 0xfe, 0x41, 0), /this is UTF-16; save the article as UTF-8/],
    ['UTF-16 of the other order', Uint8Array.of(0xfe, 0xff, 0, 0x41), /this is UTF-16/],
    ['UTF-16 without a mark', Uint8Array.of(0x41, 0, 0x42, 0), /zero bytes/],
    ['another encoding', Uint8Array.of(0x63, 0x61, 0x66, 0xe9), /it is not UTF-8/],
    ['a PDF', '%PDF-1.7 text', /this is a PDF file; save the article as plain text/],
    ['a word processor file', 'PK\u0003\u0004rest', /this is a zip file/],
    ['a web page', '\ufeff\n<!DOCTYPE html><p>Hi', /this is a page with tags/],
    [
      'too many bytes',
      new Uint8Array(1_000_001).fill(0x61),
      /has 1000001 bytes; give one of at most 1000000/,
    ],
  ])('refuses %s', async (_, content, message) => {
    expect(await mistake(from(content))).toMatch(message)
  })

  test('a file that is not there names the file and the flag', async () => {
    expect(await mistake(readArticle('no-such-directory/story.txt'))).toBe(
      '--article: "no-such-directory/story.txt": the file cannot be read (it is not there); check its name and its rights',
    )
    expect(await mistake(readArticle('src', { field: 'article' }))).toMatch(/^article: "src": .*a directory/)
    expect(await mistake(readArticle(''))).toMatch(/give a file, or - for standard input/)
  })

  test('reads standard input in pieces, whatever they cut through', async () => {
    const all = bytes('Grüße aus Köln')
    for (let cut = 0; cut <= all.length; cut++) {
      const standardInput = pieces(all.subarray(0, cut), all.subarray(cut))
      expect(await readArticle('-', { standardInput })).toBe('Grüße aus Köln')
    }
    expect(await readArticle('-', { standardInput: pieces('a', 'b') })).toBe('ab')
    expect(await mistake(readArticle('-', { standardInput: pieces() }))).toMatch(
      /"standard input": there is no/,
    )
  })

  test('stops reading standard input that has no end', async () => {
    let read = 0
    const endless = (async function* () {
      for (;;) {
        read += 1
        yield new Uint8Array(100_000).fill(0x61)
      }
    })()
    expect(await mistake(readArticle('-', { standardInput: endless }))).toMatch(/more than 1000000 bytes/)
    expect(read).toBe(11)
  })

  test('whatever the bytes, gives clean text or an InputError', async () => {
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: 'binary', maxLength: 60 }).map((text) => bytes(text)),
    )
    await fc.assert(
      fc.asyncProperty(content, async (given) => {
        const text = await from(given).catch((error: unknown) => {
          expect(error).toBeInstanceOf(InputError)
          return 'refused'
        })
        expect(text).toBe(text.trim())
        expect(text).not.toMatch(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u)
        expect(text).toMatch(/[\p{L}\p{N}]/u)
      }),
      { seed: 3, numRuns: 200 },
    )
  })
})

describe('checkedTopic', () => {
  test.each([
    ['Rice Cookers', 'Rice Cookers'],
    ['  Rice Cookers \n', 'Rice Cookers'],
    ['电饭煲', '电饭煲'],
    ["The Beatles' rooftop concert", "The Beatles' rooftop concert"],
    ['7', '7'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['𝒜'.repeat(200), '𝒜'.repeat(200)],
  ])('%j is taken', (given, wanted) => {
    expect(checkedTopic(given)).toBe(wanted)
  })

  test.each<[unknown, string]>([
    [undefined, '--topic: nothing given: give a text such as "Rice Cookers"'],
    [7, '--topic: 7: give a text such as "Rice Cookers"'],
    ['', '--topic: "": it is empty; give a text such as "Rice Cookers"'],
    [' \u00a0\n', '--topic: " \u00a0\\n": it is empty; give a text such as "Rice Cookers"'],
    [
      'a'.repeat(10_000),
      `--topic: "${'a'.repeat(76)}... (10002 characters): it has 10000 characters; give at most 200`,
    ],
    ['Rice\nCookers', '--topic: "Rice\\nCookers": give it on one line'],
    [
      'Rice\u202eCookers',
      '--topic: "Rice Cookers": it holds U+202E, a character that is not seen or steers the layout; remove it',
    ],
    [
      'Rice\u0000',
      '--topic: "Rice\\u0000": it holds U+0000, a character that is not seen or steers the layout; remove it',
    ],
    [
      'Rice\u200b',
      '--topic: "Rice\u200b": it holds U+200B, a character that is not seen or steers the layout; remove it',
    ],
    ['?!', '--topic: "?!": it has no letter and no digit; give a text such as "Rice Cookers"'],
    ['🎧', '--topic: "🎧": it has no letter and no digit; give a text such as "Rice Cookers"'],
  ])('%j is refused', (given, message) => {
    expect(() => checkedTopic(given)).toThrow(InputError)
    expect(() => checkedTopic(given)).toThrow(message)
  })

  test('names the field it was given in', () => {
    expect(() => checkedTopic('', 'topic')).toThrow(/^topic: /)
  })
})
