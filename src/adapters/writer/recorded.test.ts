import { expect, test } from 'vitest'
import { ForageError, InputError } from '../../core/errors.ts'
import { memoryAnswerLog } from '../../testing/memory-answer-log.ts'
import { scriptedWriter } from '../../testing/scripted-writer.ts'
import {
  conformanceRequest,
  describeWriter,
  recordedConformanceRequests,
} from '../../testing/writer-conformance.ts'
import { grammarWriter } from './grammar.ts'
import { recordedWriter } from './recorded.ts'
import { recordingWriter } from './recording.ts'

const SOURCES = { writer: { name: 'scripted', rendering: 'completion', isStandIn: false } } as const

async function recordedGrammar() {
  const inner = grammarWriter()
  const { name, rendering, isStandIn } = inner
  const log = memoryAnswerLog({ writer: { name, rendering, isStandIn } })
  const recording = recordingWriter(inner, log)
  for (const request of recordedConformanceRequests(rendering)) await recording.write(request)
  return log
}

describeWriter('recorded', async () => recordedWriter(await recordedGrammar()), { answersAnything: false })
describeWriter('recording', () => recordingWriter(grammarWriter(), memoryAnswerLog({})))

test('a replay goes by the name of the original and gives its answers with what they took', async () => {
  const log = memoryAnswerLog(SOURCES)
  const recording = recordingWriter(scriptedWriter([['Is it loud?', 'Is it big?']]), log)
  const request = conformanceRequest('completion')
  const first = await recording.write(request)
  const replay = recordedWriter(log)
  expect(replay).toMatchObject(SOURCES.writer)
  expect(JSON.stringify(await replay.write(request))).toBe(JSON.stringify(first))
})

test('what the prompt was made from is not part of the question; all a model sees is', async () => {
  const log = memoryAnswerLog(SOURCES)
  const request = conformanceRequest('completion')
  await recordingWriter(scriptedWriter([['Is it loud?']]), log).write(request)
  const replay = recordedWriter(log)
  const { prompt } = request
  if (prompt.rendering !== 'completion') throw new Error('not a completion')
  const source = { ...prompt.source, topic: 'Other' }
  await expect(replay.write({ ...request, prompt: { ...prompt, source } })).resolves.toBeDefined()
  for (const changed of [
    { ...request, seed: 12 },
    { ...request, samples: 1 },
    { ...request, samplingTemperature: 0.7 },
    { ...request, outputTokensMax: 47 },
    { ...request, prompt: { ...prompt, tail: 'Other:' } },
    { ...request, prompt: { ...prompt, version: 'conformance-2' } },
  ]) {
    const error = await replay.write(changed).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ForageError)
    expect(error).toMatchObject({ code: 'writer-unseen', isRetryable: false })
    expect((error as Error).message).toContain(`seed prompt (${changed.prompt.version}`)
  }
})

test('what is in the log is not asked again; what failed is', async () => {
  const log = memoryAnswerLog(SOURCES)
  const inner = scriptedWriter((_, index) => (index === 0 ? new Error('down') : [`Answer ${index}`, 'b']))
  const request = conformanceRequest('completion')
  await expect(recordingWriter(inner, log).write(request)).rejects.toThrow('down')
  const first = await recordingWriter(inner, log).write(request)
  const again = await recordingWriter(inner, log).write(request)
  expect(again).toEqual(first)
  expect(inner.requests).toHaveLength(2)
})

test('closing the recording closes the model', async () => {
  const inner = scriptedWriter([['a']])
  await recordingWriter(inner, memoryAnswerLog({})).close()
  expect(inner.isClosed).toBe(true)
})

test('a log that names no writer cannot be replayed', () => {
  expect(() => recordedWriter(memoryAnswerLog({}))).toThrow(InputError)
})
