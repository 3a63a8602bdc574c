import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Encoder } from '../ports/encoder.ts'

/** What every encoder must keep to. Call it at the top level of a test file. */
export function encoderConformance(name: string, create: () => Encoder | Promise<Encoder>): void {
  describe(`${name} as an encoder`, () => {
    let encoder: Encoder
    beforeAll(async () => {
      encoder = await create()
    })
    afterAll(() => encoder.close())

    const texts = ['Is it durable?', 'What does it cost?', 'Who was there?']

    test('gives one unit vector a text, in order', async () => {
      const vectors = await encoder.embed(texts)
      expect(vectors).toHaveLength(texts.length)
      for (const [index, text] of texts.entries()) {
        expect(vectors[index]).toHaveLength(encoder.dimensions)
        expect(Math.hypot(...(vectors[index] as Float32Array))).toBeCloseTo(1, 4)
        expect((await encoder.embed([text]))[0]).toEqual(vectors[index])
      }
      expect(vectors[0]).not.toEqual(vectors[1])
    })

    test('answers an empty batch with nothing', async () => {
      expect(await encoder.embed([])).toEqual([])
    })

    test('gives the same vector twice, in a batch, reordered and repeated', async () => {
      const [first, second, third] = await encoder.embed(texts)
      expect(await encoder.embed(['Who was there?', 'Is it durable?', 'Who was there?'])).toEqual([
        third,
        first,
        third,
      ])
      expect(await encoder.embed(['What does it cost?'])).toEqual([second])
    })

    test('does not hand out its own memory', async () => {
      const [before] = await encoder.embed(texts)
      const untouched = before?.slice()
      before?.fill(0)
      expect((await encoder.embed(texts))[0]).toEqual(untouched)
    })

    test('takes any text', async () => {
      const odd = ['', ' ', '\u0000\u202e', '漢字 🙂', '\ud800', 'word '.repeat(5000)]
      const vectors = await encoder.embed(odd)
      for (const vector of vectors) expect(vector.every(Number.isFinite)).toBe(true)
    })

    test('stops when aborted before it begins', async () => {
      const reason = new Error('enough')
      await expect(encoder.embed(texts, AbortSignal.abort(reason))).rejects.toBe(reason)
    })
  })
}
