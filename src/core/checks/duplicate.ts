import type { Check } from './check.ts'
import { formsOf } from './text-forms.ts'

/** The very text of an earlier one, but for case, punctuation, accents, articles, plurals or contractions. */
export const checkDuplicate: Check = ({ text }, { earlier, context }) => {
  const { normalForm } = formsOf(text, context.topic)
  const same = earlier.find((item) => formsOf(item.text, context.topic).normalForm === normalForm)
  return same === undefined ? null : { reason: 'duplicate', detail: `the same text as ${same.id}` }
}
