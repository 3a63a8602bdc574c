import { createHash } from 'node:crypto'
import { writerQuestion } from '../../ports/answer-log.ts'
import type { KeptAnswers } from '../../ports/kept-answers.ts'
import type { Writer, WriterAnswer, WriterRequest } from '../../ports/writer.ts'

/**
 * A writer that asks another one only what was never asked before, in this process or another one that has the same
 * store. The key is a hash of the writer's name and all that the answer hangs on. Two runs that ask the same at the
 * same time get one answer, or one failure: they share a first pool because they share its answer. Closing closes
 * the inner writer; the store belongs to whoever opened it.
 */
export function keptWriter(inner: Writer, store: KeptAnswers): Writer {
  const underWay = new Map<string, Promise<WriterAnswer>>()

  async function ask(key: string, request: WriterRequest, signal?: AbortSignal): Promise<WriterAnswer> {
    const fresh = await inner.write(request, signal)
    // Another process may have been faster: the first answer counts.
    const first = readAnswer(store.get(key))
    if (first !== undefined) return first
    const bytes = Buffer.from(JSON.stringify(fresh))
    await store.put(key, bytes)
    // Read back, so that a first run and its repetition go on from the very same answer.
    return readAnswer(bytes) as WriterAnswer
  }

  return {
    name: inner.name,
    rendering: inner.rendering,
    isStandIn: inner.isStandIn,
    async write(request, signal) {
      signal?.throwIfAborted()
      const key = keyOf(inner.name, request)
      const waiting = underWay.get(key)
      if (waiting !== undefined) return waiting
      const kept = readAnswer(store.get(key))
      if (kept !== undefined) return kept
      const answer = ask(key, request, signal).finally(() => underWay.delete(key))
      underWay.set(key, answer)
      return answer
    },
    close: () => inner.close(),
  }
}

function keyOf(name: string, request: WriterRequest): string {
  const question = JSON.stringify(writerQuestion(name, request), (_, value: unknown) =>
    // Keys in order, so that equal questions have equal texts.
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
  return `writer:${createHash('sha256').update(question).digest('hex')}`
}

/** Undefined for what is not there or not readable: it is asked again. */
function readAnswer(bytes: Uint8Array | undefined): WriterAnswer | undefined {
  if (bytes === undefined) return undefined
  try {
    const answer = JSON.parse(Buffer.from(bytes).toString('utf8')) as WriterAnswer
    return Array.isArray(answer.texts) && typeof answer.usage?.modelCalls === 'number' ? answer : undefined
  } catch {
    return undefined
  }
}
