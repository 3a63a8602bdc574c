import type { Candidate } from '../item.ts'
import { checkBannedWords } from './banned-words.ts'
import { checkControlCharacters, checkOneLine } from './characters.ts'
import type { Check, CheckInput, Refusal, RefusalReason } from './check.ts'
import { checkDuplicate } from './duplicate.ts'
import { checkEnding } from './ending.ts'
import { checkFewShotLeak } from './few-shot-leak.ts'
import { checkFluency } from './fluency.ts'
import { checkLanguage } from './language.ts'
import { checkMarkup } from './markup.ts'
import { checkNamesTopic } from './names-topic.ts'
import { checkNearDuplicate } from './near-duplicate.ts'
import { checkRepeatsItself } from './repeats-itself.ts'
import { checkCharacters, checkEmpty, checkWordLimits } from './size.ts'

/**
 * All checks in the order they run: the size first, so that nothing else reads a huge text; then what is
 * cheap; the comparison with every earlier text last. `unreadable` has no check: it is given to answers that
 * could not be parsed into texts.
 */
export const CHECKS: readonly { readonly reason: RefusalReason; readonly check: Check }[] = [
  { reason: 'too-long', check: checkCharacters },
  { reason: 'empty', check: checkEmpty },
  { reason: 'multi-line', check: checkOneLine },
  { reason: 'control-characters', check: checkControlCharacters },
  { reason: 'markup', check: checkMarkup },
  { reason: 'too-long', check: checkWordLimits },
  { reason: 'ending', check: checkEnding },
  { reason: 'banned-word', check: checkBannedWords },
  { reason: 'not-language', check: checkLanguage },
  { reason: 'off-topic', check: checkNamesTopic },
  { reason: 'repeats-itself', check: checkRepeatsItself },
  { reason: 'few-shot-leak', check: checkFewShotLeak },
  { reason: 'not-fluent', check: checkFluency },
  { reason: 'duplicate', check: checkDuplicate },
  { reason: 'near-duplicate', check: checkNearDuplicate },
]

/**
 * The first reason to refuse a candidate, or null when it may enter the pool. Pure; never throws, whatever
 * the texts hold.
 */
export function checkCandidate(candidate: Candidate, input: CheckInput): Refusal | null {
  for (const { check } of CHECKS) {
    const refusal = check(candidate, input)
    if (refusal !== null) return refusal
  }
  return null
}
