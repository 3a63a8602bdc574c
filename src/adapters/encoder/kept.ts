import { createHash } from 'node:crypto'
import type { Encoder } from '../../ports/encoder.ts'
import type { KeptAnswers } from '../../ports/kept-answers.ts'

/**
 * An encoder that asks another one only for texts it never saw. The key is a hash of the encoder's name and the text.
 * Closing closes the inner encoder; the store belongs to whoever opened it.
 *
 * @param options.fingerprint tells files of one name apart, such as the model's sha256
 */
export function keptEncoder(
  inner: Encoder,
  store: KeptAnswers,
  options: { readonly fingerprint?: string } = {},
): Encoder {
  const keyOf = (text: string) => {
    const parts = JSON.stringify([inner.name, options.fingerprint ?? '', text])
    return `embedding:${createHash('sha256').update(parts).digest('hex')}`
  }
  return {
    name: inner.name,
    dimensions: inner.dimensions,
    async embed(texts, signal) {
      signal?.throwIfAborted()
      const vectors = new Map<string, Float32Array>()
      const unseen = new Set<string>()
      for (const text of texts) {
        const vector = readVector(store.get(keyOf(text)), inner.dimensions)
        if (vector === undefined) unseen.add(text)
        else vectors.set(text, vector)
      }
      if (unseen.size > 0) {
        const asked = [...unseen]
        const fresh = await inner.embed(asked, signal)
        const writes = asked.map((text, index) => {
          const vector = fresh[index] as Float32Array
          vectors.set(text, vector)
          return store.put(keyOf(text), bytesOf(vector))
        })
        await Promise.all(writes)
      }
      return texts.map((text) => (vectors.get(text) as Float32Array).slice())
    },
    close: () => inner.close(),
  }
}

/** Little-endian 32-bit floats, on any machine. */
function bytesOf(vector: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(vector.length * 4))
  for (const [index, value] of vector.entries()) bytes.setFloat32(index * 4, value, true)
  return new Uint8Array(bytes.buffer)
}

/** Undefined for what is not there or has another length: it is asked again. */
function readVector(bytes: Uint8Array | undefined, dimensions: number): Float32Array | undefined {
  if (bytes === undefined || bytes.length !== dimensions * 4) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Float32Array.from({ length: dimensions }, (_, index) => view.getFloat32(index * 4, true))
}
