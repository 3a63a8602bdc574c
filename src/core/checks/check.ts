import type { Context } from '../context.ts'
import type { Candidate, Item } from '../item.ts'
import type { TaskDefinition } from '../task.ts'

/** Why a candidate was refused. Stable keys: they are counted, shown in reports and printed with `--json`. */
export type RefusalReason =
  | 'unreadable'
  | 'empty'
  | 'multi-line'
  | 'control-characters'
  | 'markup'
  | 'prompt-echo'
  | 'too-long'
  | 'too-short'
  | 'banned-word'
  | 'ending'
  | 'off-topic'
  | 'not-language'
  | 'repeats-itself'
  | 'few-shot-leak'
  | 'duplicate'
  | 'near-duplicate'
  | 'not-fluent'

export interface Refusal {
  readonly reason: RefusalReason
  /** What exactly, for people: `17 words; at most 15`. */
  readonly detail: string
}

/** What the checks may look at. Pure data: vectors are made before. */
export interface CheckInput {
  readonly task: TaskDefinition
  readonly context: Context
  /** Every item ever accepted for the context, and the candidates accepted before this one in the same round. */
  readonly earlier: readonly Pick<Item, 'id' | 'text' | 'meanLogProbability'>[]
  /**
   * Unit vector of a text, where an encoder is there; undefined without one. It is asked with the comparable
   * form (`comparableText`) of earlier texts and of the candidate, never with the texts themselves.
   */
  readonly vectorOf: (text: string) => Float32Array | undefined
  /** Name of the encoder behind `vectorOf`, which decides how close is too close; `minilm` when left out. */
  readonly encoder?: string
}

/** One reason to refuse. Null lets the candidate pass. */
export type Check = (candidate: Candidate, input: CheckInput) => Refusal | null
