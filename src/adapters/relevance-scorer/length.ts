import type { RelevanceScorer } from '../../ports/relevance-scorer.ts'

/**
 * The paper's length test, by words: clamp((words - 4) * 9/11 + 1, 1, 10), so 4 words give 1 and 15 give 10. It shows
 * whether a writer makes use of the rates it is shown, whatever the texts say.
 */
export function wordCountScorer(): RelevanceScorer {
  return lengthScorer('words', (text) => ((wordCount(text) - 4) * 9) / 11 + 1)
}

/** The paper's length test, by characters: clamp((characters - 20) * 9/55 + 1, 1, 10), so 20 give 1 and 75 give 10. */
export function characterCountScorer(): RelevanceScorer {
  // Code points: what a reader counts, and not UTF-16 units.
  return lengthScorer('characters', (text) => (([...text.trim()].length - 20) * 9) / 55 + 1)
}

function wordCount(text: string): number {
  const trimmed = text.trim()
  return trimmed === '' ? 0 : trimmed.split(/\s+/).length
}

function lengthScorer(name: string, relevanceOf: (text: string) => number): RelevanceScorer {
  return {
    name,
    async score(queries, signal) {
      signal?.throwIfAborted()
      return queries.map(({ text }) => ({
        kind: 'scored',
        relevance: Math.min(10, Math.max(1, relevanceOf(text))),
      }))
    },
    async close() {},
  }
}
