/**
 * What is to be written, as data: one JSON file a task (`data/tasks/*.json`, or a user's own file). The
 * schema that parses it is `src/lab/task-file.ts`; inside, this type is trusted.
 */
export interface TaskDefinition {
  readonly key: string
  /** For people, such as `Shopping questions`. */
  readonly name: string
  /** Raised when the wording changes, because the prompt version carries it. */
  readonly version: number
  /** What one item is called, such as `question`, and several, such as `questions`. */
  readonly noun: { readonly one: string; readonly many: string }
  /** True when items are about an article, which must then be given. */
  readonly needsArticle: boolean
  /** For instruct models: who reads the items, and what makes one good. Plain sentences. */
  readonly brief: string
  readonly constraints: ItemConstraints
  /**
   * For completion models: the line that opens a category's list; `{topic}` is replaced by the lower-cased
   * topic. The items follow as a list.
   */
  readonly listHeading: string
  /** Few-shot material: other categories with natural, varied items. At least four; never the context's own. */
  readonly shots: readonly TaskShot[]
}

export interface TaskShot {
  readonly topic: string
  readonly article?: string
  /** At least four. */
  readonly items: readonly string[]
}

export interface ItemConstraints {
  readonly wordsMin: number
  readonly wordsMax: number
  /** Whether an item must name the topic (plural and word forms count). */
  readonly namesTopic: boolean
  /** Lower-case words an item may not hold. */
  readonly bannedWords: readonly string[]
  /** `question`: must end with a question mark. `statement`: must not. `any`: free. */
  readonly ending: 'question' | 'statement' | 'any'
}
