import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { fixtureRun } from '../../test/report-fixture.ts'
import { InputError } from '../core/errors.ts'
import { answerKey } from '../lab/answer-key.ts'
import { openAnswerLog } from '../lab/answer-log.ts'
import { writerQuestion } from '../ports/answer-log.ts'
import type { WriterRequest } from '../ports/writer.ts'
import { renderReport } from './render-report.ts'
import { readRunDirectory } from './run-directory.ts'

const run = fixtureRun({ settings: { iterations: 2 } })
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'forage-report-'))
  const log = openAnswerLog(join(directory, 'answers.jsonl'))
  const keys = new Map<string, string>()
  for (const [key, { request, answer }] of run.answers) {
    // Requests are told apart by their seed, as those of a real run are.
    const question = writerQuestion('local:test', { ...request, seed: keys.size } as WriterRequest)
    keys.set(key, answerKey('writer', question))
    log.append('writer', question, answer)
  }
  log.close()
  const events = run.events.map((event) =>
    event.kind === 'request-answered' ? { ...event, answerKey: keys.get(event.answerKey) } : event,
  )
  await write('events.jsonl', events.map((event) => `${JSON.stringify(event)}\n`).join(''))
  await write(
    'config.json',
    JSON.stringify({
      forage: '0.1.0',
      task: { key: 'shopping-question', version: 1 },
      audience: {
        name: 'price',
        personas: [{ key: 'price', name: 'Price', description: 'Looks at it.', examples: [], weight: 2 }],
        choiceTemperature: 1.5,
        noClickScore: 11,
      },
    }),
  )
})

afterEach(() => rm(directory, { recursive: true }))

const write = (name: string, text: string) => writeFile(join(directory, name), text)
const read = (name: string) => readFile(join(directory, name), 'utf8')
const failure = () =>
  readRunDirectory(directory).then(
    () => expect.fail('was read'),
    (error: unknown) => error as InputError,
  )

it('reads what a run wrote', async () => {
  const record = await readRunDirectory(directory)
  expect(record.events).toHaveLength(run.events.length)
  expect(record.answers.size).toBe(run.answers.size)
  expect(record.notices).toEqual([])
  expect(record.config).toEqual({
    forageVersion: '0.1.0',
    personas: [{ name: 'Price', description: 'Looks at it.', weight: 2 }],
    choiceTemperature: 1.5,
    noClickScore: 11,
  })
  expect(renderReport(record)).toContain('Questions people ask about desk lamps')
})

it('drops a last line that was cut short, and says so', async () => {
  const text = await read('events.jsonl')
  await write('events.jsonl', text.slice(0, -40))
  const record = await readRunDirectory(directory)
  expect(record.events).toHaveLength(run.events.length - 1)
  expect(record.notices).toEqual([
    `The last line of events.jsonl (line ${run.events.length}) was cut short and is left out.`,
  ])
  expect(renderReport(record)).toContain('was cut short and is left out')
})

it('does not take a broken line for one that was cut short', async () => {
  const lines = (await read('events.jsonl')).split('\n')
  lines[2] = lines[2]!.slice(0, 30)
  await write('events.jsonl', lines.join('\n'))
  const error = await failure()
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toContain('events.jsonl:3: ')
  expect(error.message).toContain('is not JSON')
})

it('names file, line and field of what cannot be', async () => {
  const lines = (await read('events.jsonl')).split('\n')
  const index = lines.findIndex((line) => line.includes('"iteration-finished"'))
  lines[index] = lines[index]!.replace(/"poolCtr":[\d.]+/, '"poolCtr":1.5')
  await write('events.jsonl', lines.join('\n'))
  const error = await failure()
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toContain(`events.jsonl:${index + 1}, field poolCtr: 1.5: `)
})

it.each([
  ['config.json', '', 'is not JSON'],
  ['config.json', '[1, 2]', 'config.json'],
  ['events.jsonl', '', 'holds no event'],
  [
    'events.jsonl',
    '{"kind":"births-short","iteration":1,"mode":"explore","wanted":1,"got":0}\n',
    'run-started',
  ],
  ['events.jsonl', '{"kind":"something-else"}\n', 'events.jsonl:1'],
  ['answers.jsonl', 'hello\n', 'answers'],
])('refuses %s that says %j', async (name, text, message) => {
  await write(name, text)
  const error = await failure()
  expect(error).toBeInstanceOf(InputError)
  expect(error.message).toContain(message)
})

it('needs config.json and events.jsonl, and does without answers.jsonl', async () => {
  await rm(join(directory, 'answers.jsonl'))
  const record = await readRunDirectory(directory)
  expect(record.notices).toEqual(['answers.jsonl is not there, so prompts and raw answers cannot be shown.'])
  expect(renderReport(record)).toContain('Not among the recorded answers.')
  for (const name of ['events.jsonl', 'config.json']) {
    await rm(join(directory, name))
    const error = await failure()
    expect(error).toBeInstanceOf(InputError)
    expect(error.message).toContain(`${name}: `)
    expect(error.message).toContain('is not there')
  }
})
