import { expect, test } from 'vitest'
import { reasonOf } from '../../../test/check-fixture.ts'
import { checkMarkup } from './markup.ts'

test.each([
  'Is a <b>vacuum</b> loud?',
  'Is a vacuum loud?<script>alert(1)</script>',
  'Is a < img src=x> vacuum loud?',
  'Is a ＜b＞vacuum loud?',
  'Is a vacuum loud?<|endoftext|>',
  'Is a vacuum loud?<br/>',
  'Is a vacuum &lt;b&gt; loud?',
  'Is a vacuum &#60; loud?',
  '**Is a vacuum loud?**',
  '*Is a vacuum loud?*',
  'Is a _vacuum_ loud?',
  '`Is a vacuum loud?`',
  '```json Is a vacuum loud?',
  '# Is a vacuum loud?',
  '> Is a vacuum loud?',
  '- Is a vacuum loud?',
  '• Is a vacuum loud?',
  '3. Is a vacuum loud?',
  '(3) Is a vacuum loud?',
  'a) Is a vacuum loud?',
  'Q: Is a vacuum loud?',
  'Question 3: Is a vacuum loud?',
  'Assistant: Is a vacuum loud?',
  'Is a {topic} loud?',
  `Is a ${'$'}{vacuum} loud?`,
  'Is a {{vacuum}} loud?',
  '[INST] Is a vacuum loud?',
  'Is a [vacuum](x) loud?',
  'Is a vacuum loud? | 12.3 %',
  'Is a vacuum loud?\\n',
  '["Is a vacuum loud?"]',
  '{"items": ["Is a vacuum loud?"]}',
  '"text": "Is a vacuum loud?"',
  'Is https://example.org/vacuum loud?',
  'Is HTTP://x a vacuum?',
  'Is javascript:alert(1) a vacuum?',
  'Is www.example a vacuum?',
  'Is vacuums-cheap.shop a good vacuum?',
  'Is ｅｘａｍｐｌｅ．ｃｏｍ a vacuum?',
  'Is me@example a vacuum?',
])('refuses: %s', (text) => {
  expect(reasonOf(checkMarkup, text)).toBe('markup')
})

test.each([
  'Is a vacuum under $200 any good?',
  'Is a 5 % cheaper vacuum worth it?',
  'Is 3 < 5 dB a lot for a vacuum?',
  'Is a vacuum (with a bag) loud?',
  'Is a vacuum from Black & Decker loud?',
  'Is an e.g. 3.5 kg vacuum heavy?',
  'Are the #1 vacuums loud?',
  'Node.js or a vacuum?',
  'Banksy: the artist who shredded his own work',
  'A 5* hotel and its vacuum',
])('passes: %s', (text) => {
  expect(reasonOf(checkMarkup, text)).toBeNull()
})

test('a topic that is an address may be named, no other', () => {
  expect(reasonOf(checkMarkup, 'Is Booking.com safe?', { topic: 'Booking.com' })).toBeNull()
  expect(reasonOf(checkMarkup, 'Is Bookings.net safe?', { topic: 'Booking.com' })).toBe('markup')
})
