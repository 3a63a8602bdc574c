/** A word of a text: where it stands, and how it compares. */
export interface FoldedWord {
  /** Lower case, no accents, compatibility forms resolved: `Gödel` gives `godel`. */
  readonly folded: string
  /** First UTF-16 unit in the text. */
  readonly start: number
  /** One past the last UTF-16 unit; a possessive ending is left out. */
  readonly end: number
  /** Whether a possessive ending follows: `Gödel's`, `Beatles'`. */
  readonly isPossessive: boolean
}

/** Letters that Unicode does not take apart into a base letter and a mark. */
const UNDIVIDED_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}

const ASCII = /^[\u0000-\u007f]*$/

/** Case, accents and compatibility forms (fullwidth, ligatures) folded away. */
export function foldedText(text: string): string {
  // Most texts are ASCII, where only case is left to fold.
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[ßæœøđðþłı]/g, (letter) => UNDIVIDED_LETTERS[letter] ?? letter)
}

/** All words of a text in order: runs of letters, digits and marks. Hyphens part words; `'s` is set aside. */
export function foldedWords(text: string): readonly FoldedWord[] {
  if (lastWords?.text !== text) lastWords = { text, words: wordsIn(text) }
  return lastWords.words
}

/** The last answer: several checks ask the same in a row. */
let lastWords: { readonly text: string; readonly words: readonly FoldedWord[] } | undefined

function wordsIn(text: string): FoldedWord[] {
  const words: FoldedWord[] = []
  for (const match of text.matchAll(/[\p{L}\p{M}\p{N}]+/gu)) {
    const start = match.index
    const end = start + match[0].length
    const before = words.at(-1)
    const isEnding = match[0] === 's' || match[0] === 'S'
    if (isEnding && before !== undefined && before.end === start - 1 && isApostrophe(text[start - 1])) {
      words[words.length - 1] = { ...before, isPossessive: true }
      continue
    }
    const isPluralPossessive = /s$/i.test(match[0]) && isApostrophe(text[end]) && !isLetter(text[end + 1])
    words.push({ folded: foldedText(match[0]), start, end, isPossessive: isPluralPossessive })
  }
  return words
}

function isApostrophe(character: string | undefined): boolean {
  return character === "'" || character === '\u2019' || character === '\u02bc'
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /\p{L}/u.test(character)
}
