import type { KeptAnswers } from '../../ports/kept-answers.ts'

/** Kept for the life of the process. `entriesMax` bounds it: the oldest leave first. */
export function memoryKeptAnswers(options: { readonly entriesMax?: number } = {}): KeptAnswers {
  const { entriesMax = 100_000 } = options
  const entries = new Map<string, Uint8Array>()
  return {
    get(key) {
      return entries.get(key)?.slice()
    },
    async put(key, value) {
      entries.delete(key)
      entries.set(key, value.slice())
      if (entries.size > entriesMax) entries.delete(entries.keys().next().value as string)
    },
    async close() {
      entries.clear()
    },
  }
}
