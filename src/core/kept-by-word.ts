/** Words kept. What people write about a topic takes some hundreds. */
const WORDS_MAX = 8192
/** UTF-16 units; longer ones are no words and not worth the memory. */
const LENGTH_MAX = 40

/**
 * `make`, worked out once for each word and kept; the oldest leave first. The same words come again and again, in
 * every text, while endings and stems take regular expressions.
 *
 * @param make pure; its result must not be changed
 */
export function keptByWord<Result extends object | string>(
  make: (word: string) => Result,
): (word: string) => Result {
  const kept = new Map<string, Result>()
  return (word) => {
    const known = kept.get(word)
    if (known !== undefined) return known
    const made = make(word)
    if (word.length > LENGTH_MAX) return made
    if (kept.size >= WORDS_MAX) kept.delete(kept.keys().next().value as string)
    kept.set(word, made)
    return made
  }
}
