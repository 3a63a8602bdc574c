import { textNormalForm } from '../text-normal-form.ts'
import { comparableText } from './comparable-text.ts'
import { questionMeaning } from './question-meaning.ts'

/** A text in the three forms that are compared. */
export interface TextForms {
  readonly normalForm: string
  readonly meaning: readonly string[]
  /** `meaning` as one text; empty where it is. */
  readonly meaningKey: string
  readonly comparable: string
}

/** Texts kept; each earlier text is compared with every candidate, and its forms never change. */
const KEPT_MAX = 4096
const kept = new Map<string, TextForms>()

/** The forms of a text; worked out once and kept, oldest first to leave. The result depends on nothing else. */
export function formsOf(text: string, topic: string): TextForms {
  // A null character in either is refused before this, and would at worst mix up two hostile texts.
  const key = `${topic}\0${text}`
  const known = kept.get(key)
  if (known !== undefined) return known
  const meaning = questionMeaning(text, topic)
  const forms: TextForms = {
    normalForm: textNormalForm(text),
    meaning,
    meaningKey: meaning.join(' '),
    comparable: comparableText(text, topic),
  }
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value as string)
  kept.set(key, forms)
  return forms
}
