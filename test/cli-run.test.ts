import { appendFileSync, cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Interruption } from '../src/cli/io.ts'
import { changed, type RunCliOptions, runCli, smallRun, temporaryDirectory } from './cli-runner.ts'

const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8')
const FILES = ['config.json', 'events.jsonl', 'answers.jsonl', 'report.html']
const contents = (directory: string) => Object.fromEntries(FILES.map((name) => [name, read(directory, name)]))

/** A run that nothing disturbs; others are held against it. */
const whole = join(temporaryDirectory(), 'whole')
let wholeContents: Record<string, string>
beforeAll(async () => {
  expect((await runCli(smallRun(whole))).code).toBe(0)
  wholeContents = contents(whole)
})

describe('--json', () => {
  const fraction = z.number().min(0).max(1)
  const count = z.int().min(0)
  const iterationLine = z.strictObject({
    iteration: count,
    poolCtr: fraction,
    averageRelevance: z.number().min(1).max(10),
    interactions: z.literal(5000),
    pool: z
      .array(
        z.strictObject({
          id: z.string(),
          text: z.string(),
          mode: z.string(),
          parents: z.array(z.string()),
          itemCtr: fraction.nullable(),
          impressions: count,
          clicks: count,
          relevance: z.number().min(1).max(10),
        }),
      )
      .length(5),
    dropped: z.array(z.string()),
    born: z.array(z.string()),
    refused: z.record(z.string(), count),
    modelCalls: count,
    inputTokens: count,
    outputTokens: count,
    seconds: z.number().min(0),
  })
  const summaryLine = z.strictObject({
    summary: z.strictObject({
      averageCtr: fraction,
      lastCtr: fraction,
      firstCtr: fraction,
      gain: z.number(),
      gainInterval: z.tuple([z.number(), z.number()]),
      modelCalls: count,
      seconds: z.number().min(0),
      writer: z.literal('grammar'),
      scorer: z.literal('words'),
      seed: z.literal(1),
    }),
  })

  it('prints one object an iteration and a summary, and nothing else', async () => {
    const { code, stdout, stderr } = await runCli(smallRun(join(temporaryDirectory(), 'run'), '--json'))
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    expect(lines.pop()).toBe('')
    const last = summaryLine.parse(JSON.parse(lines.pop() ?? '')).summary
    const iterations = lines.map((line) => iterationLine.parse(JSON.parse(line)))
    expect(iterations.map(({ iteration }) => iteration)).toEqual([0, 1, 2, 3])
    expect(last.firstCtr).toBe(iterations[0]?.poolCtr)
    expect(last.lastCtr).toBe(iterations[3]?.poolCtr)
    expect(last.modelCalls).toBe(iterations.reduce((sum, { modelCalls }) => sum + modelCalls, 0))
    expect(stderr).toContain('IP_3, pool CTR')
  })
})

