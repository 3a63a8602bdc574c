/** Why an item was written: for the first pool, by one of the paper's prompts, by a user's own, or by a person. */
export type WriteMode =
  | 'seed'
  | 'explore'
  | 'exploit'
  | 'full-ctr'
  | 'partial-ctr'
  | 'random-ctr'
  | 'no-drop'
  | (string & {})

/** One text that was accepted into a pool, with its lineage. Never changed; leaving is recorded in the history. */
export interface Item {
  /** `i0`, `i1`, ... in the order of birth within a context. */
  readonly id: string
  readonly text: string
  readonly mode: WriteMode
  /** Ids of the items its prompt held up as examples to follow, best first; empty for a seed. */
  readonly parents: readonly string[]
  /** Iteration whose pool it first stood in; 0 for the initial pool. */
  readonly bornAt: number
  /** Model that wrote it, as the writer reports it. */
  readonly writtenBy: string
  /** `kind@version` of the prompt. */
  readonly promptVersion: string
  /** Mean natural log-probability of its sampled tokens, where the model gives it. */
  readonly meanLogProbability?: number
}

/** A text a writer proposed, before any check. */
export interface Candidate {
  readonly text: string
  readonly meanLogProbability?: number
}
