/**
 * Bytes kept by key, from one run to the next: embeddings and relevance are asked for again and again. Losing
 * everything costs time, never truth.
 */
export interface KeptAnswers {
  get(key: string): Uint8Array | undefined
  /** Resolves when other processes can see it. A key that is there gets the new value. */
  put(key: string, value: Uint8Array): Promise<void>
  /** Safe to call twice. */
  close(): Promise<void>
}
