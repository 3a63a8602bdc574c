import { type FoldedWord, foldedText, foldedWords } from './folded-words.ts'

/** Words that say little by themselves, so that the words before them name the topic: `Cookware Sets`. */
const EMPTY_HEADS = new Set(
  `accessory accessories set sets supply supplies product products equipment item items kit kits goods
  event part parts stuff system systems`.split(/\s+/),
)

/** Last words that name the topic, as the words before them do: `Tabata training`, `Garage Storage`. */
const LOOSE_HEADS = new Set(
  `furniture storage training disaster discovery massif concert notebook diet conjecture paradox theorem
  theorems manifesto proclamation reduction cat`.split(/\s+/),
)

/** Last words with another everyday meaning: they name the topic only with a word before: `Dark matter`. */
const AMBIGUOUS_HEADS = new Set('matter death table science last time life work light'.split(' '))

/** What happened to it or what it has, before `of`: the words after name the topic: `History of film`. */
const EMPTY_BEFORE_OF = new Set(
  `fall sinking history avenue benefits benefit battle siege death birth discovery art origin origins rise
  war effect effects theory law laws invention story life role use uses types kind kinds`.split(/\s+/),
)

const ARTICLES = new Set(['the', 'a', 'an'])
const SMALL_WORDS = new Set('the a an of in on for to and or with by at from as is it'.split(' '))
const NAME_PARTICLES = new Set('da de di du del della van von der ten al el ibn bin bint le la'.split(' '))

const WORDS_MAX = 16
const PHRASES_MAX = 64

/** One way to name a topic: folded words in order. */
export type TopicPhrase = readonly string[]

/** All ways to name a topic, as far as its own words tell. */
export interface TopicPhrases {
  readonly phrases: readonly TopicPhrase[]
  /** Initials, upper case, of a name of three words or more: `MBSR`. */
  readonly initials: readonly string[]
  /** Parts that are not made of spaced words (`C++`, Chinese, Thai): folded, looked for as they stand. */
  readonly literals: readonly string[]
}

/** Scripts written without spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}]/u

/**
 * Ways to name a topic: each part of a list (`Racks, Shelves & Drawers`), and of each part the whole and its
 * ends (`Vehicle Backup Cameras`, `backup cameras`, `cameras`), what stands around `of`, and owners.
 */
export function topicPhrases(topic: string): TopicPhrases {
  const phrases = new Map<string, TopicPhrase>()
  const initials: string[] = []
  const literals: string[] = []
  const add = (phrase: TopicPhrase) => {
    if (phrase.length > 0 && phrases.size < PHRASES_MAX) phrases.set(phrase.join(' '), phrase)
  }
  const spelled = withUmlautsSpelledOut(topic.slice(0, 1000))
  for (const part of spelled.split(/[,;/&|、・]|\band\b|\bor\b/iu)) {
    const words = withoutLeading(foldedWords(part), ARTICLES).slice(0, WORDS_MAX)
    if (words.length === 0 || UNSPACED.test(part) || /[+#]/.test(part)) {
      const literal = foldedText(part).trim()
      if (literal !== '') literals.push(literal)
      continue
    }
    for (const phrase of namesIn(words, true)) add(phrase)
    const capitals = words.map((word) => word.folded[0]?.toUpperCase() ?? '').join('')
    if (words.length >= 3) initials.push(capitals)
  }
  // A topic that is nothing but small words (`The Who`, `It`) is named by exactly these.
  if (phrases.size === 0 && literals.length === 0) add(foldedWords(topic).map((word) => word.folded))
  return { phrases: [...phrases.values()], initials, literals }
}

function namesIn(words: readonly FoldedWord[], isWhole: boolean): TopicPhrase[] {
  const folded = words.map((word) => word.folded)
  const head = folded.at(-1)
  if (head === undefined) return []
  const result: TopicPhrase[] = [folded]
  const of = folded.indexOf('of')
  if (of > 0 && of < words.length - 1) {
    const before = words.slice(0, of)
    const after = withoutLeading(words.slice(of + 1), ARTICLES)
    result.push(...namesIn(after, false))
    if (!EMPTY_BEFORE_OF.has(folded[of - 1] ?? '')) result.push(...namesIn(before, false))
    return result
  }
  const owner = words.findIndex((word) => word.isPossessive)
  if (owner >= 0 && owner < words.length - 1) {
    result.push(...namesIn(withoutPossessive(words.slice(0, owner + 1)), false))
  }
  if (words.length > 2 && NAME_PARTICLES.has(folded[1] ?? '')) result.push([folded[0] ?? ''])
  const before = words.slice(0, -1)
  if (before.length > 0 && (EMPTY_HEADS.has(head) || LOOSE_HEADS.has(head))) {
    result.push(...namesIn(before, false))
  }
  const endsAlone = !(EMPTY_HEADS.has(head) || AMBIGUOUS_HEADS.has(head) || SMALL_WORDS.has(head))
  for (let from = 1; from < words.length; from++) {
    const isHead = from === words.length - 1
    if (isHead ? endsAlone : !SMALL_WORDS.has(folded[from] ?? '')) result.push(folded.slice(from))
  }
  // A lone word that says little still names a topic which is nothing else: `Accessories`.
  return isWhole || words.length > 1 || endsAlone ? result : []
}

/** `Gödel` is written `Goedel` too: both spellings become parts of the list. */
function withUmlautsSpelledOut(topic: string): string {
  const composed = topic.normalize('NFC')
  const spelled = composed.replace(/[äöü]/gi, (letter) => `${foldedText(letter)}e`)
  return spelled === composed ? topic : `${topic};${spelled}`
}

function withoutLeading(words: readonly FoldedWord[], leading: ReadonlySet<string>): readonly FoldedWord[] {
  return words.length > 1 && leading.has(words[0]?.folded ?? '') ? words.slice(1) : words
}

function withoutPossessive(words: readonly FoldedWord[]): readonly FoldedWord[] {
  return words.map((word) => ({ ...word, isPossessive: false }))
}
