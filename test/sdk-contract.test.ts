import type { z } from '@hono/zod-openapi'
import { expect, expectTypeOf, test } from 'vitest'
import type { WireEvent, WireResult, WireSlateAnswer } from '../sdk/src/wire.ts'
import { type EventResult, type EventSent, eventSchema } from '../src/service/contract/events.ts'
import { slateAnswerSchema } from '../src/service/contract/slates.ts'

/** As it goes over the wire, nothing is read-only. */
type Plain<T> = T extends object ? { -readonly [Key in keyof T]: Plain<T[Key]> } : T

test('the client’s types are those of the service’s schemas', () => {
  expectTypeOf<Plain<WireSlateAnswer>>().toEqualTypeOf<Plain<z.infer<typeof slateAnswerSchema>>>()
  expectTypeOf<Plain<WireEvent>>().toEqualTypeOf<Plain<EventSent>>()
  expectTypeOf<Plain<WireResult>>().toEqualTypeOf<Plain<EventResult>>()
  expect(eventSchema.safeParse({}).success).toBe(false)
  expect(slateAnswerSchema.safeParse({}).success).toBe(false)
})
