import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ForageError, InputError } from '../core/errors.ts'
import type { AnswerSources, RelevanceQuestion, WriterQuestion } from '../ports/answer-log.ts'
import { answerKey } from './answer-key.ts'
import { type AnswerFile, openAnswerLog } from './answer-log.ts'

/** Bytes the disk still takes; the rest of the file system stays real. */
const disk = vi.hoisted(() => ({ bytesLeft: Number.POSITIVE_INFINITY }))
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>()
  const writeSync = (file: number, bytes: Buffer, offset: number, length: number, position: number) => {
    if (disk.bytesLeft === 0) throw Object.assign(new Error('no space'), { code: 'ENOSPC' })
    const written = real.writeSync(file, bytes, offset, Math.min(length, disk.bytesLeft), position)
    disk.bytesLeft -= written
    return written
  }
  return { ...real, writeSync }
})

const SOURCES: AnswerSources = {
  writer: { name: 'openai:tiny', rendering: 'chat', isStandIn: false },
  scorer: { name: 'embedding:minilm', encoder: 'minilm' },
  encoder: { name: 'minilm', dimensions: 3 },
}
const USAGE = {
  modelCalls: 1,
  inputTokens: 9,
  outputTokens: 4,
  costUsd: 0.1 + 0.2,
  seconds: 0.123456789012345,
}
const written = (text: string) => ({
  texts: [{ text, meanLogProbability: -1.1 / 3 }],
  usage: USAGE,
  model: 'tiny',
})
const question = (user: string): WriterQuestion => ({
  writer: 'openai:tiny',
  prompt: { kind: 'seed', version: 'v', rendering: 'chat', system: '', user, answerSchema: {}, count: 1 },
  samples: 1,
  seed: 1,
  samplingTemperature: 0.9,
  outputTokensMax: 50,
})
const relevance: RelevanceQuestion = {
  scorer: 'embedding:minilm',
  text: 'How much?',
  persona: { key: 'price', name: 'Price', description: 'Wants it cheap.', examples: ['Is it cheap?'] },
  context: { task: 'article-question', topic: 'Petra', article: 'Petra is a city.' },
}

let directory: string
let path: string
let open: AnswerFile[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'forage-answers-'))
  path = join(directory, 'answers.jsonl')
  open = []
  disk.bytesLeft = Number.POSITIVE_INFINITY
})
afterEach(() => {
  for (const log of open) log.close()
  rmSync(directory, { recursive: true })
})

function opened(options: Parameters<typeof openAnswerLog>[1] = { sources: SOURCES }): AnswerFile {
  const log = openAnswerLog(path, options)
  open.push(log)
  return log
}

test('gives back what was kept, to the last bit, at once and after opening again', () => {
  const vector = Float32Array.of(0.1, -2 / 3, 1e-30)
  const first = opened()
  first.append('writer', question('One'), written('Is é “it” ok?\n'))
  first.append('relevance', relevance, { kind: 'scored', relevance: 10 / 3 })
  first.append('embedding', { encoder: 'minilm', text: 'One' }, vector)
  for (const log of [first, opened({ readOnly: true })]) {
    expect(log.sources).toEqual(SOURCES)
    expect(log.size).toBe(3)
    expect(log.get('writer', question('One'))).toEqual(written('Is é “it” ok?\n'))
    expect(log.get('relevance', relevance)).toEqual({ kind: 'scored', relevance: 10 / 3 })
    expect(log.get('embedding', { encoder: 'minilm', text: 'One' })).toEqual(vector)
    expect(log.get('writer', question('Two'))).toBeUndefined()
    expect(log.get('embedding', { encoder: 'other', text: 'One' })).toBeUndefined()
    expect([...log.lines()].map(({ kind }) => kind)).toEqual(['writer', 'relevance', 'embedding'])
  }
  const key = answerKey('writer', question('One'))
  expect(first.line('writer', key)?.request).toMatchObject({ prompt: { user: 'One' }, seed: 1 })
})

test('the first answer to a question stays, and the file does not grow', () => {
  const log = opened()
  log.append('writer', question('One'), written('a'))
  const { size } = statSync(path)
  log.append('writer', question('One'), written('b'))
  expect(statSync(path).size).toBe(size)
  expect(log.get('writer', question('One'))).toEqual(written('a'))
})

test('a key hangs on everything asked, and not on the order of fields', () => {
  const { seed, writer, ...rest } = question('One')
  expect(answerKey('writer', { ...rest, writer, seed })).toBe(answerKey('writer', question('One')))
  const keys = [
    relevance,
    { ...relevance, text: 'How  much?' },
    { ...relevance, scorer: 'words' },
    { ...relevance, persona: { ...relevance.persona, description: 'Wants it dear.' } },
    { ...relevance, persona: { ...relevance.persona, examples: [] } },
    { ...relevance, context: { ...relevance.context, topic: 'Socotra' } },
    { ...relevance, context: { ...relevance.context, article: 'Petra was a city.' } },
  ].map((asked) => answerKey('relevance', asked))
  expect(new Set(keys).size).toBe(keys.length)
})

test('an article stands in no relevance line', () => {
  opened().append('relevance', relevance, { kind: 'rejected', reason: 'junk' })
  expect(readFileSync(path, 'utf8')).not.toContain('Petra is a city')
})

