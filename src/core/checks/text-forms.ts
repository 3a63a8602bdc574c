import { keptByTopic } from '../kept-by-topic.ts'
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

/** The forms of a text; worked out once and kept. The result depends on nothing else. */
export const formsOf = keptByTopic((text: string, topic: string): TextForms => {
  const meaning = questionMeaning(text, topic)
  return {
    normalForm: textNormalForm(text),
    meaning,
    meaningKey: meaning.join(' '),
    comparable: comparableText(text, topic),
  }
})
