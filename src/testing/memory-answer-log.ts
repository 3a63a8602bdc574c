import type { AnswerKind, AnswerLog, AnswerSources, Answers, Questions } from '../ports/answer-log.ts'

/** An answer log in memory, for tests: keeps JSON as the file does, but by the question's own words. */
export function memoryAnswerLog(sources: AnswerSources): AnswerLog & { readonly size: number } {
  const kept = new Map<string, string | Float32Array>()
  const idOf = <K extends AnswerKind>(kind: K, question: Questions[K]) => JSON.stringify([kind, question])
  return {
    sources,
    get size() {
      return kept.size
    },
    get<K extends AnswerKind>(kind: K, question: Questions[K]) {
      const answer = kept.get(idOf(kind, question))
      return (typeof answer === 'string' ? JSON.parse(answer) : answer) as Answers[K] | undefined
    },
    append(kind, question, answer) {
      const id = idOf(kind, question)
      if (kept.has(id)) return
      kept.set(id, answer instanceof Float32Array ? answer.slice() : JSON.stringify(answer))
    },
  }
}
