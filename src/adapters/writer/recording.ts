import { type AnswerLog, writerQuestion } from '../../ports/answer-log.ts'
import type { Writer } from '../../ports/writer.ts'

/**
 * The same writer, with every answer kept: what is in the log is not asked again, so a run that was broken off
 * goes on where it stopped and pays for nothing twice. The log stays open on `close`: it is the caller's.
 */
export function recordingWriter(inner: Writer, log: AnswerLog): Writer {
  return {
    name: inner.name,
    rendering: inner.rendering,
    isStandIn: inner.isStandIn,
    async write(request, signal) {
      signal?.throwIfAborted()
      const question = writerQuestion(inner.name, request)
      const kept = log.get('writer', question)
      if (kept !== undefined) return kept
      log.append('writer', question, await inner.write(request, signal))
      // Read back, so that a first run and its replay go on from the very same answer.
      return log.get('writer', question)!
    },
    close: () => inner.close(),
  }
}
