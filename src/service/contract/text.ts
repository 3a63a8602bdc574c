import { z } from '@hono/zod-openapi'
import { NOTES_MAX } from '../../core/context.ts'

/** Control and direction characters, line and paragraph separators, halves of surrogate pairs. */
const UNSAFE = /[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
/** As `UNSAFE`, but line ends and tabs are text. */
const UNSAFE_IN_LINES = /(?![\n\r\t])[\p{Cc}\p{Cs}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/u
/** What cannot be seen, in names that are compared: joiners and the like too. */
const UNSEEN = /[\p{Cf}\p{Zl}\p{Zp}]/u
const READABLE = /[\p{L}\p{N}]/u

export const TOPIC_MAX = 200
export const KEY_MAX = 200
export const ARTICLE_MAX = 100_000
export const ITEM_TEXT_MAX = 500

/** One line of visible text of 1 to `max` characters. */
export function lineOf(max: number) {
  return z
    .string('give a text')
    .min(1, 'it is empty; give a text')
    .max(max, `give at most ${max} characters`)
    .refine((value) => value === value.trim(), 'remove the spaces around it')
    .refine((value) => !UNSAFE.test(value), 'give one line without control or direction characters')
}

/** One line that says something: with a letter or digit. */
export function readableLine(max: number) {
  return lineOf(max).refine((value) => READABLE.test(value), 'give a text with at least one letter or digit')
}

/**
 * A name that requests are made with and that is compared exactly: no unseen characters, one way to write it, and
 * nothing that a URL's path would swallow.
 */
export const contextKeyText = lineOf(KEY_MAX)
  .refine((value) => !UNSEEN.test(value), 'give a text without characters that cannot be seen')
  .refine((value) => value === value.normalize('NFC'), 'give it in the Unicode form NFC')
  .refine((value) => value !== '.' && value !== '..', 'a path cannot hold . or .. as a name')

export const topicText = readableLine(TOPIC_MAX)

/** Several lines of visible text of 1 to `max` characters that say something. */
function linesOf(max: number) {
  return z
    .string('give a text')
    .min(1, 'it is empty; give a text')
    .max(max, `give at most ${max} characters`)
    .refine((value) => !UNSAFE_IN_LINES.test(value), 'give text without control or direction characters')
    .refine((value) => READABLE.test(value), 'give a text with at least one letter or digit')
}

export const articleText = linesOf(ARTICLE_MAX)

export const notesText = linesOf(NOTES_MAX)

/** `live`, `holdout`, or any name of an A/B test. */
export const armKeyText = z
  .string('give a text')
  .regex(
    /^[a-z0-9][a-z0-9-]{0,39}$/,
    'give 1 to 40 lower-case letters, digits and hyphens, not a hyphen first',
  )

/** What a person asks an item to say. What else is wrong with it the checks tell, item by item. */
export const itemText = z
  .string('give a text')
  .min(1, 'it is empty; give a text')
  .max(ITEM_TEXT_MAX, `give at most ${ITEM_TEXT_MAX} characters`)

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number) {
  const advice = `give a whole number from ${least} to ${most}`
  return z.int(advice).min(least, advice).max(most, advice)
}

/** A number from `least` to `most`. */
export function numberFrom(least: number, most: number) {
  const advice = `give a number from ${least} to ${most}`
  return z.number(advice).min(least, advice).max(most, advice)
}

/** A share, in [0, 1]. */
export const share = numberFrom(0, 1)
