import type { Rendering } from '../core/prompts/prompt.ts'
import type { AnswerText, Writer, WriterAnswer, WriterRequest } from '../ports/writer.ts'

/** What a scripted writer says to one request: texts, or an error to throw. */
export type ScriptedAnswer = readonly (string | AnswerText)[] | Error

/** A writer for tests, with the requests it got. */
export interface ScriptedWriter extends Writer {
  readonly requests: readonly WriterRequest[]
  readonly isClosed: boolean
}

/**
 * A writer that says what the script says, and counts one input token a character of the prompt and one output
 * token a word.
 *
 * @param script answers one after the other (the last for ever), or a function of the request and its 0-based
 * number; where an answer has more texts than samples, the rest is left out
 */
export function scriptedWriter(
  script:
    | readonly ScriptedAnswer[]
    | ((request: WriterRequest, index: number) => ScriptedAnswer | Promise<ScriptedAnswer>),
  options: { readonly name?: string; readonly rendering?: Rendering } = {},
): ScriptedWriter {
  const { name = 'scripted', rendering = 'completion' } = options
  if (Array.isArray(script) && script.length === 0) throw new RangeError('a script needs at least one answer')
  const requests: WriterRequest[] = []
  let isClosed = false
  return {
    name,
    rendering,
    isStandIn: true,
    requests,
    get isClosed() {
      return isClosed
    },
    async write(request, signal) {
      signal?.throwIfAborted()
      const index = requests.push(request) - 1
      const answer =
        typeof script === 'function'
          ? await script(request, index)
          : script[Math.min(index, script.length - 1)]!
      signal?.throwIfAborted()
      if (answer instanceof Error) throw answer
      return scripted(answer as readonly (string | AnswerText)[], request, name)
    },
    async close() {
      isClosed = true
    },
  }
}

function scripted(
  answer: readonly (string | AnswerText)[],
  { prompt, samples }: WriterRequest,
  model: string,
): WriterAnswer {
  const texts = answer.slice(0, samples).map((text) => (typeof text === 'string' ? { text } : text))
  const words = prompt.rendering === 'chat' ? prompt.system + prompt.user : prompt.prefix + prompt.tail
  return {
    texts,
    model,
    usage: {
      modelCalls: samples,
      inputTokens: samples * words.length,
      outputTokens: texts.reduce((sum, { text }) => sum + text.split(/\s+/).filter(Boolean).length, 0),
      costUsd: 0,
      seconds: 0,
    },
  }
}
