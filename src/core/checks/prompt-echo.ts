import type { Context } from '../context.ts'
import { foldedText } from '../folded-words.ts'
import { plainWords } from '../text-normal-form.ts'
import type { Check } from './check.ts'
import { CHECK_LIMITS } from './check-limits.ts'

/** What is looked for, in words, and its pattern. Each runs in linear time: no nested repetition. */
const ECHOES: readonly (readonly [what: string, pattern: RegExp, mayBeSubject?: true])[] = [
  [
    'an order to a model',
    /\b(?:ignore|disregard|forget|override)\b[^.?!]{0,40}\b(?:instructions?|prompts?|rules|directions)\b|\byou are now\b|\b(?:new|previous|prior|above) (?:instructions?|prompts?)\b/,
  ],
  [
    'a word on the prompt',
    /\bsystem (?:prompt|message)s?\b|\bjson (?:object|list|array|schema)s?\b|\brequest field\b/,
    true,
  ],
  [
    'a model speaking of itself',
    /\bas an? (?:ai|artificial intelligence|large language|language) (?:model|assistant|system)?|\bi(?:'m| am) (?:an ai|a language model|sorry|unable)\b/,
  ],
  [
    'a model declining',
    /^\W*sorry\b|\bi (?:cannot|can't|can not|won't) (?:help|assist|answer|provide|write|fulfil)|\bunable to (?:help|assist|comply)\b/,
  ],
  [
    'a model announcing its answer',
    /^\W*(?:here (?:are|is)|sure|certainly|of course)\b(?=.{0,30}\b(?:are|is|some|questions?|headlines?|list)\b)/,
  ],
  ['a rate of the prompt', /\bclick[- ]?through[- ]rates?\b|^\W*\d+(?:[.,]\d+)? ?%/, true],
]

/**
 * What an answer took from the prompt or from orders hidden in its data: orders to a model, talk about prompts, a
 * model speaking of itself, the words of the notes. What a topic or an article is about may be named; an order in them
 * stays an order.
 */
export const checkPromptEcho: Check = ({ text }, { context }) => {
  const folded = foldedText(text).replaceAll('’', "'")
  for (const [what, pattern, mayBeSubject] of ECHOES) {
    const found = pattern.exec(folded)?.[0].trim()
    if (found === undefined) continue
    const isSubject =
      mayBeSubject === true && foldedText(`${context.topic}\n${context.article ?? ''}`).includes(found)
    if (!isSubject) return { reason: 'prompt-echo', detail: `holds ${what}` }
  }
  return repeatsNotes(text, context) ? { reason: 'prompt-echo', detail: 'repeats the notes' } : null
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
