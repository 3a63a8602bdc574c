import type { Context } from '../context.ts'
import { foldedText } from '../folded-words.ts'
import { plainWords } from '../text-normal-form.ts'
import type { Check } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'
import { topicName } from './topic-name.ts'

/** Whole words that stand for the rules a model was given. */
const RULES = '(?:instructions?|prompts?|rules|directions)'
/** What a model says it has written. */
const WRITTEN = '(?:questions?|headlines?|titles?|suggestions?|options?|items?|lists?)'

/**
 * What is looked for, in words, its pattern, and what a topic or an article has to hold for it to be their subject.
 * Each runs in linear time: no nested repetition. Headlines and shoppers speak of rules, refusals and shares too, so
 * a pattern asks for the turn of phrase and not for the word alone.
 */
const ECHOES: readonly (readonly [what: string, pattern: RegExp, subject?: RegExp])[] = [
  [
    'an order to a model',
    new RegExp(
      `\\b(?:ignore|disregard|forget|override) (?:all|any|every|each|everything|previous|prior|above|earlier|your|my|these|those)\\b[^.?!]{0,40}\\b${RULES}\\b`,
    ),
  ],
  [
    'an order to a model',
    new RegExp(
      `\\b(?:ignore|disregard|forget|override) (?:the )?(?:previous|prior|above|earlier|system|given)\\b[^.?!]{0,20}\\b${RULES}\\b|\\byou (?:\\w{1,9} )?(?:ignore|disregard|forget|override) (?:the|all the) ${RULES}\\b`,
    ),
  ],
  [
    'an order to a model',
    /\byou are now (?:an?|the|in|called|free)\b|\b(?:your|the|all|any) (?:previous|prior|above) (?:instructions?|prompts?)\b|\bnew (?:instructions?|prompts?):/,
  ],
  ['a word to the model on its prompt', /\b(?:your|my) system (?:prompt|message)s?\b/],
  ['a word on the prompt', /\bsystem prompts?\b|\brequest field\b/, /\bsystem prompts?\b/],
  ['a word on the prompt', /\bjson (?:object|list|array|schema)s?\b/, /\bjson\b/],
  [
    'a model speaking of itself',
    /\bas an? (?:(?:ai|artificial intelligence|large|language) ){1,3}(?:model|assistant|system)(?:,| i\b| my\b)|\bas an ai,? (?:i|my)\b|\bi(?:'m| am) (?:an ai|a language model|sorry,)/,
  ],
  [
    'a model declining',
    /^\W*sorry,? (?:but|as|i|that|we)\b|\bi (?:cannot|can't|can not|won't) (?:help (?:you|with)|assist|answer (?:that|this|your)|provide|write (?:that|this|about)|fulfil|comply)|\bunable to (?:help|assist|comply|answer|provide|fulfil)\b/,
  ],
  [
    'a model announcing its answer',
    new RegExp(
      `^\\W*(?:sure|certainly|of course|absolutely)\\W{1,3}(?:here|i)\\b|^\\W*here(?:'s| is| are) (?:\\w{1,12} ){0,6}${WRITTEN}(?:\\W*$|\\s*:| (?:about|on|for|that|you)\\b)`,
    ),
  ],
  ['a rate of the prompt', /\bclick[- ]?through[- ]rates?\b/, /\bclick[- ]?through\b/],
]

/** A line of the log that a prompt shows: a rate, then a text of its own. `90% of the universe` is none. */
const LOG_LINE = /^[^\p{L}\p{N}]*\d+(?:[.,]\d+)? ?[%％]\s*\p{Lu}/u

/**
 * What an answer took from the prompt or from orders hidden in its data: orders to a model, talk about prompts, a
 * model speaking of itself, the words of the notes. What a topic or an article is about may be named; an order in them
 * stays an order.
 */
export const checkPromptEcho: Check = ({ text }, { context }) => {
  if (LOG_LINE.test(text))
    return { reason: 'prompt-echo', detail: 'begins with a rate as the prompt shows them' }
  const folded = foldedText(text).replaceAll('’', "'")
  for (const [what, pattern, subject] of ECHOES) {
    if (!pattern.test(folded)) continue
    const isSubject = subject?.test(topicName(context)) === true || articleHas(context, subject)
    if (!isSubject) return { reason: 'prompt-echo', detail: `holds ${what}` }
  }
  return repeatsNotes(text, context) ? { reason: 'prompt-echo', detail: 'repeats the notes' } : null
}

function articleHas({ article = '' }: Context, subject: RegExp | undefined): boolean {
  return subject?.test(foldedText(article)) === true
}

/** Notes are for the writer alone. A few words of them are bound to come back, a whole run of them is read out. */
function repeatsNotes(text: string, context: Context): boolean {
  if (context.notes === undefined) return false
  const own = runsOf(text)
  if (own.length === 0) return false
  const told = runsOfNotes(context)
  return own.some((run) => told.has(run))
}

/** Runs of words in the notes that neither the topic nor the article has; worked out once, as contexts never change. */
const runsOfContexts = new WeakMap<Context, ReadonlySet<string>>()

function runsOfNotes(context: Context): ReadonlySet<string> {
  const known = runsOfContexts.get(context)
  if (known !== undefined) return known
  const subject = new Set([...runsOf(context.topic), ...runsOf(context.article ?? '')])
  const runs = new Set(runsOf(context.notes ?? '').filter((run) => !subject.has(run)))
  runsOfContexts.set(context, runs)
  return runs
}

function runsOf(text: string): string[] {
  const words = plainWords(text)
  const length = CHECK_LIMITS.notesRunWords
  return words.slice(length - 1).map((_, index) => words.slice(index, index + length).join(' '))
}
