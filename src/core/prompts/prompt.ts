import type { Context } from '../context.ts'
import type { PromptKind, WriteRequest } from '../strategies/strategy.ts'
import type { TaskDefinition } from '../task.ts'

/** A prompt ready for a model, in the rendering the writer asked for. */
export type Prompt = ChatPrompt | CompletionPrompt

interface PromptBase {
  readonly kind: PromptKind
  /** `kind@rendering-version+task-version`, such as `exploit@chat-1+shopping-question-1`; with notes, `+notes-1` more. */
  readonly version: string
  /** What it was rendered from; the grammar writer reads this instead of the words. */
  readonly source: {
    readonly topic: string
    readonly task: TaskDefinition['key']
    readonly ending: TaskDefinition['constraints']['ending']
    readonly request: WriteRequest
  }
}

/** For instruct models: messages, and a JSON schema that the answer must follow. */
export interface ChatPrompt extends PromptBase {
  readonly rendering: 'chat'
  readonly system: string
  readonly user: string
  /** JSON Schema of the answer: an object with one array of texts, `items`. */
  readonly answerSchema: Readonly<Record<string, unknown>>
  /** Texts asked for in one answer. */
  readonly count: number
}

/**
 * For base and very small models: text to continue. `prefix` is the same for every prompt of a task and a
 * context, so that a model can keep its state for it; `tail` varies. One sample is one candidate, up to the
 * end of the line.
 */
export interface CompletionPrompt extends PromptBase {
  readonly rendering: 'completion'
  readonly prefix: string
  readonly tail: string
}

export type Rendering = Prompt['rendering']

/** Raised whenever the words around the notes change in either rendering. */
const NOTES_VERSION = 1

/** What notes add to a prompt's version: answers to a prompt without them do not fit one with them. */
export function notesVersion({ notes }: Context): string {
  return notes === undefined ? '' : `+notes-${NOTES_VERSION}`
}
