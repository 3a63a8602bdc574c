import { ForageError, InputError } from '../../core/errors.ts'
import { type AnswerLog, writerQuestion } from '../../ports/answer-log.ts'
import type { Writer } from '../../ports/writer.ts'

/**
 * Plays a recorded run again: answers what is in the log, under the name of the writer that wrote it and with
 * what it took then, so that a replay writes the same bytes. A prompt that is not in the log is an error, never
 * a call to a model.
 *
 * @throws InputError when the log holds no writer's answers
 */
export function recordedWriter(log: AnswerLog): Writer {
  const { writer } = log.sources
  if (writer === undefined) {
    throw new InputError(
      'recorded writer',
      undefined,
      'the answers file names no writer; give one of a whole run',
    )
  }
  return {
    ...writer,
    async write(request, signal) {
      signal?.throwIfAborted()
      const answer = log.get('writer', writerQuestion(writer.name, request))
      if (answer !== undefined) return answer
      const { kind, version } = request.prompt
      throw new ForageError(
        'writer-unseen',
        `recorded answers of ${writer.name}: none to this ${kind} prompt (${version}, seed ${request.seed}); ` +
          'settings, seed, task, topic or prompts differ from the recorded run: give the same, or another writer',
      )
    },
    close: async () => {},
  }
}