describe('what a run tells', () => {
  it('names the seed that nobody gave, and says that the grammar is no language model', async () => {
    const { stderr, stdout } = await runCli(smallRun(join(temporaryDirectory(), 'run')))
    expect(stderr).toMatch(/^ {2}seed +1$/m)
    expect(stderr).toContain('no language model')
    expect(stdout).toContain('IP_0, pool CTR')
    expect(stdout).toContain('95 % interval')
    expect(stdout).toContain('report.html')
  })

  it('writes no escape sequence and no carriage return into a pipe', async () => {
    const { stderr, stdout } = await runCli(smallRun(join(temporaryDirectory(), 'run')))
    expect(stderr + stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('keeps within a narrow terminal, and knows NO_COLOR', async () => {
    const options: RunCliOptions = { terminalColumns: 60, env: { NO_COLOR: '1' } }
    const { stderr, stdout } = await runCli(smallRun(join(temporaryDirectory(), 'run')), options)
    expect(stderr + stdout).not.toContain('\u001b[1m')
    // Each piece between redraws is a line of its own.
    const lines = stderr.split(/[\r\n]|\u001b\[K/)
    const blocks = lines.filter((line) => /^ {2} +[\d.]+ % /.test(line))
    expect(blocks.length).toBeGreaterThan(10)
    for (const line of blocks) expect(line.length).toBeLessThan(60)
    expect(stdout).toMatch(/^IP_0.*\n(.*\n)+IP_3/m)
  })
})

describe('the same configuration writes the same bytes', () => {
  it('as another run', async () => {
    const again = join(temporaryDirectory(), 'again')
    expect((await runCli(smallRun(again))).code).toBe(0)
    const { 'answers.jsonl': answers, ...rest } = contents(again)
    const { 'answers.jsonl': wholeAnswers, ...wholeRest } = wholeContents
    // The grammar's answers carry no time, so here even these are the same.
    expect(rest).toEqual(wholeRest)
    expect(answers).toBe(wholeAnswers)
  })

  it('replayed from its recorded answers, twice, with no scorer named', async () => {
    for (const name of ['first', 'second']) {
      const replay = join(temporaryDirectory(), name)
      const argv = changed(smallRun(replay), {
        '--writer': `recorded:${join(whole, 'answers.jsonl')}`,
        '--scorer': null,
      })
      const { code, stderr } = await runCli(argv)
      expect(code, stderr).toBe(0)
      expect(stderr).toMatch(/^ {2}writer +grammar/m)
      expect(contents(replay)).toEqual(wholeContents)
    }
  })

  it('run again in its own directory', async () => {
    const { code, stderr } = await runCli(smallRun(whole))
    expect(code).toBe(0)
    expect(stderr).toContain('no model is asked')
    expect(contents(whole)).toEqual(wholeContents)
    expect(readdirSync(whole).sort()).toEqual([...FILES].sort())
  })

  it('a replay with another seed asks what was not recorded, and says what differs', async () => {
    const argv = changed(smallRun(join(temporaryDirectory(), 'run')), {
      '--writer': `recorded:${join(whole, 'answers.jsonl')}`,
      '--seed': '2',
    })
    const { code, stderr } = await runCli(argv)
    expect(code).toBe(1)
    expect(stderr).toContain('seed')
  })
})

describe('a run that was broken off', () => {
  const cut = (prepare: (directory: string) => void) => {
    const directory = join(temporaryDirectory(), 'cut')
    cpSync(whole, directory, { recursive: true })
    prepare(directory)
    return directory
  }
  const half = (directory: string, name: string) => {
    truncateSync(join(directory, name), Math.floor(read(directory, name).length / 2))
  }

  it('goes on from torn last lines to the same end', async () => {
    const directory = cut((path) => {
      for (const name of ['events.jsonl', 'answers.jsonl']) half(path, name)
    })
    const { code, stderr } = await runCli(smallRun(directory))
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('broken off')
    expect(contents(directory)).toEqual(wholeContents)
  })

  it('mends events that are not of this run', async () => {
    const directory = cut((path) => appendFileSync(join(path, 'events.jsonl'), '{"kind":"births-short"}\n'))
    expect((await runCli(smallRun(directory))).code).toBe(0)
    expect(contents(directory)).toEqual(wholeContents)
  })

  it('stopped by Ctrl-C keeps what it had, makes a report, and the same command goes on', async () => {
    const directory = join(temporaryDirectory(), 'stopped')
    const stop = new AbortController()
    const stopped = await runCli(smallRun(directory), {
      signal: stop.signal,
      onStderr: (text) => {
        if (text.startsWith('1/3')) stop.abort(new Interruption('SIGINT', 130))
      },
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stdout).toBe('')
    expect(stopped.stderr).toContain(`run the same command again`)
    expect(stopped.stderr).not.toMatch(/^\s+at /m)
    expect(read(directory, 'report.html')).toContain('Rice Cookers')
    const kept = read(directory, 'events.jsonl')
    expect(wholeContents['events.jsonl']?.startsWith(kept)).toBe(true)
    expect(kept).toContain('"iteration-finished","iteration":1')
    expect(kept).not.toContain('run-finished')

    const { code, stderr } = await runCli(smallRun(directory))
    expect(code, stderr).toBe(0)
    expect(contents(directory)).toEqual(wholeContents)
  })

  it('stopped before it began says nothing false', async () => {
    const { code, stdout } = await runCli(smallRun(join(temporaryDirectory(), 'none')), {
      signal: AbortSignal.abort(new Interruption('SIGINT', 130)),
    })
    expect(code).toBe(130)
    expect(stdout).toBe('')
  })
})

describe('a directory', () => {
  it('that holds another run is left as it is, and the fields that differ are named', async () => {
    const { code, stderr, stdout } = await runCli(
      changed(smallRun(whole), { '--iterations': '4', '--seed': '9' }),
    )
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain('settings.iterations is 3 there, 4 here')
    expect(stderr).toContain('seed is 1 there, 9 here')
    expect(contents(whole)).toEqual(wholeContents)
  })

  it('another audience of the same name is another run', async () => {
    const files = temporaryDirectory()
    const audience = (description: string) => {
      const path = join(files, 'mine.json')
      writeFileSync(path, JSON.stringify({ personas: [{ key: 'mine', name: 'Mine', description }] }))
      return { '--audience': path }
    }
    const out = join(files, 'run')
    expect((await runCli(changed(smallRun(out), audience('Wants it quiet.')))).code).toBe(0)
    const { code, stderr } = await runCli(changed(smallRun(out), audience('Wants it cheap.')))
    expect(code).toBe(2)
    expect(stderr).toContain('audience.personas')
  })

  it('whose config.json is spoilt is refused', async () => {
    const directory = join(temporaryDirectory(), 'spoilt')
    cpSync(whole, directory, { recursive: true })
    truncateSync(join(directory, 'config.json'), 10)
    const { code, stderr } = await runCli(smallRun(directory))
    expect(code).toBe(2)
    expect(stderr).toContain('config.json')
  })
})

describe('forage report', () => {
  it('writes the same report anew', async () => {
    const directory = join(temporaryDirectory(), 'run')
    cpSync(whole, directory, { recursive: true })
    truncateSync(join(directory, 'report.html'), 0)
    const { code, stdout } = await runCli(['report', directory])
    expect(code).toBe(0)
    expect(stdout.trim()).toBe(join(directory, 'report.html'))
    expect(read(directory, 'report.html')).toBe(wholeContents['report.html'])
  })

  it('of a directory that is none ends with exit code 2', async () => {
    for (const path of [join(whole, 'nothing'), temporaryDirectory(), join(whole, 'config.json')]) {
      const { code, stdout, stderr } = await runCli(['report', path])
      expect(code).toBe(2)
      expect(stdout).toBe('')
      expect(stderr).not.toMatch(/^\s+at /m)
    }
  })
})
