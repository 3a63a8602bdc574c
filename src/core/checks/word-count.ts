import { CHECK_LIMITS } from './check-limits.ts'

/** Scripts that put no space between words: two characters count as one word there. */
const UNSPACED_RUN = /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmr}\p{sc=Mymr}\p{M}]+/gu
const WORD = /[\p{L}\p{M}\p{N}]+(?:[-'’.,&\u2010\u2011][\p{L}\p{M}\p{N}]+)*/gu

/**
 * Words of a text as a reader counts them: `don't`, `3.5`, `AT&T` and `energy-efficient` are one each; dashes
 * and slashes part words. More than four hyphenated parts count one by one, so that hyphens cannot hide a
 * long text. Signs without letters or digits count nothing.
 */
export function wordCount(text: string): number {
  let count = 0
  const spaced = text.replace(UNSPACED_RUN, (run) => {
    if (!/\p{L}/u.test(run)) return run
    count += Math.ceil([...run].length / 2)
    return ' '
  })
  for (const [word] of spaced.matchAll(WORD)) {
    const parts = word.split(/[-.,&\u2010\u2011'’]/).length
    count += parts > CHECK_LIMITS.hyphenatedPartsMax ? parts : 1
  }
  return count
}
