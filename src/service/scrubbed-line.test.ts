import { expect, test } from 'vitest'
import { newKeyText } from './keys/api-key.ts'
import { scrubbedLine } from './scrubbed-line.ts'

test.each([
  ['key fk_sec_3h2k9d_abcdefghjkmnpqrstuvwxyz234567892', 'key fk_sec_3h2k9d_[redacted]'],
  ['postgres://forage:hunter2@db:5432/x failed', 'postgres://forage:[redacted]@db:5432/x failed'],
  ['Authorization: Bearer abcdefghijklmnop.qr', 'Authorization: Bearer [redacted]'],
  ['"api key sk-proj-abcdefghijklmnopqrst was refused"', '"api key sk-[redacted] was refused"'],
  [`token v1.${'a'.repeat(200)}!`, 'token v1.[redacted]!'],
  ['http://127.0.0.1:8787/v1/contexts', 'http://127.0.0.1:8787/v1/contexts'],
  ['{"url":"http://[::1]:8787","by":"a@b.example"}', '{"url":"http://[::1]:8787","by":"a@b.example"}'],
])('%s', (line, wanted) => {
  expect(scrubbedLine(line)).toBe(wanted)
})

test('no key that can be made gets through', () => {
  for (const kind of ['secret', 'publishable'] as const) {
    for (let made = 0; made < 50; made++) {
      const text = newKeyText(kind)
      expect(scrubbedLine(`{"err":"${text}"}`)).not.toContain(text.slice(14))
    }
  }
})
