import type { Context } from '../core/context.ts'
import type { Persona } from '../core/persona.ts'
import type { Prompt, Rendering } from '../core/prompts/prompt.ts'
import type { RelevanceResult } from './relevance-scorer.ts'
import type { WriterAnswer, WriterRequest } from './writer.ts'

/**
 * Answers that were paid for, kept so that nothing is asked twice and a run can be played again. What was asked
 * is the key: the same question to the same model has one answer.
 */
export interface AnswerLog {
  /** Whose answers these are; a replay goes by their names. */
  readonly sources: AnswerSources
  /** The answer to exactly this question; undefined when it was never asked. */
  get<K extends AnswerKind>(kind: K, question: Questions[K]): Answers[K] | undefined
  /** Keeps an answer. A question that is there already keeps its first answer. */
  append<K extends AnswerKind>(kind: K, question: Questions[K], answer: Answers[K]): void
}

export type AnswerKind = 'writer' | 'relevance' | 'embedding'

/** The models behind a log, as far as a run has them. */
export interface AnswerSources {
  readonly writer?: { readonly name: string; readonly rendering: Rendering; readonly isStandIn: boolean }
  readonly scorer?: { readonly name: string; readonly encoder?: string }
  readonly encoder?: { readonly name: string; readonly dimensions: number }
}

/** What was asked, as it is kept: all that the answer hangs on, and nothing else. */
export interface Questions {
  readonly writer: WriterQuestion
  readonly relevance: RelevanceQuestion
  readonly embedding: EmbeddingQuestion
}

export interface Answers {
  readonly writer: WriterAnswer
  readonly relevance: RelevanceResult
  readonly embedding: Float32Array
}

export interface WriterQuestion {
  /** Name of the writer. */
  readonly writer: string
  /** The prompt's words. What it was made from is left out: a model does not see it. */
  readonly prompt: WithoutSource<Prompt>
  readonly samples: number
  readonly seed: number
  readonly samplingTemperature: number
  readonly outputTokensMax: number
}

type WithoutSource<P> = P extends unknown ? Omit<P, 'source'> : never

export interface RelevanceQuestion {
  readonly scorer: string
  readonly text: string
  readonly persona: Persona
  readonly context: Pick<Context, 'task' | 'topic' | 'article'>
}

interface EmbeddingQuestion {
  readonly encoder: string
  readonly text: string
}

/** The question a writer's request amounts to. */
export function writerQuestion(writer: string, request: WriterRequest): WriterQuestion {
  const { source: _, ...prompt } = request.prompt
  const { samples, seed, samplingTemperature, outputTokensMax } = request
  return { writer, prompt, samples, seed, samplingTemperature, outputTokensMax }
}
