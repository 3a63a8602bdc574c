import type { RunEvent } from '../lab/run-events.ts'
import type { WriterAnswer, WriterRequest } from '../ports/writer.ts'

/** What a run's directory says, read and checked: all that a report is made from. */
export interface RunRecord {
  readonly config: RunConfig
  readonly events: readonly RunEvent[]
  /** What was asked of the writer and what it said, by the key that events carry. May lack some. */
  readonly answers: ReadonlyMap<string, WriterExchange>
  /** What a reader should know about the files: a torn last line, a file that is not there. */
  readonly notices?: readonly string[]
}

/** The part of `config.json` that a report shows beyond what the events say. */
export interface RunConfig {
  /** Version of Forage that ran. */
  readonly forageVersion?: string
  readonly article?: string
  readonly personas: readonly RunPersona[]
  readonly choiceTemperature?: number
  readonly noClickScore?: number
}

interface RunPersona {
  readonly name: string
  readonly description: string
  /** Share of visits is weight over the sum of weights; above 0. */
  readonly weight: number
}

/** One line of `answers.jsonl` that holds a writer's answer; a full `WriterRequest` and `WriterAnswer` fit. */
export interface WriterExchange {
  readonly request: Omit<WriterRequest, 'prompt'> & { readonly prompt: ShownPrompt }
  readonly answer: WriterAnswer
}

/** The words of a prompt, without what they were rendered from. */
type ShownPrompt =
  | { readonly rendering: 'chat'; readonly version: string; readonly system: string; readonly user: string }
  | {
      readonly rendering: 'completion'
      readonly version: string
      readonly prefix: string
      readonly tail: string
    }