test('wherever a kill cuts the file, the whole lines stay and writing goes on', () => {
  const log = opened()
  log.append('writer', question('One'), written('a'))
  const afterOne = statSync(path).size
  log.append('writer', question('Two'), written('é'))
  log.close()
  const whole = readFileSync(path)
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length - 1 }), (cut) => {
      writeFileSync(path, whole.subarray(0, cut))
      const again = openAnswerLog(path, { sources: SOURCES })
      try {
        expect(again.size).toBe(cut >= afterOne ? 1 : 0)
        again.append('writer', question('One'), written('a'))
        again.append('writer', question('Two'), written('é'))
      } finally {
        again.close()
      }
      expect(readFileSync(path)).toEqual(whole)
    }),
    { seed: 3, numRuns: 60 },
  )
})

test('a torn line is left alone by a reader that may not write', () => {
  const log = opened()
  log.append('writer', question('One'), written('a'))
  appendFileSync(path, '{"kind":"wri')
  const before = readFileSync(path)
  expect(opened({ readOnly: true }).size).toBe(1)
  expect(readFileSync(path)).toEqual(before)
})

test.each<[string, (lines: string[]) => string[], string]>([
  ['a line that is no JSON', ([a, b, c]) => [a!, b!.slice(0, 40), c!], 'line 2'],
  ['an empty line', ([a, b, c]) => [a!, b!, '', c!], 'line 3'],
  ['an unknown kind', ([a, b, c]) => [a!, b!, c!.replace('"writer"', '"other"')], 'line 3'],
  ['an answer without usage', ([a, b]) => [a!, b!.replace('"usage"', '"use"')], 'line 2'],
  ['a question that was changed', ([a, b]) => [a!, b!.replace('"One"', '"Won"')], 'line 2'],
  ['no header', ([, b, c]) => [b!, c!], 'line 1'],
  ['a header of a later version', ([a, b]) => [a!.replace('"version":1', '"version":2'), b!], 'line 1'],
])('%s is refused by number', (_, change, place) => {
  const log = opened()
  log.append('writer', question('One'), written('a'))
  log.append('writer', question('Two'), written('b'))
  log.close()
  const lines = change(readFileSync(path, 'utf8').trimEnd().split('\n'))
  writeFileSync(path, `${lines.join('\n')}\n`)
  const before = readFileSync(path)
  for (const options of [{ readOnly: true }, { sources: SOURCES }]) {
    expect(() => opened(options)).toThrow(InputError)
    expect(() => opened(options)).toThrow(place)
  }
  expect(readFileSync(path)).toEqual(before)
})

test('a file of something else is refused, never cut short', () => {
  for (const text of ['dear diary', 'dear diary\n', '{"kind":"head line"}\n']) {
    writeFileSync(path, text)
    expect(() => opened()).toThrow(/line 1/)
    expect(readFileSync(path, 'utf8')).toBe(text)
  }
})

test('a file of other models is refused by name', () => {
  opened().close()
  const writer = { name: 'grammar', rendering: 'completion', isStandIn: true } as const
  expect(() => opened({ sources: { ...SOURCES, writer } })).toThrow(
    /another writer \(openai:tiny, not grammar\)/,
  )
  const { encoder: _, ...fewer } = SOURCES
  expect(() => opened({ sources: fewer })).toThrow(/another encoder/)
})

test.each([
  ['not there', () => {}, { readOnly: true }, 'no such file'],
  ['empty', () => writeFileSync(path, ''), { readOnly: true }, 'is empty'],
])('%s: refused when it is to be replayed', (_, prepare, options, words) => {
  prepare()
  expect(() => opened(options)).toThrow(InputError)
  expect(() => opened(options)).toThrow(words)
})

test('a directory, or a path through a file, is refused', () => {
  expect(() => openAnswerLog(directory)).toThrow(/is a directory/)
  writeFileSync(path, '')
  expect(() => openAnswerLog(join(path, 'answers.jsonl'))).toThrow(/no directory/)
  expect(() => openAnswerLog(join(directory, 'none', 'answers.jsonl'))).toThrow(/no such file or directory/)
})

test('a full disk: one clear error, and everything before it is kept', () => {
  const log = opened()
  log.append('writer', question('One'), written('a'))
  const before = readFileSync(path)
  disk.bytesLeft = 40
  let error: unknown
  try {
    log.append('writer', question('Two'), written('b'))
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(ForageError)
  expect(error).toMatchObject({ code: 'disk-full' })
  expect((error as Error).message).toContain(path)
  expect((error as Error).message).toContain('the 1 answers before it are kept')
  expect(readFileSync(path)).toEqual(before)
  disk.bytesLeft = Number.POSITIVE_INFINITY
  log.append('writer', question('Two'), written('b'))
  expect(opened({ readOnly: true }).size).toBe(2)
})

test('a second run on the same file is told so, and spoils nothing', () => {
  const log = opened()
  const other = opened()
  log.append('writer', question('One'), written('a'))
  const before = readFileSync(path)
  expect(() => other.append('writer', question('Two'), written('b'))).toThrow(/something else writes to it/)
  expect(readFileSync(path)).toEqual(before)
})

test('closes twice; neither a closed nor a read-only log takes answers', () => {
  const log = opened()
  log.close()
  log.close()
  expect(() => log.append('writer', question('One'), written('a'))).toThrow(/closed/)
  expect(() => opened({ readOnly: true }).append('writer', question('One'), written('a'))).toThrow(
    /read only/,
  )
})

test('ten thousand answers open and are found', () => {
  const log = opened()
  for (let index = 0; index < 10_000; index++) {
    log.append('embedding', { encoder: 'minilm', text: `text ${index}` }, Float32Array.of(index, 0, 1))
  }
  log.close()
  truncateSync(path, statSync(path).size - 1)
  const again = opened()
  expect(again.size).toBe(9_999)
  expect(again.get('embedding', { encoder: 'minilm', text: 'text 9998' })?.[0]).toBe(9998)
})
