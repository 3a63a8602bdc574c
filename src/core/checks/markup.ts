import { foldedText } from '../folded-words.ts'
import type { Check } from './check.ts'
import { topicName } from './topic-name.ts'

/** What is looked for, in words, and its pattern. Each runs in linear time: no nested repetition. */
const MARKUP: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['an HTML tag', /<\s*[\p{L}/!?|%]|\/\s*>/iu],
  ['an HTML entity', /&(?:#\w{1,8}|[a-z]{2,31});/i],
  ['a code mark', /`|~~|\\/],
  ['a brace', /[{}]|\[\[|\]\]|\[\s*\/?\s*inst/i],
  ['emphasis', /\*\*|\*\S[^*]*\*|__|(?:^|[\s(])_[\p{L}\p{N}]/u],
  ['a link', /\]\s*\(|\]\s*:/],
  ['a heading or quote mark', /^\s*(?:#{1,6}\s|>)/],
  ['a list mark', /^\s*(?:[-*+•‣◦·–—]\s|\(?\d{1,3}[.)]\s|\(?[a-z][.)]\s)/iu],
  [
    'a label',
    /^\s*["'“]?(?:q|a|question|answer|user|assistant|system|human|headline|output|item)\s{0,3}\d{0,3}\s{0,3}[:=]/i,
  ],
  ['a table mark', /[|¦]|\t/],
  ['code', /\bon[a-z]{3,20}\s?=|\b(?:alert|eval|exec|fetch|prompt|confirm|system)\(|';|;\s*--/i],
  ['JSON', /["”]\s*[:,]\s*["“[{]|^\s*\[\s*["“]|["“]\s*\]/],
]

const TOP_LEVEL_DOMAINS =
  'com|net|org|edu|gov|info|biz|io|co|ai|app|dev|shop|store|online|site|xyz|top|me|tv|uk|us|de|fr|ru|cn|in|eu'
/** What is looked for, its pattern, and whether a topic may be called so. */
const ADDRESSES: readonly (readonly [what: string, pattern: RegExp, mayBeName?: true])[] = [
  ['a web address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\s?\.|\b(?:mailto|javascript|data|tel):\S/i],
  ['a web address', new RegExp(`[\\p{L}\\p{N}]\\.(?:${TOP_LEVEL_DOMAINS})(?![\\p{L}\\p{N}])`, 'iu'), true],
  // Any two words that a dot joins may lead somewhere; a topic or a file such as Node.js is no place.
  ['a web address', /[\p{L}\p{N}-]{2}[.。｡](?!js\b)(?:xn--|\p{L}{2})/u, true],
  ['a web address', /\bwww\b|\bhxxps?\b|[[(]\s*(?:\.|dot)\s*[\])]|\bdot (?:com|net|org|io|ru|cn)\b/i],
  ['a network address', /\b\d{1,3}(?:\.\d{1,3}){3}\b/],
  ['a mail address', /[^\s@]@[^\s@]/],
  ['a mention or a tag', /(?:^|[\s(])[@#]\p{L}/u, true],
  ['a phone number', /(?:\+|\b0)\d[\s().-]?(?:\d[\s().-]?){5,12}\d|\d(?:[\s().-]?\d){8,}/],
]

/** What stands in programs, keys and tokens: an identifier, a long run of letters with digits. */
const MACHINE_WORD = /[\p{L}\p{N}]_[\p{L}\p{N}]|(?=[\p{L}\p{N}]{16})\p{L}*\p{N}[\p{L}\p{N}]*|\bsk-\p{L}/u

/** HTML, markdown, code, template braces, JSON and list remains, links, web and mail addresses. */
export const checkMarkup: Check = ({ text }, { context }) => {
  const what = markupIn(text, topicName(context))
  return what === null ? null : { reason: 'markup', detail: `holds ${what}` }
}

/**
 * What a text holds that no page should show, in words; null for none.
 *
 * @param name folded words that may be named though they look like an address
 */
export function markupIn(text: string, name: string): string | null {
  // Fullwidth forms of the same signs are read as the same signs once a page normalises them.
  const folded = foldedText(text)
  for (const [what, pattern] of MARKUP) {
    if (pattern.test(folded)) return what
  }
  let rest: string | undefined
  const besideName = () => {
    rest ??= withoutWordsOf(folded, name)
    return rest
  }
  if (MACHINE_WORD.test(folded)) {
    const found = MACHINE_WORD.exec(besideName())?.[0]
    if (found !== undefined && /\p{L}/u.test(found)) {
      return 'a key, a token or a name from a program'
    }
  }
  for (const [what, pattern, mayBeName] of ADDRESSES) {
    if (!pattern.test(folded)) continue
    // A topic such as `Booking.com` may be named, and nothing that only looks like it.
    if (mayBeName === true && !pattern.test(besideName())) continue
    return what
  }
  return null
}

const SIGNS_AROUND_MAX = 8

/** The text without the words that a name has too. */
function withoutWordsOf(text: string, name: string): string {
  if (name === '') return text
  const names = new Set(name.split(/\s+/u).map(bareWord))
  // A word with more signs around it is none of them, and need not be read.
  const most = name.length + SIGNS_AROUND_MAX
  return text
    .split(/\s+/u)
    .filter((word) => word.length > most || !names.has(bareWord(word)))
    .join(' ')
}

/** Without the signs around it and a possessive ending. */
function bareWord(word: string): string {
  return word
    .replace(/^[^\p{L}\p{N}@#]+/u, '')
    .replace(/[^\p{L}\p{N}]+$/u, '')
    .replace(/['’]s$/u, '')
}
