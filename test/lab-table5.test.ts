import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Interruption } from '../src/cli/io.ts'
import { main } from '../src/cli/main.ts'
import { emptyHome, runCli, temporaryDirectory } from './cli-runner.ts'
import { small, start } from './lab-process.ts'

const RESULTS = ['config.json', 'runs.jsonl', 'table5.md', 'table5.csv', 'curves.csv', 'table5.json']
const read = (directory: string, name: string) => readFileSync(join(directory, name), 'utf8')
const lines = (text: string) => text.trim().split('\n')

describe('smoke', () => {
  it('gives the stored table, exactly (after a change: npx vitest run test/lab-table5.test.ts -u)', async () => {
    const out = join(temporaryDirectory(), 'smoke')
    const { code, stdout, stderr } = await runCli(['lab', 'table5', '--preset', 'smoke', '--out', out])
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('a stand-in, no language model')
    await expect(stdout).toMatchFileSnapshot('expected/lab-smoke-table5.txt')
    // Clicks are whole numbers that only our own arithmetic decides.
    const clicks = lines(read(out, 'runs.jsonl')).map((line) => {
      const { audience, topic, strategy, clicked } = JSON.parse(line)
      return [audience, topic, strategy, ...clicked].join(',')
    })
    expect(clicks).toHaveLength(3 * (6 + 5) * 5)
    await expect(`${clicks.join('\n')}\n`).toMatchFileSnapshot('expected/lab-smoke-clicks.csv')
  })

  it('prints one JSON object with --json, and goes on from whole results without a run', async () => {
    const out = join(temporaryDirectory(), 'results')
    const first = await runCli(small(out, '--json'))
    const again = await runCli(small(out, '--json'))
    expect(again.stdout).toBe(first.stdout)
    expect(again.stderr).toContain('60 runs are there already')
    const { figures, ranking, claims, writerIsStandIn } = JSON.parse(first.stdout)
    expect(figures.audiences.map(({ audience }: { audience: string }) => audience)).toEqual([
      'price',
      'quality',
      'brand-reputation',
      'features',
      'ethics',
      'three-preferences',
    ])
    expect([figures.runs, figures.missing, ranking.length, claims.length]).toEqual([60, 0, 5, 8])
    expect(writerIsStandIn).toBe(true)
    const csv = lines(read(out, 'table5.csv'))
    expect(csv).toHaveLength(1 + 6 * 5)
    expect(csv[0]).toContain('paper_last')
    expect(lines(read(out, 'curves.csv'))).toHaveLength(1 + 6 * 5 * 5)
  })
})

describe('an experiment that is broken off', () => {
  it('by Ctrl-C says how to go on, and ends as an undisturbed one does', async () => {
    const out = join(temporaryDirectory(), 'results')
    const stop = new AbortController()
    const stopped = await runCli(small(out), {
      signal: stop.signal,
      onStderr: (text) => {
        if (text.startsWith('18 of 60')) stop.abort(new Interruption('SIGINT', 130))
      },
    })
    expect(stopped.code).toBe(130)
    expect(stopped.stderr).toContain('18 runs are kept')
    expect(stopped.stdout).toBe('')
    expect(lines(read(out, 'runs.jsonl'))).toHaveLength(18)
    // The results so far, with what is missing.
    expect(read(out, 'table5.md')).toContain('42 runs are still to be made')
    await expectSameAsUndisturbed(out)
  })

  it('by kill -9 loses no finished run, and ends as an undisturbed one does', async () => {
    const out = join(temporaryDirectory(), 'results')
    const child = start(small(out))
    const ended = new Promise<string | null>((resolve) => {
      child.on('close', (_, signal) => resolve(signal))
    })
    const file = join(out, 'runs.jsonl')
    const hasFive = () => existsSync(file) && lines(readFileSync(file, 'utf8')).length >= 5
    while (!hasFive() && child.exitCode === null) await wait(1)
    child.kill('SIGKILL')
    expect(await ended).toBe('SIGKILL')
    const kept = lines(read(out, 'runs.jsonl')).length
    expect(kept).toBeLessThan(60)
    const { code, stderr } = await runCli(small(out))
    expect(code, stderr).toBe(0)
    expect(stderr).toContain('runs are there already')
    await expectSameAsUndisturbed(out)
  })

  it('in the middle of a line makes that run again', async () => {
    const out = join(temporaryDirectory(), 'results')
    await runCli(small(out))
    const whole = read(out, 'runs.jsonl')
    truncateSync(join(out, 'runs.jsonl'), Buffer.byteLength(whole) - 100)
    await expectSameAsUndisturbed(out)
  })

  async function expectSameAsUndisturbed(out: string) {
    const resumed = await runCli(small(out))
    expect(resumed.code, resumed.stderr).toBe(0)
    const undisturbed = join(temporaryDirectory(), 'undisturbed')
    const whole = await runCli(small(undisturbed))
    expect(resumed.stdout).toBe(whole.stdout)
    for (const name of RESULTS) expect(read(out, name), name).toBe(read(undisturbed, name))
    expect(existsSync(join(out, '.lock'))).toBe(false)
  }
})

