import { foldedText, foldedWords } from './folded-words.ts'
import { wordStem } from './word-stem.ts'

const ARTICLES = new Set(['a', 'an', 'the'])

/** Short forms and what they stand for; longest first where one holds another. */
const CONTRACTIONS: readonly (readonly [pattern: RegExp, full: string])[] = [
  [/\bcan't\b|\bcannot\b/g, 'can not'],
  [/\bwon't\b/g, 'will not'],
  [/\bshan't\b/g, 'shall not'],
  [/\blet's\b/g, 'let us'],
  [/n't\b/g, ' not'],
  [/'re\b/g, ' are'],
  [/'ll\b/g, ' will'],
  [/'ve\b/g, ' have'],
  [/'m\b/g, ' am'],
  [/\b(what|who|how|where|when|why|which|that|there|here|it|he|she)'s\b/g, '$1 is'],
  [/\bwhats\b/g, 'what is'],
]

/**
 * The words of a text in order, without what does not change its meaning: case, accents, width, hidden
 * characters, punctuation, articles, plural endings and contractions. Two texts with the same normal form
 * are the same text.
 *
 * @returns words with one space between; empty for a text without letters and digits
 */
export function textNormalForm(text: string): string {
  return plainWords(text)
    .filter((word) => !ARTICLES.has(word))
    .map(wordStem)
    .join(' ')
}

/** The folded words of a text with contractions written out, possessive endings left out. */
export function plainWords(text: string): readonly string[] {
  if (lastPlain?.text !== text) lastPlain = { text, words: plainWordsIn(text) }
  return lastPlain.words
}

/** The last answer: several checks ask the same in a row. */
let lastPlain: { readonly text: string; readonly words: readonly string[] } | undefined

/** What every pattern of `CONTRACTIONS` needs. */
const MAYBE_CONTRACTED = /'|cannot|whats/

function plainWordsIn(text: string): string[] {
  let plain = foldedText(text.replace(/[\p{Cf}\p{DI}]/gu, '')).replace(/[\u2018\u2019\u02bc`]/g, "'")
  if (MAYBE_CONTRACTED.test(plain)) {
    for (const [pattern, full] of CONTRACTIONS) plain = plain.replace(pattern, full)
  }
  return foldedWords(plain).map((word) => word.folded)
}
