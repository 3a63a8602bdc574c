/** Turns texts into unit vectors. Conformance: `testing/encoder-conformance.ts`. */
export interface Encoder {
  /** Names the model: `minilm`. */
  readonly name: string
  readonly dimensions: number
  /** One unit-length vector a text, in the same order. Empty input gives an empty list. */
  embed(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>
  close(): Promise<void>
}
