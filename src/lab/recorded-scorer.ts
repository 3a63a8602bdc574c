import { describeValue, ForageError, InputError } from '../core/errors.ts'
import type { AnswerLog, RelevanceQuestion } from '../ports/answer-log.ts'
import type { RelevanceQuery, RelevanceResult, RelevanceScorer } from '../ports/relevance-scorer.ts'

/**
 * Answers only what is in the log, under the name of the scorer that gave it.
 *
 * @throws InputError when the log holds no scorer's answers
 */
export function recordedScorer(log: AnswerLog): RelevanceScorer {
  const { scorer } = log.sources
  if (scorer === undefined) {
    throw new InputError(
      'recorded scorer',
      undefined,
      'the answers file names no scorer; give one of a whole run',
    )
  }
  return {
    ...scorer,
    async score(queries, signal) {
      signal?.throwIfAborted()
      return queries.map((query) => {
        const result = log.get('relevance', relevanceQuestion(scorer.name, query))
        if (result !== undefined) return result
        throw new ForageError(
          'scorer-unseen',
          `recorded answers of ${scorer.name}: no relevance of ${describeValue(query.text)} for persona ` +
            `${query.persona.key}; audience, topic or settings differ from the recorded run: give the same`,
        )
      })
    },
    close: async () => {},
  }
}

/** The same scorer, with every answer kept and none asked for twice. The log stays open on `close`. */
export function recordingScorer(inner: RelevanceScorer, log: AnswerLog): RelevanceScorer {
  return {
    name: inner.name,
    ...(inner.encoder === undefined ? {} : { encoder: inner.encoder }),
    async score(queries, signal) {
      signal?.throwIfAborted()
      const questions = queries.map((query) => relevanceQuestion(inner.name, query))
      const results: (RelevanceResult | undefined)[] = questions.map((question) =>
        log.get('relevance', question),
      )
      const unseen = [...results.keys()].filter((index) => results[index] === undefined)
      if (unseen.length === 0) return results as RelevanceResult[]
      const given = await inner.score(
        unseen.map((index) => queries[index]!),
        signal,
      )
      for (const [place, index] of unseen.entries()) {
        const question = questions[index]!
        log.append('relevance', question, given[place]!)
        // Asked twice in one batch, the first answer stands, as it will in a replay.
        results[index] = log.get('relevance', question)!
      }
      return results as RelevanceResult[]
    },
    close: () => inner.close(),
  }
}

function relevanceQuestion(scorer: string, { text, persona, context }: RelevanceQuery): RelevanceQuestion {
  return { scorer, text, persona, context }
}
