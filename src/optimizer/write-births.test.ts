import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Item } from '../core/item.ts'
import { DEFAULT_SETTINGS } from '../core/settings.ts'
import type { WriteRequest } from '../core/strategies/strategy.ts'
import type { TaskDefinition } from '../core/task.ts'
import type { Writer, WriterRequest } from '../ports/writer.ts'
import { wordEncoder } from '../testing/word-encoder.ts'
import { type JudgedAnswer, writeBirths } from './write-births.ts'

const task: TaskDefinition = JSON.parse(
  readFileSync(new URL('../../data/tasks/shopping-question.json', import.meta.url), 'utf8'),
)
const context = { key: 'k', task: task.key, topic: 'Vacuums' }
const seed: WriteRequest = { mode: 'seed', prompt: 'seed', count: 2, shown: [], parents: [] }
const GOOD = [
  'Is a vacuum loud at night?',
  'Can a vacuum be repaired at home?',
  'Which vacuums pick up cat hair?',
]

describe.each(['completion', 'chat'] as const)('by %s', (rendering) => {
  test('stops when it has enough; what is left over is spare', async () => {
    const { births, answers, requests } = await write(rendering, [GOOD])
    expect(births.map(({ text }) => text)).toEqual(GOOD.slice(0, 2))
    expect(requests).toHaveLength(1)
    expect(answers[0]?.judged.map(({ fate }) => fate)).toEqual(['born', 'born', 'spare'])
  })

  test('asks again for what is missing, with another seed', async () => {
    const { births, requests } = await write(rendering, [['Vacuum'], ['Buy <b>now</b>?'], GOOD.slice(1)])
    expect(births).toHaveLength(2)
    expect(new Set(requests.map((request) => request.seed)).size).toBe(3)
  })

  test('gives up after the attempts that the settings allow', async () => {
    const { births, answers, requests } = await write(rendering, Array(20).fill(['best vacuum where?']))
    expect(births).toEqual([])
    expect(requests).toHaveLength(DEFAULT_SETTINGS.writeAttemptsMax)
    expect(answers.every(({ judged }) => judged.every(({ fate }) => fate === 'refused'))).toBe(true)
  })

  test('lets nothing in twice: not from the history, not within a round, not in another dress', async () => {
    const earlier = [item('How much does a vacuum cost?')]
    const { births, answers } = await write(
      rendering,
      [['What is the price of a vacuum?', GOOD[0]!, GOOD[0]!, GOOD[1]!]],
      earlier,
    )
    expect(births.map(({ text }) => text)).toEqual([GOOD[0], GOOD[1]])
    expect(reasons(answers)).toEqual(['near-duplicate', 'duplicate'])
  })
})

test('an answer that cannot be read is refused and asked again', async () => {
  const { births, answers } = await write('chat', ['Sorry, I cannot.' as never, GOOD])
  expect(births).toHaveLength(2)
  expect(reasons(answers)).toEqual(['unreadable'])
})

test('a line that the token limit cut off is refused', async () => {
  const { answers } = await write('completion', [GOOD], [], { isCutOff: true })
  expect(reasons(answers)).toEqual(Array(3 * DEFAULT_SETTINGS.writeAttemptsMax).fill('too-long'))
})

test('the more fluent candidate is born first', async () => {
  const { births } = await write('completion', [GOOD], [], { logProbabilities: [-1.1, -0.4, -0.7] })
  expect(births.map(({ text }) => text)).toEqual([GOOD[1], GOOD[2]])
})

test('a birth carries its lineage', async () => {
  const request = {
    ...seed,
    mode: 'exploit',
    prompt: 'exploit' as const,
    parents: ['i4'],
    shown: [{ itemId: 'i4', text: 'Is it?', ctr: 0.1 }],
  }
  const { births } = await write('completion', [GOOD], [], {}, request)
  expect(births[0]).toMatchObject({
    mode: 'exploit',
    parents: ['i4'],
    writtenBy: 'model-1',
    promptVersion: expect.stringMatching(/^exploit@completion/),
  })
})

test('an aborted signal ends it with its reason', async () => {
  const abort = new AbortController()
  abort.abort(new Error('enough'))
  await expect(write('completion', [GOOD], [], {}, seed, abort.signal)).rejects.toThrow('enough')
})

async function write(
  rendering: Writer['rendering'],
  answers: readonly (readonly string[])[],
  earlier: readonly Item[] = [],
  options: { isCutOff?: boolean; logProbabilities?: readonly number[] } = {},
  request: WriteRequest = seed,
  signal?: AbortSignal,
) {
  const requests: WriterRequest[] = []
  const judged: JudgedAnswer[] = []
  const writer: Writer = {
    name: 'scripted',
    rendering,
    isStandIn: true,
    async write(asked) {
      const texts = answers[requests.push(asked) - 1] ?? answers.at(-1) ?? []
      const lines =
        typeof texts === 'string'
          ? [texts]
          : rendering === 'chat'
            ? [JSON.stringify({ items: texts })]
            : texts
      return {
        model: 'model-1',
        usage: { modelCalls: 1, inputTokens: 1, outputTokens: 1, costUsd: 0, seconds: 0 },
        texts: lines.map((text, index) => ({
          text,
          ...(options.isCutOff === true ? { isCutOff: true } : {}),
          ...(options.logProbabilities === undefined
            ? {}
            : { meanLogProbability: options.logProbabilities[index]! }),
        })),
      }
    },
    async close() {},
  }
  const writing = { task, context, settings: DEFAULT_SETTINGS, writer, encoder: wordEncoder(), seed: 1 }
  const births = await writeBirths(request, earlier, 1, writing, (answer) => judged.push(answer), signal)
  return { births, answers: judged, requests }
}

function reasons(answers: readonly JudgedAnswer[]): string[] {
  return answers.flatMap(({ judged }) =>
    judged.flatMap((one) => (one.fate === 'refused' ? [one.refusal.reason] : [])),
  )
}

function item(text: string): Item {
  return { id: 'i0', text, mode: 'seed', parents: [], bornAt: 0, writtenBy: 'm', promptVersion: 'p' }
}
