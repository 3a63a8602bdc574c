import { describeValue, ForageError, InputError } from '../core/errors.ts'
import type { AnswerLog } from '../ports/answer-log.ts'
import type { Encoder } from '../ports/encoder.ts'

/**
 * Answers only what is in the log, under the name of the encoder that gave it.
 *
 * @throws InputError when the log holds no encoder's answers
 */
export function recordedEncoder(log: AnswerLog): Encoder {
  const { encoder } = log.sources
  if (encoder === undefined) {
    throw new InputError(
      'recorded encoder',
      undefined,
      'the answers file names no encoder; give one of a whole run',
    )
  }
  return {
    ...encoder,
    async embed(texts, signal) {
      signal?.throwIfAborted()
      return texts.map((text) => {
        const vector = log.get('embedding', { encoder: encoder.name, text })
        if (vector !== undefined) return vector
        throw new ForageError(
          'encoder-unseen',
          `recorded answers of ${encoder.name}: no vector of ${describeValue(text)}; ` +
            'topic, audience or settings differ from the recorded run: give the same',
        )
      })
    },
    close: async () => {},
  }
}

/** The same encoder, with every vector kept and none made twice. The log stays open on `close`. */
export function recordingEncoder(inner: Encoder, log: AnswerLog): Encoder {
  return {
    name: inner.name,
    dimensions: inner.dimensions,
    async embed(texts, signal) {
      signal?.throwIfAborted()
      const questions = texts.map((text) => ({ encoder: inner.name, text }))
      const vectors = new Map<string, Float32Array>()
      const unseen = new Set<string>()
      for (const question of questions) {
        if (vectors.has(question.text) || unseen.has(question.text)) continue
        const kept = log.get('embedding', question)
        if (kept === undefined) unseen.add(question.text)
        else vectors.set(question.text, kept)
      }
      const made = unseen.size === 0 ? [] : await inner.embed([...unseen], signal)
      for (const [index, text] of [...unseen].entries()) {
        const vector = made[index]!
        log.append('embedding', { encoder: inner.name, text }, vector)
        vectors.set(text, vector)
      }
      return texts.map((text) => vectors.get(text)!)
    },
    close: () => inner.close(),
  }
}
