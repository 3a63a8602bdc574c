import type { Check } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'
import { wordCount } from './word-count.ts'

/** Far too long: refused by the number of characters alone, before anything else reads the text. */
export const checkCharacters: Check = ({ text }, { task }) => {
  const { charactersPerWord, charactersMin } = CHECK_LIMITS
  const most = Math.max(charactersMin, task.constraints.wordsMax * charactersPerWord)
  if (text.length <= most) return null
  return { reason: 'too-long', detail: `${text.length} characters; at most ${most}` }
}

/** Nothing in it to read. */
export const checkEmpty: Check = ({ text }) =>
  /[\p{L}\p{N}]/u.test(text) ? null : { reason: 'empty', detail: 'no letter and no digit' }

/** The task's word limits. */
export const checkWordLimits: Check = ({ text }, { task }) => {
  const { wordsMin, wordsMax } = task.constraints
  const words = wordCount(text)
  if (words > wordsMax) return { reason: 'too-long', detail: `${words} words; at most ${wordsMax}` }
  if (words < wordsMin) return { reason: 'too-short', detail: `${words} words; at least ${wordsMin}` }
  return null
}
