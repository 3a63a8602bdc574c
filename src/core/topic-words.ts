import { type FoldedWord, foldedText, foldedWords } from './folded-words.ts'
import { keptByWord } from './kept-by-word.ts'
import { type TopicPhrase, topicPhrases } from './topic-phrases.ts'
import { familyForms, irregularPlurals, singularForms, verbForms } from './word-forms.ts'

/** A stretch of a text in UTF-16 units, `end` excluded. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** Words that belong to a mention when they follow it: `vacuum cleaner` for `Vacuums`. */
const FOLLOWERS: Readonly<Record<string, string>> = { vacuum: 'cleaner', vacuums: 'cleaners' }

/**
 * Where a text names a topic, in order and without overlap; the longest mention wins. Case, accents, plural
 * and word forms do not matter; whole words only, so that `fan` is not found in `fantasy`. Any part of a list
 * counts, and so does a topic's last word (`headphones` for `Over-Ear Headphones`, `Nietzsche` for
 * `Friedrich Nietzsche`), an owner (`Gödel` for `Gödel's incompleteness theorems`), and what follows `of`.
 * Never throws, whatever the two strings hold; takes time in proportion to the length of the text.
 */
export function topicMentions(text: string, topic: string): readonly TextRange[] {
  if (lastMentions?.text === text && lastMentions.topic === topic) return lastMentions.ranges
  const ranges = mentionsIn(text, topic)
  lastMentions = { text, topic, ranges }
  return ranges
}

/** The last answer: several checks ask the same in a row. */
let lastMentions: { text: string; topic: string; ranges: readonly TextRange[] } | undefined

function mentionsIn(text: string, topic: string): TextRange[] {
  const { matchers, canStart, initials, literals } = topicMatchers(topic)
  const words = textWords(text)
  const found: TextRange[] = []
  for (let at = 0; at < words.length; ) {
    const first = words[at] as TextWord
    let length = 0
    if (canStart(first)) for (const matcher of matchers) length = Math.max(length, matcher(words, at))
    if (length === 0 && initials.includes(text.slice(first.start, first.end))) length = 1
    if (length === 0) {
      at += 1
      continue
    }
    const last = words[at + length - 1] as TextWord
    const next = words[at + length]
    if (next !== undefined && isFollower(last.folded, next.folded)) length += 1
    found.push({ start: first.start, end: (words[at + length - 1] as TextWord).end })
    at += length
  }
  for (const literal of literals) found.push(...literalMentions(text, literal))
  return withoutOverlap(found)
}

/** Whether a text names the topic at least once; see `topicMentions`. */
export function namesTopic(text: string, topic: string): boolean {
  return topicMentions(text, topic).length > 0
}

/**
 * False when a text surely names none of several topics, in one look for all of them; true says nothing yet.
 *
 * @param topics always the same array for the same topics: what is looked for is kept with it
 */
export function mayNameAny(text: string, topics: readonly string[]): boolean {
  let starts = keptStarts.get(topics)
  if (starts === undefined) {
    const all = topics.map(topicMatchers)
    starts = {
      canStart: startTest(all.flatMap(({ wanted }) => wanted)),
      initials: new Set(all.flatMap(({ initials }) => initials)),
      hasLiterals: all.some(({ literals }) => literals.length > 0),
    }
    keptStarts.set(topics, starts)
  }
  const { canStart, initials, hasLiterals } = starts
  return (
    hasLiterals ||
    textWords(text).some((word) => canStart(word) || initials.has(text.slice(word.start, word.end)))
  )
}

interface TopicStarts {
  readonly canStart: (word: TextWord) => boolean
  readonly initials: ReadonlySet<string>
  readonly hasLiterals: boolean
}

const keptStarts = new WeakMap<readonly string[], TopicStarts>()

