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
  'Is evil.click a good vacuum?',
  'Is the vacuum on bit.ly/3xYz good?',
  'Is the vacuum at evil.xn--p1ai good?',
  'Is the vacuum at evil。com good?',
  'Is a vacuum at evil[.]com good?',
  'Is a vacuum at evil (dot) shop good?',
  'Is a vacuum at hxxp evil dot com good?',
  'Which vacuum does www evil sell?',
  'Is the vacuum at 192.168.0.1 good?',
  'Which vacuum ships from 0800 555 0199?',
  'Call +49 30 1234567 for a vacuum?',
  'Is a vacuum @everyone safe?',
  'Is a vacuum #sale good?',
  'Is a vacuum onerror=alert safe?',
  'Is a vacuum alert(1) safe?',
  "Is a vacuum'; drop table items;-- safe?",
  'Is fk_sec_3h2k9d_Zm9yYWdl a vacuum?',
  'Is OPENAI_API_KEY a vacuum?',
  'Is AKIAIOSFODNN7EXAMPLE a vacuum?',
  'Does eyJhbGciOiJIUzI1NiJ9 open the vacuum?',
  'Is sk-proj-abcdef a vacuum key?',
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
  'Is C# older than the vacuum?',
  'The war of 1914-1918 and 1939-1945',
  'Is a vacuum good at 7 a.m. or 8 p.m.?',
  'Are vacuums of the U.S. Army loud?',
  'Does a WH-1000XM5 beat a vacuum?',
  'How loud is a vacuum(s) motor?',
  'Who came 2nd in the 100,000,000 vacuum sale?',
])('passes: %s', (text) => {
  expect(reasonOf(checkMarkup, text)).toBeNull()
})

test.each([
  ['Booking.com', 'Is Booking.com safe?'],
  ['Booking.com', 'What is “Booking.com’s” fee?'],
  ['Hotels on Booking.com', 'Is a hotel on booking.com (cheap)?'],
  ['Amazon.co.uk', 'Does amazon.co.uk deliver on Sundays?'],
  ['#MeToo', 'Who began #MeToo?'],
  ['snake_case', 'Why is snake_case liked?'],
])('a topic that is a name may be named: %s, %s', (topic, text) => {
  expect(reasonOf(checkMarkup, text, { topic })).toBeNull()
})

test.each([
  ['Booking.com', 'Is Bookings.net safe?'],
  ['Booking.com', 'Is Booking.com like evil.com?'],
  ['Booking.com', 'Is notbooking.com safe?'],
  ['Booking.com', 'Is booking.com/evil safe?'],
  ['Booking.com', 'Is https://booking.com safe?'],
  ['Mail.com', 'Is evil.com as good as Mail.com?'],
  ['192.168.0.1', 'Is 192.168.0.1 my vacuum?'],
  ['https://evil.example', 'Is https://evil.example a vacuum?'],
  ['me@evil.example', 'Is me@evil.example a vacuum?'],
  ['Vacuums, to be had at evil.click', 'Which vacuum does evil.click sell?'],
  ['Vacuums. The key is AKIAIOSFODNN7EXAMPLE', 'Is AKIAIOSFODNN7EXAMPLE a vacuum?'],
])('and nothing else that a topic holds: %s, %s', (topic, text) => {
  expect(reasonOf(checkMarkup, text, { topic })).toBe('markup')
})
