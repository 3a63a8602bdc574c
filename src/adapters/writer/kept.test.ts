import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Writer, WriterRequest } from '../../ports/writer.ts'
import { describeWriter } from '../../testing/writer-conformance.ts'
import { lmdbKeptAnswers } from '../kept-answers/lmdb.ts'
import { memoryKeptAnswers } from '../kept-answers/memory.ts'
import { grammarWriter } from './grammar.ts'
import { keptWriter } from './kept.ts'

const directories: string[] = []
afterEach(() => Promise.all(directories.splice(0).map((path) => rm(path, { recursive: true }))))

describeWriter('kept', () => keptWriter(grammarWriter(), memoryKeptAnswers()))

/** Answers each call with another text, so that an answer from the store is told from a new one. */
function countingWriter(): Writer & { readonly calls: number } {
  let calls = 0
  return {
    name: 'counting',
    rendering: 'completion',
    isStandIn: false,
    get calls() {
      return calls
    },
    async write() {
      const number = ++calls
      await Promise.resolve()
      return {
        texts: [{ text: `text ${number}`, meanLogProbability: -0.123456789012345 }],
        usage: { modelCalls: 1, inputTokens: 2, outputTokens: 3, costUsd: 0.1 + 0.2, seconds: 1 / 3 },
        model: 'm',
      }
    },
    close: async () => {},
  }
}

const request = (seed: number, source = 'a') =>
  ({
    prompt: { rendering: 'completion', text: 'Questions:', source },
    samples: 1,
    seed,
    samplingTemperature: 0.9,
    outputTokensMax: 30,
  }) as unknown as WriterRequest

test('asks nothing twice, and what the model does not see does not count', async () => {
  const inner = countingWriter()
  const writer = keptWriter(inner, memoryKeptAnswers())
  const first = await writer.write(request(1))
  expect(await writer.write(request(1, 'b'))).toEqual(first)
  expect((await writer.write(request(2))).texts[0]?.text).toBe('text 2')
  expect(inner.calls).toBe(2)
})

test('two runs that ask the same at the same time get one answer', async () => {
  const inner = countingWriter()
  const writer = keptWriter(inner, memoryKeptAnswers())
  const answers = await Promise.all([1, 1, 1].map((seed) => writer.write(request(seed))))
  expect(new Set(answers.map(({ texts }) => texts[0]?.text)).size).toBe(1)
  expect(inner.calls).toBe(1)
})

test('a failure is not kept', async () => {
  const inner = countingWriter()
  let isAway = true
  const failing: Writer = {
    ...inner,
    write: async (asked) => {
      if (isAway) throw new Error('away')
      return inner.write(asked)
    },
  }
  const writer = keptWriter(failing, memoryKeptAnswers())
  await expect(writer.write(request(1))).rejects.toThrow('away')
  isAway = false
  expect((await writer.write(request(1))).texts[0]?.text).toBe('text 1')
})

test('over one store on disk, opened twice at once, the first answer counts for both', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'forage-kept-writer-'))
  directories.push(directory)
  const stores = [lmdbKeptAnswers({ directory }), lmdbKeptAnswers({ directory })] as const
  const [one, two] = [countingWriter(), countingWriter()]
  const first = await keptWriter(one, stores[0]).write(request(1))
  // Digits are as they were: a run and its repetition go on from the very same numbers.
  expect(first.usage.costUsd).toBe(0.1 + 0.2)
  expect(await keptWriter(two, stores[1]).write(request(1))).toEqual(first)
  expect(two.calls).toBe(0)
  for (const store of stores) await store.close()
})

test('what cannot be read in the store is asked again', async () => {
  const store = memoryKeptAnswers()
  const put = store.put
  const torn = { ...store, put: (key: string) => put(key, Buffer.from('{"texts":')) }
  const inner = countingWriter()
  await keptWriter(inner, torn).write(request(1))
  await keptWriter(inner, store).write(request(1))
  expect(inner.calls).toBe(2)
})
