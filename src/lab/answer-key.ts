import { createHash } from 'node:crypto'
import { canonicalJson } from '../core/canonical-json.ts'
import type { AnswerKind, Questions, RelevanceQuestion } from '../ports/answer-log.ts'

/** Key of an answer: SHA-256, in hex, of the canonical JSON of what was asked. */
export function answerKey<K extends AnswerKind>(kind: K, question: Questions[K]): string {
  return sha256(canonicalJson(keptQuestion(kind, question)))
}

/**
 * A question as it is kept and hashed. An article is kept as its hash: it would stand in every line, and a
 * writer's question holds its words anyway.
 */
export function keptQuestion<K extends AnswerKind>(kind: K, question: Questions[K]): unknown {
  if (kind !== 'relevance') return question
  const { scorer, text, persona, context } = question as RelevanceQuestion
  const { key, name, description, examples } = persona
  return {
    scorer,
    text,
    persona: { key, name, description, examples },
    task: context.task,
    topic: context.topic,
    ...(context.article === undefined ? {} : { articleSha256: sha256(context.article) }),
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
