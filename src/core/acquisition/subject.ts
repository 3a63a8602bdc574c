import { keptByTopic } from '../kept-by-topic.ts'
import { wordStem } from '../word-stem.ts'

/** Words that carry no subject: articles, question frames, auxiliaries, pronouns, prepositions. */
const FRAME_WORDS = new Set(
  (
    'a an the this that these those it its they them their there here i me my you your we our one ones ' +
    'is are was were be been being am do does did doing done can could will would should shall may might must ' +
    'have has had having need needs get gets got make makes made use used using go goes come comes ' +
    'what which who whom whose when why how where if whether and or but not no nor so than then too very ' +
    'of in on at to for from by with without about into over under between as per up down out off ' +
    'any some all each every both more most less least many much few other another same such only just also ' +
    'often long good better kind type types sort usually really ever'
  ).split(' '),
)

/** The words of a text that tell its subject, folded to a crude stem; the topic's own words are left out. */
export const subjectWords = keptByTopic((text: string, topic: string): ReadonlySet<string> => {
  const topicStems = new Set(words(topic).map(stem))
  return new Set(
    words(text)
      .filter((word) => !FRAME_WORDS.has(word))
      .map(stem)
      .filter((word) => !topicStems.has(word)),
  )
})

/** How much of their subject two texts share, in [0, 1]: the Jaccard index of their subject words. */
export function sharedSubject(a: string, b: string, topic: string): number {
  const wordsA = subjectWords(a, topic)
  const wordsB = subjectWords(b, topic)
  let shared = 0
  for (const word of wordsA) if (wordsB.has(word)) shared++
  const together = wordsA.size + wordsB.size - shared
  return together === 0 ? 0 : shared / together
}

/** Whether two texts stand around the same subject: at least a third of their subject words are shared. */
export function sameSubject(a: string, b: string, topic: string): boolean {
  return sharedSubject(a, b, topic) >= 1 / 3
}

function words(text: string): string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}\p{M}\p{N}]*/gu) ?? []
}

/**
 * Enough for grouping: plural, -ing, -ed, and final e fall away. Not a linguist's stem. The plural goes first,
 * so that `speed` and `speeds`, `glass` and `glasses` still meet.
 */
function stem(word: string): string {
  const singular = wordStem(word)
  const bare = singular.replace(/(?:ing|ed)$/, '')
  return bare.length >= 3 && /[aeiouy]/.test(bare) ? bare.replace(/e$/, '') : singular
}
