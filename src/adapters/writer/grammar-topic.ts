import { wordCount } from '../../core/checks/word-count.ts'

/**
 * The topic as it stands inside a sentence: `Racks, Shelves & Drawers` to `racks, shelves and drawers`, on one
 * line, shortened to `wordsMax` words from its end, because the last words name a thing: `Vehicle Backup
 * Cameras`, `Health benefits of pomegranate`.
 *
 * @param isName true for topics people read about, which are mostly names and keep their capitals
 */
export function topicInSentence(topic: string, isName: boolean, wordsMax: number): string {
  const words = topic
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s*&\s*/gu, ' and ')
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map((word) => (isName ? word : lowerCased(word)))
  let kept = words
  while (kept.length > 1 && wordCount(kept.join(' ')) > wordsMax) kept = kept.slice(1)
  if (kept === words) return words.join(' ')
  while (kept.length > 1 && /^(?:and|of|the|a|an|in|or)$/iu.test(kept[0] as string)) kept = kept.slice(1)
  return kept.join(' ')
}

/** `Cookers` to `cookers`, `Over-Ear` to `over-ear`; `DVI`, `TV` and `USB-C` keep their capitals. */
function lowerCased(word: string): string {
  return word
    .split('-')
    .map((part) =>
      /^\P{L}*\p{Lu}[^\p{Lu}]*$/u.test(part) && /\p{Ll}/u.test(part) ? part.toLowerCase() : part,
    )
    .join('-')
}
