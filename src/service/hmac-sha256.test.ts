import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { ShortHmac } from './hmac-sha256.ts'

it("is Node's HMAC-SHA256", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 64 }),
      fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 }),
      (secret, messages) => {
        const hmac = new ShortHmac(secret, 300)
        for (const message of messages) {
          hmac.message.set(message)
          const digest = Buffer.from(hmac.digest(message.length), 'latin1')
          expect(digest).toEqual(createHmac('sha256', secret).update(message).digest())
        }
      },
    ),
    { seed: 2 },
  )
  expect(() => new ShortHmac(new Uint8Array(31), 10)).toThrow('31 bytes')
  expect(() => new ShortHmac(new Uint8Array(65), 10)).toThrow('65 bytes')
})
