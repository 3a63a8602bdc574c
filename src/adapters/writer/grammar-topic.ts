import { wordCount } from '../../core/checks/word-count.ts'

/**
 * The topic as it stands inside a sentence: `Racks, Shelves & Drawers` to `racks, shelves and drawers`, on one
 * line. The result shortens it to so many words from its end, because the last words name a thing: `Vehicle
 * Backup Cameras`, `Health benefits of pomegranate`. The last word always stays.
 *
 * @param isName true for topics people read about, which are mostly names and keep their capitals
 */
export function topicInSentence(topic: string, isName: boolean): (wordsMax: number) => string {
  const words = topic
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s*&\s*/gu, ' and ')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map((word) => (isName ? word : lowerCased(word)))
  const counts = words.map(wordCount)
  return (wordsMax) => {
    let first = words.length - 1
    let count = counts[first] ?? 0
    while (first > 0 && count + counts[first - 1]! <= wordsMax) count += counts[--first]!
    // What was cut must not leave a dangling `and` or `of`; a topic's own `The` stays.
    while (first > 0 && first < words.length - 1 && DANGLING.test(words[first]!)) first++
    return words.slice(Math.max(first, 0)).join(' ')
  }
}

const DANGLING = /^(?:and|of|the|a|an|in|or)$/iu

/** `Cookers` to `cookers`, `Over-Ear` to `over-ear`; `DVI`, `TV` and `USB-C` keep their capitals. */
function lowerCased(word: string): string {
  return word
    .split('-')
    .map((part) =>
      /^\P{L}*\p{Lu}[^\p{Lu}]*$/u.test(part) && /\p{Ll}/u.test(part) ? part.toLowerCase() : part,
    )
    .join('-')
}
