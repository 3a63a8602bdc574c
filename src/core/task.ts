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
  /** Words of the few-shot lists that completion models continue. `{topic}` is replaced by the lower-cased topic. */
  readonly completion: CompletionWording
  /** Few-shot material: other categories with natural, varied items. At least six; never the context's own. */
  readonly shots: readonly TaskShot[]
}

/** Each line ends where the text or the list begins; plain words that a web page could hold work better than orders. */
export interface CompletionWording {
  /** Opens the article: `An article about {topic}:`. Used by tasks that need one. */
  readonly article: string
  /** Opens a list of items, such as `Questions shoppers ask about {topic}:`. */
  readonly list: string
  /** Opens a list with rates, lowest first, such as `Questions about {topic}, by the share of shoppers who clicked:`. */
  readonly ratedList: string
  /** Opens one item that did well, such as `A popular question about {topic}:`. */
  readonly popular: string
  /** Opens one more around the same subject, such as `Another on the same subject:`. */
  readonly alike: string
}

export interface TaskShot {
  readonly topic: string
  /** Short: 40 to 80 words. Present exactly when the task needs an article. */
  readonly article?: string
  /** At least four, each on another subject. */
  readonly items: readonly string[]
  /** Two more items that stand around one subject, worded differently. */
  readonly alike: readonly [string, string]
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
