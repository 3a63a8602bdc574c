import type { Check } from './check.ts'

/** A question mark of any script, then closing quotes and brackets. */
const QUESTION_END = /[?？؟;՞⁇፧]["'”’»›)\]」』）]*\s*$/u
/** Where no text ends on purpose: a comma, colon, dash, or a word that needs another after it. */
const BROKEN_OFF = /(?:[,:;–—\-(/&、，：]|(?:^|\s)(?:a|an|the|and|or|of|but|than|my|your))["'”’]*\s*$/iu

/** Ends as the task asks, and is not broken off. */
export const checkEnding: Check = ({ text }, { task }) => {
  const isQuestion = QUESTION_END.test(text)
  const { ending } = task.constraints
  if (ending === 'question' && !isQuestion) {
    return { reason: 'ending', detail: 'does not end with a question mark' }
  }
  if (ending === 'statement' && isQuestion) {
    return { reason: 'ending', detail: 'ends with a question mark; a statement is wanted' }
  }
  if (/[?？!！]\s*[?？!！]\s*$/u.test(text)) return { reason: 'ending', detail: 'ends with several marks' }
  if (!isQuestion && BROKEN_OFF.test(text)) return { reason: 'ending', detail: 'breaks off' }
  return null
}
