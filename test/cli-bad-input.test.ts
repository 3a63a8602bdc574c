import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startFakeProvider } from '../src/testing/fake-provider.ts'
import { type CliResult, changed, runCli, smallRun, temporaryDirectory } from './cli-runner.ts'

const directory = temporaryDirectory()
const file = (name: string, content: string | Uint8Array) => {
  const path = join(directory, name)
  writeFileSync(path, content)
  return path
}
const audience = (name: string, value: unknown) => file(name, JSON.stringify(value))
const persona = { key: 'quiet', name: 'Quiet', description: 'Wants it silent.' }
const base = smallRun(join(directory, 'never'))

/** One message, no stack, nothing on standard output. */
function expectRefused({ code, stdout, stderr }: CliResult, exitCode: number, ...parts: readonly string[]) {
  expect(code, stderr).toBe(exitCode)
  expect(stdout).toBe('')
  expect(stderr).not.toMatch(/^\s+at /m)
  expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(2)
  for (const part of parts) expect(stderr).toContain(part)
}

describe('flags that say wrong things end with exit code 2 and one message', () => {
  const cases: readonly [string, Readonly<Record<string, string | null>>, readonly string[]][] = [
    [
      'unknown strategy',
      { '--strategy': 'explore-exploits' },
      ['--strategy', 'did you mean explore-exploit?'],
    ],
    ['unknown task', { '--task': 'headlin' }, ['--task', 'did you mean headline?']],
    ['unknown persona', { '--audience': 'prise' }, ['--audience', 'did you mean price?']],
    ['persona twice', { '--audience': 'price,price' }, ['--audience', 'twice']],
    ['no topic', { '--topic': null }, ['--topic', 'nothing given']],
    ['no audience', { '--audience': null }, ['--audience', 'nothing given']],
    ['empty topic', { '--topic': '  ' }, ['--topic']],
    ['long topic', { '--topic': 'x'.repeat(10_000) }, ['--topic', '10000 characters', '200']],
    ['hidden characters in the topic', { '--topic': 'Rice\u202e Cookers' }, ['--topic', 'U+202E']],
    ['N < K', { '--pool-size': '2' }, ['--slate-size', '--pool-size']],
    ['n > N', { '--replaced': '6' }, ['--replaced', '6']],
    ['2n > N with two prompts', { '--replaced': '3' }, ['--replaced', '--pool-size']],
    ['S = 0', { '--interactions': '0' }, ['--interactions', '0']],
    ['T = 0', { '--choice-temperature': '0' }, ['--choice-temperature', '0', 'above 0']],
    ['negative iterations', { '--iterations': '-1' }, ['--iterations', '-1']],
    ['fractional pool', { '--pool-size': '4.5' }, ['--pool-size', '4.5', 'whole number']],
    ['no number', { '--iterations': 'many' }, ['--iterations', '"many"', 'number']],
    ['hexadecimal', { '--iterations': '0x10' }, ['--iterations', '0x10']],
    ['an empty number', { '--iterations': '' }, ['--iterations']],
    ['infinity', { '--interactions': '1e999' }, ['--interactions']],
    ['negative seed', { '--seed': '-3' }, ['--seed', '-3']],
    ['fractional seed', { '--seed': '1.5' }, ['--seed', '1.5']],
    ['no click score that is no number', { '--no-click-score': 'x' }, ['--no-click-score']],
    ['sampling temperature', { '--sampling-temperature': '3' }, ['--sampling-temperature', '3']],
    ['unknown window', { '--ctr-window': 'week' }, ['--ctr-window', 'life, last']],
    [
      'turns of another strategy',
      { '--strategy': 'full-ctr', '--turns': 'alternate' },
      ['--turns', 'full-ctr'],
    ],
    ['unknown writer', { '--writer': 'gramar' }, ['--writer', 'gramar']],
    ['provider without a model', { '--writer': 'openai' }, ['--writer', 'openai']],
    ['provider without a key', { '--writer': 'openai:gpt-4.1-mini' }, ['--writer', 'OPENAI_API_KEY']],
    ['unknown scorer', { '--scorer': 'wrds' }, ['--scorer', 'wrds']],
    ['unknown local model', { '--writer': 'local:gemma-3-270' }, ['gemma-3-270m']],
    ['an encoder as writer', { '--writer': 'local:minilm' }, ['--writer', 'encoder']],
    ['article for a task without one', { '--article': 'a.txt' }, ['--article', 'shopping-question']],
    ['task without its article', { '--task': 'headline' }, ['--article', 'headline']],
    ['audience file that is not there', { '--audience': './nobody.json' }, ['nobody.json']],
    ['article file that is not there', { '--task': 'headline', '--article': './none.txt' }, ['none.txt']],
    ['answers file that is not there', { '--writer': 'recorded:./none.jsonl' }, ['none.jsonl']],
    ['recorded without a file', { '--writer': 'recorded:' }, ['--writer', 'recorded:']],
    ['GGUF that is not there', { '--writer': 'local:./none.gguf' }, ['none.gguf']],
    ['empty out', { '--out': '' }, ['--out']],
  ]
  it.each(cases)('%s', async (_, change, parts) => {
    expectRefused(await runCli(changed(base, change)), 2, ...parts)
  })

  it.each([
    ['unknown flag', [...base, '--iteration', '3'], '--iterations'],
    ['unknown command', ['rn'], 'run'],
    ['flag without its value', ['run', '--topic'], '--topic'],
    ['flag given twice', [...base, '--seed', '1', '--seed', '2'], '--seed'],
    ['too many arguments', [...base, 'more'], 'too many arguments'],
    ['report without a directory', ['report'], 'dir'],
    ['unknown model', ['models', 'pull', 'gema-3-270m'], 'gemma-3-270m'],
  ])('%s names the right spelling or what is missing', async (_, argv, part) => {
    expectRefused(await runCli(argv), 2, part)
  })
})