describe('runs side by side', () => {
  it('give the results of one after the other', async () => {
    const [one, four] = [join(temporaryDirectory(), 'one'), join(temporaryDirectory(), 'four')]
    const alone = await runCli(small(one))
    const together = await runCli(small(four, '--concurrency', '4'))
    expect(together.stdout).toBe(alone.stdout)
    expect(read(four, 'table5.csv')).toBe(read(one, 'table5.csv'))
  })
})

describe('an experiment as people want it', () => {
  it('runs on their own topics and personas', async () => {
    const directory = temporaryDirectory()
    const persona = { key: 'quiet', name: 'Quiet', description: 'Wants it silent.' }
    writeFileSync(join(directory, 'quiet.json'), JSON.stringify({ personas: [persona] }))
    const topics = ['Garden Hoses', 'Hammocks'].map((topic) => ({ topic }))
    const set = {
      key: 'garden',
      name: 'Garden',
      task: 'shopping-question',
      audiences: ['quiet.json'],
      topics,
    }
    writeFileSync(join(directory, 'garden.json'), JSON.stringify(set))
    const { code, stdout, stderr } = await runCli([
      'lab',
      'table5',
      '--topics',
      join(directory, 'garden.json'),
      '--strategies',
      'full-ctr,explore-exploit',
      '--iterations',
      '2',
      '--seeds',
      '3,4',
      '--out',
      join(directory, 'results'),
    ])
    expect(code, stderr).toBe(0)
    expect(stdout).toContain('2 garden')
    expect(stdout).toContain('8 runs')
    expect(stdout).toMatch(/^quiet /m)
    // What needs the other strategies or populations is said to be untested.
    expect(stdout).toContain('not tested: full-ctr above partial-ctr')
  })

  it('runs on single topics and audiences', async () => {
    const out = join(temporaryDirectory(), 'results')
    const argv = ['lab', 'table5', '--topics', 'Drills,stoicism', '--audiences', 'price,history']
    const { code, stderr } = await runCli([...argv, '--iterations', '1', '--out', out])
    expect(code, stderr).toBe(0)
    const runs = lines(read(out, 'runs.jsonl')).map((line) => JSON.parse(line))
    expect(new Set(runs.map(({ topic, audience }) => `${topic} ${audience}`))).toEqual(
      new Set(['Drills price', 'Stoicism history']),
    )
  })
})

it('on a terminal one line tells how far it is', async () => {
  const out = join(temporaryDirectory(), 'results')
  const { code, stderr } = await runCli(small(out), { terminalColumns: 100 })
  expect(code).toBe(0)
  expect(stderr).toContain('\r  30 of 60 runs')
  expect(stderr).not.toContain('30 of 60 runs, about 0 s left\n')
  for (const line of stderr.split(/[\r\n]/)) {
    expect(line.replaceAll('\u001b[K', '').length).toBeLessThan(130)
  }
})

it('with other settings of the paper gives other figures', async () => {
  const last = async (...flags: string[]) => {
    const { code, stdout, stderr } = await runCli([
      ...['lab', 'table5', '--topics', 'Drills', '--audiences', 'price', '--iterations', '1', '--json'],
      ...['--out', join(temporaryDirectory(), 'results'), ...flags],
    ])
    expect(code, stderr).toBe(0)
    return JSON.parse(stdout).figures.audiences[0].strategies[0].last.mean
  }
  const base = await last()
  // Clicking nothing is stronger, or weaker, and more items seen are more to click on.
  expect(await last('--no-click-score', '13')).toBeLessThan(base)
  expect(await last('--no-click-score', '10')).toBeGreaterThan(base)
  expect(await last('--slate-size', '5')).toBeGreaterThan(base)
  expect(await last('--choice-temperature', '2')).not.toBe(base)
})

