import type { Context } from '../context.ts'
import type { Candidate } from '../item.ts'
import type { TaskDefinition } from '../task.ts'
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
import { checkPromptEcho } from './prompt-echo.ts'
import { checkRepeatsItself } from './repeats-itself.ts'
import { checkCharacters, checkEmpty, checkWordLimits } from './size.ts'

interface NamedCheck {
  readonly reason: RefusalReason
  readonly check: Check
}

/** What is wrong with a text by itself: hangs on text, task and context only. */
const TEXT_CHECKS: readonly NamedCheck[] = [
  { reason: 'too-long', check: checkCharacters },
  { reason: 'empty', check: checkEmpty },
  { reason: 'multi-line', check: checkOneLine },
  { reason: 'control-characters', check: checkControlCharacters },
  { reason: 'markup', check: checkMarkup },
  { reason: 'prompt-echo', check: checkPromptEcho },
  { reason: 'too-long', check: checkWordLimits },
  { reason: 'ending', check: checkEnding },
  { reason: 'banned-word', check: checkBannedWords },
  { reason: 'not-language', check: checkLanguage },
  { reason: 'off-topic', check: checkNamesTopic },
  { reason: 'repeats-itself', check: checkRepeatsItself },
  { reason: 'few-shot-leak', check: checkFewShotLeak },
]

/** What is wrong with it beside others: hangs on the earlier texts too. */
const COMPARING_CHECKS: readonly NamedCheck[] = [
  { reason: 'not-fluent', check: checkFluency },
  { reason: 'duplicate', check: checkDuplicate },
  { reason: 'near-duplicate', check: checkNearDuplicate },
]

/**
 * All checks in the order they run: the size first, so that nothing else reads a huge text; then what is
 * cheap; the comparison with every earlier text last. `unreadable` has no check: it is given to answers that
 * could not be parsed into texts.
 */
export const CHECKS: readonly NamedCheck[] = [...TEXT_CHECKS, ...COMPARING_CHECKS]

/**
 * The first reason to refuse a candidate, or null when it may enter the pool. Pure; never throws, whatever
 * the texts hold.
 */
export function checkCandidate(candidate: Candidate, input: CheckInput): Refusal | null {
  return textRefusal(candidate, input) ?? firstRefusal(COMPARING_CHECKS, candidate, input)
}

function firstRefusal(checks: readonly NamedCheck[], candidate: Candidate, input: CheckInput) {
  for (const { check } of checks) {
    const refusal = check(candidate, input)
    if (refusal !== null) return refusal
  }
  return null
}

/** Texts kept with what the text checks said, for each context: models say the same thing again and again. */
const KEPT_MAX = 4096
/** UTF-16 units; longer texts are rare and not worth the memory. */
const KEPT_LENGTH_MAX = 500
/** Contexts kept: those of the runs that go on at a time, and some. An experiment has ten thousand. */
const KEPT_CONTEXTS_MAX = 64
const keptRefusals = new Map<
  Context,
  { readonly task: TaskDefinition; readonly byText: Map<string, Refusal | null> }
>()

function textRefusal(candidate: Candidate, input: CheckInput): Refusal | null {
  const { text } = candidate
  if (text.length > KEPT_LENGTH_MAX) return firstRefusal(TEXT_CHECKS, candidate, input)
  const { task, context } = input
  let kept = keptRefusals.get(context)
  if (kept?.task !== task) {
    kept = { task, byText: new Map() }
    if (keptRefusals.size >= KEPT_CONTEXTS_MAX)
      keptRefusals.delete(keptRefusals.keys().next().value as Context)
    keptRefusals.set(context, kept)
  }
  const known = kept.byText.get(text)
  if (known !== undefined) return known
  const refusal = firstRefusal(TEXT_CHECKS, candidate, input)
  if (kept.byText.size >= KEPT_MAX) kept.byText.delete(kept.byText.keys().next().value as string)
  kept.byText.set(text, refusal)
  return refusal
}
