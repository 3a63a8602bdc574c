import type { Encoder } from '../ports/encoder.ts'

/**
 * An encoder for tests: each word adds one fixed direction, so texts with words in common are alike. No model, no
 * files; says nothing about meaning. Counts the texts it was asked for.
 */
export function wordEncoder(dimensions = 64): Encoder & { readonly asked: string[] } {
  const asked: string[] = []
  return {
    name: 'words',
    dimensions,
    asked,
    async embed(texts, signal) {
      signal?.throwIfAborted()
      asked.push(...texts)
      return texts.map((text) => vectorOf(text, dimensions))
    },
    async close() {},
  }
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const sums = new Float64Array(dimensions)
  // One more word, so that a text without words has a direction too.
  for (const word of ['', ...text.toLowerCase().split(/[^\p{L}\p{N}]+/u)]) {
    let hash = 2166136261
    for (let index = 0; index < word.length; index++) {
      hash = Math.imul(hash ^ word.charCodeAt(index), 16777619)
    }
    for (let dimension = 0; dimension < dimensions; dimension++) {
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) + dimension
      sums[dimension]! += ((hash >>> 8) & 0xffff) / 0x8000 - 1
    }
  }
  const length = Math.hypot(...sums)
  return Float32Array.from(sums, (sum) => sum / length)
}
