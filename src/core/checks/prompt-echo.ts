import { foldedText } from '../folded-words.ts'
import type { Check } from './check.ts'

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
 * model speaking of itself. What a topic or an article is about may be named; an order in them stays an order.
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
  return null
}
