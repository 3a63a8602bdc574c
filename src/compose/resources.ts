import type { AnswerFile } from '../lab/answer-log.ts'
import type { CallMeter } from '../lab/scheduler/budget.ts'
import type { Encoder } from '../ports/encoder.ts'
import type { KeptAnswers } from '../ports/kept-answers.ts'
import type { Writer } from '../ports/writer.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ModelsWanted {
  /** `local[:NAME|FILE.gguf|hf:URI]`, `grammar`, `recorded:FILE`, `PROVIDER:MODEL`; the first that is there when absent. */
  readonly writer?: string | undefined
  /** `embedding`, `words`, `characters`, `PROVIDER:MODEL`; `embedding`, or what was recorded, when absent. */
  readonly scorer?: string | undefined
  readonly seed: number
  /** `none`: near-duplicates are found by words only, on every machine alike. */
  readonly encoder?: 'none' | undefined
}

/** Where the choice may say something. */
export interface ModelsHost {
  readonly env: Environment
  /** Something to know about the run. */
  readonly note: (text: string) => void
  /** Something that goes on now, before the run. */
  readonly progress?: (text: string) => void
  readonly signal: AbortSignal
  /** Told each new question to a model that is asked for many runs; see `openKept`. */
  readonly meter?: CallMeter
}

/** A part whose name is known before it is opened. */
export interface Choice<Part> {
  readonly name: string
  /** Of a scorer: the encoder it rests on. */
  readonly encoder?: string
  readonly open: () => Promise<Part>
}

/** A writer; what runs in this process is told how many requests it answers at the same time, 1 by default. */
export interface WriterChoice extends Choice<Writer> {
  readonly open: (requestsAtOnce?: number) => Promise<Writer>
}

/** What is shared between the parts of one choice. */
export interface Resources {
  readonly wanted: ModelsWanted
  readonly host: ModelsHost
  readonly modelsDirectory: string
  readonly recorded?: AnswerFile
  /** Closed in reverse order. */
  readonly closing: (() => Promise<void> | void)[]
  store?: Promise<KeptAnswers | undefined>
  minilm?: Promise<Encoder | { readonly missing: string }>
}

/** What follows `kind:`; the empty text for `kind` alone, undefined for anything else. */
export function afterColon(spec: string | undefined, kind: string): string | undefined {
  if (spec === kind) return ''
  return spec?.startsWith(`${kind}:`) ? spec.slice(kind.length + 1).trim() : undefined
}