interface TopicMatchers {
  readonly wanted: readonly WantedForms[]
  readonly matchers: readonly PhraseMatcher[]
  /** False for words with which no matcher finds anything: nearly all. */
  readonly canStart: (word: TextWord) => boolean
  readonly initials: readonly string[]
  readonly literals: readonly string[]
}

/** Topics kept: a run asks after the same few (its own and those of the examples) for every text. */
const KEPT_MAX = 256
const kept = new Map<string, TopicMatchers>()

/** The topic made ready for matching; worked out once, as it depends on nothing else. */
function topicMatchers(topic: string): TopicMatchers {
  const known = kept.get(topic)
  if (known !== undefined) return known
  const { phrases, initials, literals } = topicPhrases(topic)
  const wanted = phrases.map(wantedForms)
  const made = {
    wanted,
    matchers: wanted.map(phraseMatcher),
    canStart: startTest(wanted),
    initials,
    literals,
  }
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value as string)
  kept.set(topic, made)
  return made
}

/** A word of the text with the forms it is compared by. */
interface TextWord extends FoldedWord {
  readonly forms: WordForms
}

interface WordForms {
  readonly singulars: readonly string[]
  readonly verbs: readonly string[]
  /** Of another alphabet than those endings are known for. */
  readonly isElsewhere: boolean
}

const formsOf = keptByWord(
  (word: string): WordForms => ({
    singulars: singularForms(word),
    verbs: verbForms(word),
    isElsewhere: !/[a-z0-9]/.test(word),
  }),
)

/** The last text's words: one text is asked about many topics in a row, its own and those of examples. */
let lastText: { readonly text: string; readonly words: readonly TextWord[] } | undefined

function textWords(text: string): readonly TextWord[] {
  if (lastText?.text === text) return lastText.words
  const words = foldedWords(text).map((word) => ({ ...word, forms: formsOf(word.folded) }))
  lastText = { text, words }
  return words
}

/** How many words of a text, from one place on, name the phrase: 0 when they do not. */
type PhraseMatcher = (words: readonly TextWord[], at: number) => number

/** A phrase and the forms its words are accepted in. */
interface WantedForms {
  readonly phrase: TopicPhrase
  readonly forms: readonly AcceptedForms[]
  readonly joined: string
  /** Of the phrase written as one word. */
  readonly joinedForms: AcceptedForms | undefined
}

function wantedForms(phrase: TopicPhrase): WantedForms {
  const joined = phrase.join('')
  return {
    phrase,
    forms: phrase.map((word, index) => acceptedForms(word, index === phrase.length - 1)),
    joined,
    joinedForms: joined.length >= 6 ? acceptedForms(joined, true) : undefined,
  }
}

/** Whether a mention can begin with a word: it is a form of a phrase's first word, or begins as a joined one does. */
function startTest(wanted: readonly WantedForms[]): (word: TextWord) => boolean {
  const first = wanted.flatMap(({ forms }) => forms.slice(0, 1))
  const nouns = new Set(first.flatMap((forms) => [...forms.nouns]))
  const verbs = new Set(first.flatMap((forms) => [...forms.verbs]))
  const joined = new Set(wanted.flatMap(({ joinedForms }) => [...(joinedForms?.nouns ?? [])]))
  // Irregular plurals may begin otherwise than their singulars.
  const whole = [...joined, ...irregularPlurals(joined)]
  const beginnings = new Set(whole.flatMap((form) => [form.slice(0, 1), form.slice(0, 2)]))
  const isElsewhere = first.some((forms) => forms.isElsewhere)
  return ({ folded, forms }) =>
    isElsewhere ||
    folded === '' ||
    beginnings.has(folded.slice(0, 2)) ||
    forms.singulars.some((form) => nouns.has(form)) ||
    forms.verbs.some((form) => verbs.has(form))
}

