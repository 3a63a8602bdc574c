import { expect, test } from 'vitest'
import { textNormalForm } from './text-normal-form.ts'

test.each([
  ["What's the price of a vacuum?", 'What is the price of vacuums'],
  ['Is the CAFÉ open?', 'is a cafe open'],
  ['Don’t vacuums leak?', 'Do not vacuums leak!'],
  ["Can't I wash it?", 'Cannot I wash it?'],
  ['Which knives cut?', 'Which knife cut?'],
  ['Which shelves hold?', 'Which shelf hold?'],
  ['Which batteries, gloves and boxes?', 'Which battery, glove and box?'],
  ['Which glasses?', 'Which glass?'],
  ['ｆｕｌｌ width', 'full width'],
  ['vac\u200buum', 'vacuum'],
  ["Nietzsche's sister", 'Nietzsche sister'],
  ['over-ear', 'over ear'],
])('%s is %s', (one, other) => {
  expect(textNormalForm(one)).toBe(textNormalForm(other))
})

test.each([
  ['Is a vacuum loud?', 'Is a vacuum cloud?'],
  ['Is it safe?', 'Is it not safe?'],
  ['Is this 5 or 6?', 'Is this 5 or 7?'],
])('%s is not %s', (one, other) => {
  expect(textNormalForm(one)).not.toBe(textNormalForm(other))
})

test('nothing to read gives an empty form', () => {
  expect(textNormalForm('?! 🎧')).toBe('')
})