describe('files that say wrong things', () => {
  const cases: readonly [string, () => Readonly<Record<string, string | null>>, readonly string[]][] = [
    ['half a JSON', () => ({ '--audience': file('half.json', '{"personas": [') }), ['half.json']],
    [
      'not UTF-8',
      () => ({ '--audience': file('bytes.json', new Uint8Array([0xff, 0xfe, 0x7b, 0])) }),
      ['bytes.json'],
    ],
    [
      'no personas',
      () => ({ '--audience': audience('none.json', { personas: [] }) }),
      ['none.json', 'personas'],
    ],
    [
      'weight 0',
      () => ({ '--audience': audience('weight.json', { personas: [{ ...persona, weight: 0 }] }) }),
      ['weight.json', 'weight'],
    ],
    [
      'T = 0',
      () => ({ '--audience': audience('t.json', { personas: [persona], choiceTemperature: 0 }) }),
      ['t.json', 'choiceTemperature'],
    ],
    [
      'a field misspelt',
      () => ({ '--audience': audience('key.json', { personas: [persona], noClickscore: 11 }) }),
      ['key.json', 'noClickscore'],
    ],
    ['a task of another form', () => ({ '--task': file('task.json', '{"key": 3}') }), ['task.json']],
    [
      'an empty article',
      () => ({ '--task': 'headline', '--article': file('empty.txt', ' \n') }),
      ['--article'],
    ],
    [
      'a GGUF that is not one',
      () => ({ '--writer': `local:${file('fake.gguf', 'text')}` }),
      ['fake.gguf', 'GGUF'],
    ],
    ['answers that are none', () => ({ '--writer': `recorded:${file('a.jsonl', 'junk\n')}` }), ['a.jsonl']],
    ['out is a file', () => ({ '--out': file('plain', 'x') }), ['--out', 'plain', 'file']],
    ['out lies in a file', () => ({ '--out': join(file('plain2', 'x'), 'run') }), ['--out', 'plain2']],
  ]
  it.each(cases)('%s', async (_, change, parts) => {
    // A writer that turns out to be none is found when the run opens it, in a directory of its own.
    const out = { '--out': join(directory, `out-${cases.findIndex(([name]) => name === _)}`) }
    const { code, stderr, stdout } = await runCli(changed(base, { ...out, ...change() }))
    expect(code, stderr).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(existsSync(out['--out'])).toBe(false)
    for (const part of parts) expect(stderr).toContain(part)
  })

  it('an empty standard input for the article', async () => {
    const argv = changed(base, { '--task': 'headline', '--article': '-' })
    expectRefused(await runCli(argv, { stdin: '' }), 2, '--article')
  })

  it('out holds something else', async () => {
    const out = join(directory, 'photos')
    mkdirSync(out)
    writeFileSync(join(out, 'cat.jpg'), 'x')
    expectRefused(await runCli(smallRun(out)), 2, '--out', 'cat.jpg')
  })
})