describe('what is refused', () => {
  it.each([
    [['--preset', 'smal'], 'did you mean small?'],
    [['--topics', 'Drill'], 'did you mean Drills?'],
    [['--topics', 'none.json'], 'none.json'],
    [['--audiences', 'mine.json'], 'mine.json'],
    [['--audiences', 'prise'], 'did you mean price?'],
    [['--audiences', 'price,quality,price'], 'none twice'],
    [['--strategies', 'full'], '--strategies'],
    [['--seeds', '1,x'], '--seeds'],
    [['--seeds', '1', '--seed', '2'], '--seed'],
    [['--max-calls', '-1'], '--max-calls'],
    [['--max-cost-usd', 'much'], '--max-cost-usd'],
    [['--concurrency', '0'], '--concurrency'],
    [['--iterations', '1e9'], '--iterations'],
    [['--slate-size', '6'], '--slate-size'],
    [['--replaced', '3'], 'explore-exploit drops 6'],
    [['--choice-temperature', '0'], '--choice-temperature'],
    [['--no-click-score', '1e4'], '--no-click-score'],
    [['--out', ''], '--out'],
    [['--topics', 'general-knowledge,shopping,Drills'], 'one of shopping'],
  ] as const)('%j', async (flags, part) => {
    const out = join(temporaryDirectory(), 'results')
    const { code, stdout, stderr } = await runCli([
      'lab',
      'table5',
      ...(flags.includes('--out' as never) ? [] : ['--out', out]),
      ...flags,
    ])
    expect(code, stderr).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toContain(part)
    expect(stderr).not.toMatch(/^\s+at /m)
    expect(existsSync(out)).toBe(false)
  })

  it('another experiment in the same directory, with the difference', async () => {
    const out = join(temporaryDirectory(), 'results')
    await runCli(small(out))
    const before = read(out, 'runs.jsonl')
    const { code, stderr } = await runCli(small(out, '--seed', '2'))
    expect(code).toBe(2)
    expect(stderr).toContain('seeds is [1] there, [2] here')
    expect(read(out, 'runs.jsonl')).toBe(before)
  })

  it('a preset whose model is not there, and nothing is left behind', async () => {
    const out = join(temporaryDirectory(), 'results')
    const { code, stderr } = await runCli(['lab', 'table5', '--preset', 'small', '--out', out])
    expect(code).toBe(1)
    expect(stderr).toContain('forage models pull')
    expect(existsSync(out)).toBe(false)
  })

  it('results of an older version', async () => {
    const out = join(temporaryDirectory(), 'results')
    await runCli(small(out))
    writeFileSync(join(out, 'config.json'), read(out, 'config.json').replace('"format": 1', '"format": 0'))
    const { code, stderr } = await runCli(small(out))
    expect(code).toBe(2)
    expect(stderr).toContain('format is 0 there, 1 here')
  })

  it('a line that cannot be read, with its number', async () => {
    const out = join(temporaryDirectory(), 'results')
    await runCli(small(out))
    appendFileSync(join(out, 'runs.jsonl'), '{"kind":"finished"}\n')
    const { code, stderr } = await runCli(small(out))
    expect(code).toBe(2)
    expect(stderr).toContain('runs.jsonl, line 61')
  })
})

describe('the paper preset', () => {
  const paper = (out: string) => [
    ...small(out),
    '--preset',
    'paper',
    '--writer',
    'grammar',
    '--scorer',
    'words',
  ]

  it('says what it takes, and begins only when somebody agrees', async () => {
    const out = join(temporaryDirectory(), 'results')
    const alone = await runCli(paper(out))
    expect(alone.code).toBe(2)
    expect(alone.stderr).toContain('60 runs to make')
    expect(alone.stderr).toContain('give --yes')
    // Nothing stands in the way of other flags.
    expect(existsSync(out)).toBe(false)
    expect((await runCli([...paper(out), '--yes'])).code).toBe(0)
  })

  it.each([
    ['y\n', 0],
    ['n\n', 2],
    ['', 2],
  ])('answered %j ends with %i', async (answer, expected) => {
    let stderr = ''
    const code = await main(paper(join(temporaryDirectory(), 'results')), {
      stdout: { write: () => {} },
      stderr: { isTTY: true, columns: 100, write: (text) => (stderr += text) },
      stdin: Object.assign(
        (async function* () {
          if (answer !== '') yield answer
        })(),
        { isTTY: true },
      ),
      env: { FORAGE_HOME: emptyHome },
      signal: new AbortController().signal,
      now: () => 0,
    })
    expect(stderr).toContain('Begin?')
    expect(code).toBe(expected)
  })
})
