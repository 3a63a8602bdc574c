/** One side of a topic that people may care about, with the words to write about it. */
export interface Aspect {
  readonly key: string
  /** What a text can be about. No two aspects of a domain share one. */
  readonly details: readonly string[]
  /** Sentences with `{topic}`, some with `{detail}`; a detail is never a subject, so that number and verb cannot clash. */
  readonly questions: readonly string[]
  readonly statements: readonly string[]
  /** Words that tell the aspect of a text written by somebody else. */
  readonly cues: readonly string[]
}

/** The parts of a text between commas. */
export function listed(text: string): string[] {
  return text.split(',').map((part) => part.trim())
}
