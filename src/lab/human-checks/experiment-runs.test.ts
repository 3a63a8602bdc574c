import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { experimentRuns } from './experiment-runs.ts'
import { findRunDirectories } from './find-run-directories.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'forage-human-checks-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const persona = { key: 'price', name: 'Price', description: 'Thrifty people.', examples: [], weight: 1 }
const CONFIGURATION = {
  format: 1,
  writer: 'grammar',
  scorer: 'words',
  domains: {
    shopping: {
      task: { key: 'shopping-question', version: '1' },
      topics: ['Vacuums'],
      audiences: { price: { personas: [persona], noClickScore: 11 } },
    },
  },
}
const LINE = {
  kind: 'finished',
  domain: 'shopping',
  topic: 'Vacuums',
  audience: 'price',
  strategy: 'full-ctr',
  seed: 3,
  poolCtrs: [0.1, 0.2, 0.3],
  firstPool: [
    { text: 'One?', relevance: 2, mode: 'seed', itemCtr: 0.1 },
    { text: 'Two?', relevance: null },
  ],
  lastPool: [
    { text: 'One?', relevance: 2 },
    { text: 'Three?', relevance: 7 },
  ],
}

function experiment(lines: string, configuration: unknown = CONFIGURATION): string {
  writeFileSync(join(directory, 'config.json'), JSON.stringify(configuration))
  writeFileSync(join(directory, 'runs.jsonl'), lines)
  return directory
}

describe('runs of an experiment', () => {
  test('are read from its lines; failed runs and a torn last line are passed over', async () => {
    const lines = [JSON.stringify(LINE), '{"kind":"failed","reason":"no slate"}', '{"kind":"finis']
    expect(await experimentRuns(experiment(lines.join('\n')))).toEqual([
      {
        task: 'shopping-question',
        topic: 'Vacuums',
        article: undefined,
        people: ['Price: Thrifty people.'],
        strategy: 'full-ctr',
        seed: 3,
        writer: 'grammar',
        writerIsStandIn: true,
        scorer: 'words',
        texts: [
          { text: 'One?', relevance: 2 },
          { text: 'Three?', relevance: 7 },
        ],
        first: { iteration: 0, poolCtr: 0.1, texts: ['One?', 'Two?'] },
        last: { iteration: 2, poolCtr: 0.3, texts: ['One?', 'Three?'] },
      },
    ])
  })

  test.each([
    [`{"a"\n${JSON.stringify(LINE)}\n`, 'runs.jsonl, line 1: "{\\"a\\"": is not JSON'],
    [
      JSON.stringify({ ...LINE, lastPool: [{ text: 'X?', relevance: 11 }] }),
      'line 1: lastPool[0].relevance: 11',
    ],
    [
      JSON.stringify({ ...LINE, audience: 'others' }),
      'line 1: "shopping, others": config.json beside it has no',
    ],
  ])('%s is refused', async (lines, message) => {
    await expect(experimentRuns(experiment(lines))).rejects.toThrow(message)
  })

  test('a configuration without personas is refused', async () => {
    const wrong = {
      ...CONFIGURATION,
      domains: { shopping: { task: { key: 'x' }, audiences: { price: {} } } },
    }
    await expect(experimentRuns(experiment('', wrong))).rejects.toThrow(
      'config.json: domains.shopping.audiences.price.personas: nothing given',
    )
  })
})

test('directories are found below, each once, by what they hold', () => {
  const made = (name: string, ...files: string[]) => {
    mkdirSync(join(directory, name), { recursive: true })
    for (const file of files) writeFileSync(join(directory, name, file), '')
    return join(directory, name)
  }
  const run = made('b/run', 'config.json', 'events.jsonl')
  const results = made('a', 'config.json', 'runs.jsonl')
  made('c', 'config.json')
  symlinkSync(run, join(directory, 'link'))
  expect(findRunDirectories([directory, run, join(directory, 'link')])).toEqual([
    { path: results, kind: 'experiment' },
    { path: run, kind: 'run' },
  ])
  expect(() => findRunDirectories([join(directory, 'c')])).toThrow('holds no run and no experiment')
})
