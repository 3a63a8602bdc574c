import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SlateClaims } from '../core/live/slate-claims.ts'
import { type SigningKey, slateTokens } from './slate-token.ts'

const key = (id: number): SigningKey => ({ id, secret: new Uint8Array(32).fill(id + 1) })
const id = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => Buffer.from(bytes).toString('base64url'))
const itemId = fc.oneof(
  fc.nat(999_999_999).map((number) => `i${number}`),
  fc.constantFrom('i', 'i01', 'i00', 'I1', 'i1234567890', 'i-1', 'x'),
  fc.string({ maxLength: 12, unit: 'grapheme' }),
)
const claims: fc.Arbitrary<SlateClaims> = fc
  .record({
    slateId: id,
    visitor: id,
    contextId: fc.integer({ min: 1, max: 2 ** 31 }),
    arm: fc.stringMatching(/^[a-z0-9-]{1,40}$/),
    version: fc.integer({ min: 1, max: 100_000 }),
    itemIds: fc.uniqueArray(itemId, { minLength: 1, maxLength: 100 }),
    policy: fc.constantFrom('uniform', 'thompson'),
    isUniform: fc.boolean(),
    propensity: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    issuedAtMs: fc.integer({ min: 0, max: 2 ** 43 }),
    windowMs: fc.integer({ min: 0, max: 90 * 86_400_000 }),
  })
  .map(({ windowMs, ...rest }) => ({ ...rest, closesAtMs: rest.issuedAtMs + windowMs }))
const seed = 5

describe('slateTokens', () => {
  it('gives back what was signed, in URL-safe characters', () => {
    const tokens = slateTokens([key(1)])
    fc.assert(
      fc.property(claims, (signed) => {
        const token = tokens.sign(signed)
        expect(token).toMatch(/^v1\.[A-Za-z0-9_-]+$/)
        expect(tokens.verify(token)).toEqual(signed)
      }),
      { seed },
    )
  })

  it('takes no token of which a character was changed, added or left out', () => {
    const tokens = slateTokens([key(1)])
    fc.assert(
      fc.property(
        claims,
        fc.nat(),
        fc.constantFrom('', 'A', 'b', '_', '=', '.', '\u0100'),
        fc.boolean(),
        (signed, where, put, isInsert) => {
          const token = tokens.sign(signed)
          const at = where % (token.length + 1)
          const forged = token.slice(0, at) + put + token.slice(isInsert ? at : at + 1)
          fc.pre(forged !== token)
          expect(tokens.verify(forged)).toBeUndefined()
        },
      ),
      { seed, numRuns: 1000 },
    )
  })

  it('takes no bits beyond the last byte: a slate has one token', () => {
    const tokens = slateTokens([key(1)])
    const [signed] = fc.sample(claims, { seed, numRuns: 1 }) as [SlateClaims]
    const token = tokens.sign(signed)
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (const last of alphabet) {
      const other = token.slice(0, -1) + last
      if (other !== token) expect(tokens.verify(other)).toBeUndefined()
    }
  })

  it('takes no cut token and no arbitrary text', () => {
    const tokens = slateTokens([key(1)])
    fc.assert(
      fc.property(claims, fc.nat(), (signed, where) => {
        const token = tokens.sign(signed)
        expect(tokens.verify(token.slice(0, where % token.length))).toBeUndefined()
      }),
      { seed },
    )
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(tokens.verify(text)).toBeUndefined()
        expect(tokens.verify(`v1.${Buffer.from(text).toString('base64url')}`)).toBeUndefined()
      }),
      { seed },
    )
    expect(tokens.verify(`v1.${'A'.repeat(100_000)}`)).toBeUndefined()
  })

  it('verifies by the keys of before, not by those that were taken away', () => {
    const [signed] = fc.sample(claims, { seed, numRuns: 1 }) as [SlateClaims]
    const old = slateTokens([key(1)]).sign(signed)
    expect(slateTokens([key(2), key(1)]).verify(old)).toEqual(signed)
    expect(slateTokens([key(2)]).verify(old)).toBeUndefined()
    expect(slateTokens([{ id: 1, secret: new Uint8Array(32).fill(99) }]).verify(old)).toBeUndefined()
  })

  it('refuses keys that cannot be used', () => {
    expect(() => slateTokens([])).toThrow(RangeError)
    expect(() => slateTokens([{ id: 1, secret: new Uint8Array(31) }])).toThrow('31 bytes')
    expect(() => slateTokens([key(1), key(1)])).toThrow('two keys')
    expect(() => slateTokens([{ id: 256, secret: new Uint8Array(32) }])).toThrow('256')
  })

  it('refuses to sign what would not come back', () => {
    const tokens = slateTokens([key(1)])
    const [signed] = fc.sample(claims, { seed, numRuns: 1 }) as [SlateClaims]
    expect(() => tokens.sign({ ...signed, slateId: 'short' })).toThrow(RangeError)
    expect(() => tokens.sign({ ...signed, closesAtMs: signed.issuedAtMs - 1 })).toThrow(RangeError)
    const long = Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(60)}`)
    expect(() => tokens.sign({ ...signed, itemIds: long })).toThrow(RangeError)
  })
})
