import { foldedText } from '../folded-words.ts'
import type { Check } from './check.ts'

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
const ADDRESSES: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a web address', /\b[a-z][a-z0-9+.-]{1,20}:\/\/|\bwww\s?\.|\b(?:mailto|javascript|data|tel):\S/i],
  ['a web address', new RegExp(`[\\p{L}\\p{N}]\\.(?:${TOP_LEVEL_DOMAINS})(?![\\p{L}\\p{N}])`, 'iu')],
  // Any two words that a dot joins may lead somewhere; a topic or a file such as Node.js is no place.
  ['a web address', /[\p{L}\p{N}-]{2}[.。｡](?!js\b)(?:xn--|\p{L}{2})/u],
  ['a web address', /\bwww\b|\bhxxps?\b|[[(]\s*(?:\.|dot)\s*[\])]|\bdot (?:com|net|org|io|ru|cn)\b/i],
  ['a network address', /\b\d{1,3}(?:\.\d{1,3}){3}\b/],
  ['a mail address', /[^\s@]@[^\s@]/],
  ['a mention or a tag', /(?:^|[\s(])[@#]\p{L}/u],
  ['a phone number', /(?:\+|\b0)\d[\s().-]?(?:\d[\s().-]?){5,12}\d|\d(?:[\s().-]?\d){8,}/],
]

/** What stands in programs, keys and tokens: an identifier, a long run of letters with digits. */
const MACHINE_WORD = /[\p{L}\p{N}]_[\p{L}\p{N}]|(?=[\p{L}\p{N}]{16})\p{L}*\p{N}[\p{L}\p{N}]*|\bsk-\p{L}/u

/** HTML, markdown, code, template braces, JSON and list remains, links, web and mail addresses. */
export const checkMarkup: Check = ({ text }, { context }) => {
  // Fullwidth forms of the same signs are read as the same signs once a page normalises them.
  const folded = foldedText(text)
  for (const [what, pattern] of MARKUP) {
    if (pattern.test(folded)) return { reason: 'markup', detail: `holds ${what}` }
  }
  const topic = foldedText(context.topic)
  const machineWord = MACHINE_WORD.exec(folded)
  if (machineWord !== null && /\p{L}/u.test(machineWord[0]) && !topic.includes(machineWord[0])) {
    return { reason: 'markup', detail: 'holds a key, a token or a name from a program' }
  }
  for (const [what, pattern] of ADDRESSES) {
    const found = pattern.exec(folded)
    // A topic such as `Booking.com` may be named.
    if (found !== null && !topic.includes(found[0])) return { reason: 'markup', detail: `holds ${what}` }
  }
  return null
}
