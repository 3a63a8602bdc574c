/** What is being recommended for (t in the paper): one task, one topic, and the article where the task has one. */
export interface Context {
  /** Stable name, unique in a run or a service, such as `shopping-question/vacuums`. */
  readonly key: string
  /** Key of the task definition, such as `shopping-question`. */
  readonly task: string
  /** As people write it, such as `Rice Cookers`. 1 to 200 characters. */
  readonly topic: string
  /** Text that the items are about; absent for tasks without one. */
  readonly article?: string
  /** Wishes of the people who run the page for the writer, in plain words; at most `NOTES_MAX` characters. */
  readonly notes?: string
}

/** UTF-16 units. They go into every prompt, so each costs tokens at each request. */
export const NOTES_MAX = 2000