function phraseMatcher({ phrase, forms, joined, joinedForms }: WantedForms): PhraseMatcher {
  return (words, at) => {
    if (forms.every((accepted, index) => isForm(words[at + index], accepted))) return phrase.length
    if (joinedForms === undefined) return 0
    // Joined or parted otherwise than in the topic: `book shelf`, `ricecooker`, `back-up camera`.
    let run = ''
    for (let length = 1; length <= phrase.length + 1 && run.length <= joined.length; length++) {
      const word = words[at + length - 1]
      if (word === undefined) return 0
      run += word.folded
      if (length !== phrase.length && joinedForms.nouns.has(singularForms(run)[0] ?? run)) return length
    }
    return 0
  }
}

interface AcceptedForms {
  /** Every form of the topic's word that a text's singular may equal. */
  readonly nouns: ReadonlySet<string>
  /** The same for a text's verb form; empty for words inside a phrase. */
  readonly verbs: ReadonlySet<string>
  /** The word itself, for alphabets whose endings the rules above do not know. */
  readonly word: string
  readonly isElsewhere: boolean
}

function acceptedForms(word: string, isLast: boolean): AcceptedForms {
  const singulars = singularForms(word)
  const nouns = new Set(singulars)
  if (isLast) for (const singular of singulars) for (const form of familyForms(singular)) nouns.add(form)
  return { nouns, verbs: new Set(isLast ? singulars : []), word, isElsewhere: formsOf(word).isElsewhere }
}

function isForm(word: TextWord | undefined, accepted: AcceptedForms): boolean {
  if (word === undefined) return false
  const { singulars, verbs, isElsewhere } = word.forms
  if (singulars.some((form) => accepted.nouns.has(form))) return true
  if (verbs.some((form) => accepted.verbs.has(form))) return true
  return isElsewhere && accepted.isElsewhere && haveSameStem(word.folded, accepted.word)
}

/** Outside the Latin alphabet: the same word but for at most three letters at the end, after four in common. */
function haveSameStem(one: string, other: string): boolean {
  let common = 0
  while (common < one.length && one[common] === other[common]) common++
  return common >= 4 && one.length - common <= 3 && other.length - common <= 3
}

function isFollower(last: string, next: string): boolean {
  const follower = Object.hasOwn(FOLLOWERS, last) ? FOLLOWERS[last] : undefined
  return follower !== undefined && singularForms(next)[0] === singularForms(follower)[0]
}

/** Mentions of a part that is not made of spaced words: found as it stands, after folding. */
function literalMentions(text: string, literal: string): TextRange[] {
  const { folded, origins } = foldedWithOrigins(text)
  const found: TextRange[] = []
  for (let at = folded.indexOf(literal); at >= 0; at = folded.indexOf(literal, at + literal.length)) {
    const before = folded[at - 1] ?? ' '
    const isInsideWord = /[a-z0-9]/.test(literal[0] ?? '') && /[a-z0-9]/.test(before)
    if (!isInsideWord) {
      found.push({ start: origins[at] ?? 0, end: origins[at + literal.length] ?? text.length })
    }
  }
  return found
}

/** The folded text, and for each of its units the place in the text it came from. */
function foldedWithOrigins(text: string): { folded: string; origins: number[] } {
  const origins: number[] = []
  const pieces: string[] = []
  let place = 0
  for (const character of text) {
    const piece = foldedText(character)
    pieces.push(piece)
    for (let unit = 0; unit < piece.length; unit++) origins.push(place)
    place += character.length
  }
  origins.push(text.length)
  return { folded: pieces.join(''), origins }
}

function withoutOverlap(ranges: readonly TextRange[]): TextRange[] {
  if (ranges.length < 2) return ranges.filter(({ start, end }) => end > start)
  const sorted = [...ranges].sort((one, other) => one.start - other.start || other.end - one.end)
  const result: TextRange[] = []
  for (const range of sorted) {
    if (range.end > range.start && range.start >= (result.at(-1)?.end ?? 0)) result.push(range)
  }
  return result
}
