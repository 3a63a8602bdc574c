import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startFakeProvider } from '../src/testing/fake-provider.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'

const EXPERIMENTS = ['table5', 'ablation', 'sensitivity', 'variance'] as const

const PERSONA = { key: 'quiet', name: 'Quiet', description: 'Wants it silent.' }
const SET = {
  key: 'garden',
  name: 'Garden',
  task: 'shopping-question',
  audiences: ['price'],
  topics: [{ topic: 'Hammocks' }],
}
const json = (value: unknown) => Buffer.from(JSON.stringify(value))

describe.each(EXPERIMENTS)('lab %s refuses, and leaves nothing behind:', (experiment) => {
  it.each([
    [
      'a description of 10 MB',
      '--audiences',
      json({ personas: [{ ...PERSONA, description: 'x'.repeat(1e7) }] }),
      'give',
    ],
    [
      'people in UTF-16',
      '--audiences',
      Buffer.from('\ufeff{"personas":[]}', 'utf16le'),
      'save the file as UTF-8',
    ],
    ['people in Latin-1', '--audiences', Buffer.from('{"personas":["caf\u00e9"]}', 'latin1'), 'UTF-8'],
    ['a list of nobody', '--audiences', json({ personas: [] }), 'at least one persona'],
    [
      'a key twice',
      '--topics',
      Buffer.from(json(SET).toString().replace('{', '{"key":"other",')),
      'this field is there twice',
    ],
    ['a topic twice', '--topics', json({ ...SET, topics: [...SET.topics, ...SET.topics] }), 'Hammocks'],
    ['a wrong field', '--topics', json({ ...SET, topic: 'Rakes' }), 'there is no such field'],
    ['no topics', '--topics', json({ ...SET, topics: [] }), 'at least one topic'],
  ])('%s', async (_, flag, bytes, part) => {
    const directory = temporaryDirectory()
    const file = join(directory, 'mine.json')
    writeFileSync(file, bytes)
    const out = join(directory, 'results')
    const more = flag === '--audiences' ? ['--topics', 'Drills'] : []
    const { code, stdout, stderr } = await runCli(['lab', experiment, flag, file, ...more, '--out', out])
    expect([code, stdout], stderr).toEqual([2, ''])
    expect(stderr).toContain(part)
    expect(stderr.length).toBeLessThan(1000)
    expect(existsSync(out)).toBe(false)
  })
})

describe('a store of answers', () => {
  const argv = (out: string) => [
    ...['lab', 'table5', '--topics', 'Drills', '--audiences', 'price', '--iterations', '1'],
    ...['--strategies', 'no-drop', '--writer', 'openai-compatible:small', '--out', out],
  ]

  it('of another version or kind stops what is paid for, with what to do, and is left as it is', async () => {
    const home = temporaryDirectory()
    const file = join(home, 'kept-answers', 'answers.mdb')
    mkdirSync(join(home, 'kept-answers'))
    const bytes = Buffer.from('an older store'.padEnd(9000, '.'))
    writeFileSync(file, bytes)
    const provider = await startFakeProvider(() => ({ kind: 'answer', content: '{"items":[]}' }))
    const env = {
      FORAGE_HOME: home,
      FORAGE_OPENAI_COMPATIBLE_URL: provider.baseUrl,
      FORAGE_OPENAI_COMPATIBLE_KEY: 'sk-secret',
    }
    const { code, stdout, stderr } = await runCli(argv(join(home, 'results')), { env })
    await provider.close()
    expect([code, stdout], stderr).toEqual([1, ''])
    expect(stderr).toContain('no store of answers, or of another version')
    expect(stderr).toContain('remove it')
    expect(provider.requests).toEqual([])
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })
})

it('results of an experiment do not go into the directory of another, with the difference', async () => {
  const out = join(temporaryDirectory(), 'results')
  const few = ['--topics', 'Drills', '--audiences', 'price', '--iterations', '1', '--out', out]
  const first = await runCli(['lab', 'table5', ...few])
  expect(first.code, first.stderr).toBe(0)
  const before = readFileSync(join(out, 'runs.jsonl'))
  for (const [argv, part] of [
    [['lab', 'ablation', ...few], 'experiment is "table5" there, "ablation" here'],
    [['lab', 'sensitivity', ...few], 'experiment is "table5" there, "sensitivity" here'],
    [['lab', 'table5', ...few, '--scorer', 'characters'], 'scorer is "words" there, "characters" here'],
    [['lab', 'table5', ...few, '--slate-size', '2'], 'settings.slateSize is 3 there, 2 here'],
  ] as const) {
    const { code, stderr } = await runCli(argv)
    expect(code, stderr).toBe(2)
    expect(stderr).toContain(part)
  }
  expect(readFileSync(join(out, 'runs.jsonl')).equals(before)).toBe(true)
})
