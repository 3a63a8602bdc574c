import { plainWords } from '../text-normal-form.ts'
import { type TextRange, topicMentions } from '../topic-words.ts'
import { wordStem } from '../word-stem.ts'
import type { Check } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'

const SMALL_WORDS = new Set(
  `a an the is are was were be been am do does did has have had can could will would shall should may might
  must i you we me my your our it its they them their he she his her this that these those what which who
  whom whose when where why how of to for in on at by with from into over about as and or but if so than then
  there here not no more most much many very too also just`.split(/\s+/),
)
/** Words between two mentions that make saying it twice good sense. */
const COMPARING = new Set(
  'than or and vs versus but with without to from if between like as in on'.split(' '),
)
/** Words that set two kinds of one thing against each other, when they stand between the two. */
const SETTING_APART = new Set(['than', 'or', 'and', 'vs', 'versus', 'but'])
/** Doubled on purpose in good English. */
const DOUBLES = new Set(['that', 'had', 'is', 'very', 'so', 'bye', 'now'])
/** Repeated runs of this many words are a loop. */
const LOOP_WORDS = 4

/**
 * Says the same thing twice: compares a thing with itself, doubles a word, uses one content word too often,
 * or loops. `Is a vacuum cleaner better than a vacuum cleaner?`
 */
export const checkRepeatsItself: Check = ({ text }, { task, context }) => {
  const words = plainWords(text)
  const detail =
    doubledWord(text) ??
    wordTooOften(words) ??
    loop(words) ??
    comparisonWithItself(text) ??
    (task.constraints.namesTopic ? topicTwice(text, context.topic) : undefined)
  return detail === undefined ? null : { reason: 'repeats-itself', detail }
}

function doubledWord(text: string): string | undefined {
  // Names such as Duran Duran are doubled in capitals.
  for (const [, first, second] of text.matchAll(
    /(?<![\p{L}\p{N}'’-])(\p{L}+)\s+(?=(\p{L}+)(?![\p{L}\p{N}'’-]))/gu,
  )) {
    if (first === undefined || second === undefined) continue
    const isName = /^\p{Lu}/u.test(first) && /^\p{Lu}/u.test(second) && first === second
    const folded = first.toLowerCase()
    if (folded === second.toLowerCase() && !isName && !DOUBLES.has(folded)) return `"${folded} ${folded}"`
  }
  return undefined
}

function wordTooOften(words: readonly string[]): string | undefined {
  const times = new Map<string, number>()
  for (const word of words) {
    const key = SMALL_WORDS.has(word) ? word : wordStem(word)
    const count = (times.get(key) ?? 0) + 1
    times.set(key, count)
    const most = SMALL_WORDS.has(word) ? CHECK_LIMITS.anyWordTimesMax : CHECK_LIMITS.contentWordTimesMax
    if (count > most) return `"${word.slice(0, 40)}" ${count} times`
  }
  return undefined
}

function loop(words: readonly string[]): string | undefined {
  const seen = new Set<string>()
  for (let at = 0; at + LOOP_WORDS <= words.length; at++) {
    const run = words.slice(at, at + LOOP_WORDS).join(' ')
    if (seen.has(run)) return `"${run.slice(0, 60)}" twice`
    seen.add(run)
  }
  return undefined
}

/** `better than` with nothing new after it, or the same noun with the same word before it and none between. */
function comparisonWithItself(text: string): string | undefined {
  // A hyphenated word is one thing: `over-ear` is not `in-ear`.
  const words = plainWords(text.replace(/(?<=\p{L})[-\u2010\u2011](?=\p{L})/gu, ''))
  const than = words.findIndex((word) => word === 'than' || word === 'versus' || word === 'vs')
  const stems = (from: number, to: number) =>
    words
      .slice(from, to)
      .filter((word) => word.length > 1 && !isBareSmallWord(word))
      .map(wordStem)
  // `do more than vacuum` compares nothing.
  if (than > 0 && !['more', 'other', 'rather'].includes(words[than - 1] as string)) {
    const before = new Set(stems(0, than))
    const after = stems(than + 1, words.length)
    if (after.length > 0 && after.every((stem) => before.has(stem))) return 'compares a thing with itself'
  }
  const repeated = repeatedNoun(words)
  return repeated === undefined ? undefined : `"${repeated.slice(0, 60)}" twice`
}

/**
 * The topic named twice with nothing between that sets two kinds of it against each other: `How many vacuum
 * cleaners does a vacuum cleaner have?`, but not `Is an upright vacuum or a canister vacuum better?`. Small models
 * fall back on the topic when they have nothing to say.
 */
function topicTwice(text: string, topic: string): string | undefined {
  // `How do I know if my speaker is a good speaker?`
  if (/\b(if|whether)\b/iu.test(text)) return undefined
  const mentions = topicMentions(text, topic)
  for (const [index, later] of mentions.entries()) {
    const named = firstStem(text, later)
    for (const earlier of mentions.slice(0, index)) {
      if (firstStem(text, earlier) !== named) continue
      const between = plainWords(text.slice(earlier.end, later.start))
      const setsApart = between.some((word) => SETTING_APART.has(word))
      // `a rice cooker and a rice cooker`: two bare mentions, and nothing that tells one from the other.
      const isBare =
        !between.includes('than') &&
        between.every((word) => SMALL_WORDS.has(word) || SETTING_APART.has(word)) &&
        SMALL_WORDS.has(plainWords(text.slice(0, earlier.start)).at(-1) ?? 'the')
      if (!setsApart || isBare) return 'names the topic twice'
    }
  }
  return undefined
}

function firstStem(text: string, { start, end }: TextRange): string {
  return wordStem(plainWords(text.slice(start, end))[0] ?? '')
}

/** Small words that carry no thing to compare with; `no`, `not` and `without` do. */
function isBareSmallWord(word: string): boolean {
  return SMALL_WORDS.has(word) && word !== 'no' && word !== 'not'
}

function repeatedNoun(words: readonly string[]): string | undefined {
  const first = new Map<string, number>()
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as string
    const before = words[at - 1] as string
    if (SMALL_WORDS.has(word) || !SMALL_WORDS.has(before)) continue
    const key = `${before} ${word}`
    const earlier = first.get(key)
    if (earlier === undefined) {
      first.set(key, at)
      continue
    }
    if (!words.slice(earlier + 1, at - 1).some((between) => COMPARING.has(between))) return key
  }
  return undefined
}
