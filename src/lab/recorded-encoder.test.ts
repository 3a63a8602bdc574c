import { expect, test } from 'vitest'
import type { Encoder } from '../ports/encoder.ts'
import { memoryAnswerLog } from '../testing/memory-answer-log.ts'
import { recordedEncoder, recordingEncoder } from './recorded-encoder.ts'

const SOURCES = { encoder: { name: 'letters', dimensions: 2 } }

function countingEncoder() {
  const batches: (readonly string[])[] = []
  const encoder: Encoder = {
    ...SOURCES.encoder,
    async embed(texts) {
      batches.push(texts)
      return texts.map((text) => Float32Array.of(text.length / 3, text.charCodeAt(0) / 7))
    },
    close: async () => {},
  }
  return { encoder, batches }
}

test('makes each vector once, keeps the order, and is played again to the last bit', async () => {
  const log = memoryAnswerLog(SOURCES)
  const { encoder, batches } = countingEncoder()
  const recording = recordingEncoder(encoder, log)
  await recording.embed(['b'])
  const texts = ['a', 'b', 'cc', 'a']
  const vectors = await recording.embed(texts)
  expect(batches).toEqual([['b'], ['a', 'cc']])
  expect(vectors).toEqual(await countingEncoder().encoder.embed(texts))
  expect(await recording.embed([])).toEqual([])
  expect(batches).toHaveLength(2)
  const replay = recordedEncoder(log)
  expect(replay).toMatchObject(SOURCES.encoder)
  expect(await replay.embed(texts)).toEqual(vectors)
})

test('a text that was never encoded is an error', async () => {
  await expect(recordedEncoder(memoryAnswerLog(SOURCES)).embed(['new'])).rejects.toMatchObject({
    code: 'encoder-unseen',
  })
})

test('a log without an encoder cannot be replayed; an aborted signal throws its reason', async () => {
  expect(() => recordedEncoder(memoryAnswerLog({}))).toThrow(/names no encoder/)
  const log = memoryAnswerLog(SOURCES)
  const { encoder, batches } = countingEncoder()
  for (const one of [recordedEncoder(log), recordingEncoder(encoder, log)]) {
    await expect(one.embed(['a'], AbortSignal.abort('stop'))).rejects.toBe('stop')
  }
  expect(batches).toEqual([])
})