describe('failures end with exit code 1 and say what to do', () => {
  it('no writer at all', async () => {
    const { code, stdout, stderr } = await runCli(changed(base, { '--writer': null }))
    expect(code).toBe(1)
    expect(stdout).toBe('')
    for (const part of ['forage models pull gemma-3-270m', 'OPENAI_API_KEY', '--writer grammar']) {
      expect(stderr).toContain(part)
    }
  })

  it('local weights that are not pulled', async () => {
    expectRefused(
      await runCli(changed(base, { '--writer': 'local:gemma-3-270m' })),
      1,
      'forage models pull gemma-3-270m',
    )
  })

  it('an encoder that is not pulled', async () => {
    expectRefused(
      await runCli(changed(base, { '--scorer': 'embedding' })),
      1,
      'forage models pull minilm',
      '--scorer words',
    )
  })

  it('no right to write', async () => {
    // A place where not even root may make a directory.
    expectRefused(await runCli(smallRun('/sys/forage-run')), 1, '/sys/forage-run', '--out')
  })
})

describe('a provider that fails', () => {
  const run = async (reply: Parameters<typeof startFakeProvider>[0]) => {
    const provider = await startFakeProvider(reply)
    try {
      const out = join(temporaryDirectory(), 'run')
      return await runCli(
        changed(smallRun(out), { '--writer': 'openai-compatible:small', '--write-attempts': '1' }),
        {
          env: { FORAGE_OPENAI_COMPATIBLE_URL: provider.baseUrl, FORAGE_OPENAI_COMPATIBLE_KEY: 'sk-secret' },
        },
      )
    } finally {
      await provider.close()
    }
  }

  it('401: the key is refused, is not shown, and nothing is tried again', async () => {
    const { code, stdout, stderr } = await run(() => ({
      kind: 'status',
      status: 401,
      message: 'bad key sk-secret',
    }))
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('FORAGE_OPENAI_COMPATIBLE_KEY')
    expect(stderr).not.toContain('sk-secret')
    expect(stderr).not.toMatch(/^\s+at /m)
  })

  it('answers that are junk are refused by the checks, and the message says so', async () => {
    const { code, stderr } = await run(() => ({ kind: 'answer', content: 'no JSON, sorry' }))
    expect(code).toBe(1)
    expect(stderr).toContain('unreadable')
    expect(stderr).toContain('kept in')
  })

  it('half a JSON, then good ones: the run goes on', async () => {
    const questions = (from: number) =>
      ['price', 'size', 'warranty', 'noise', 'power', 'cleaning', 'recipes', 'materials', 'weight', 'colour']
        .slice(from % 5)
        .map((about) => `What should I know about the ${about} of rice cookers?`)
    const { code, stderr, stdout } = await run((_, index) => ({
      kind: 'answer',
      content: index === 0 ? '{"items": ["What' : JSON.stringify({ items: questions(index) }),
    }))
    expect([0, 1], stderr).toContain(code)
    expect(stderr + stdout).not.toMatch(/^\s+at /m)
  })
})
