import { createHash } from 'node:crypto'
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

/** JSON with the keys of every object in order, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    const entries = Object.entries(inner)
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
  })
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
