import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { studyFigures } from './strategies/figures.ts'
import { studyCommand } from './strategies/options.ts'
import type { RunResult } from './strategies/study.ts'
import { runStrategiesBench } from './strategies.ts'

const STRATEGIES = ['explore-exploit', 'full-ctr', 'partial-ctr', 'random-ctr', 'no-drop']

describe('a tiny study with the grammar', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'forage-strategies-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const flags = () => [
    ...['--topics', 'Rice Cookers,Telescopes', '--audiences', 'price', '--seeds', '1', '--iterations', '2'],
    ...['--writer', 'grammar', '--scorer', 'words', '--workers', '2', '--answers', join(folder, 'answers')],
  ]

  test('runs every strategy on every case, writes its page, and does the same again from what it kept', async () => {
    const page = pathToFileURL(join(folder, 'page.md'))
    const environment = { ...process.env, FORAGE_HOME: folder }
    const lines: string[] = []
    const report = await runStrategiesBench(flags(), (line) => lines.push(line), environment, page)
    expect(report.study.failed).toEqual([])
    expect(report.study.runs.map(({ topic, strategy }) => [topic, strategy])).toEqual(
      ['Rice Cookers', 'Telescopes'].flatMap((topic) => STRATEGIES.map((strategy) => [topic, strategy])),
    )
    for (const topic of ['Rice Cookers', 'Telescopes']) {
      const firstPools = report.study.runs.filter((run) => run.topic === topic).map((run) => run.firstPool)
      expect(new Set(firstPools.map((pool) => JSON.stringify(pool))).size).toBe(1)
    }
    expect(report.study.runs.map(({ poolCtrs }) => poolCtrs.length)).toEqual(Array(10).fill(3))
    expect(report.claims).toHaveLength(4)
    expect(lines.filter((line) => /^\d+\/10 {2}.* min left$/.test(line))).toHaveLength(10)
    const text = readFileSync(page, 'utf8')
    expect(text).toContain('stand-in and no language model')
    expect(text).toContain('| no-drop |')
    expect(text).toContain('### Telescopes, price, seed 1')
    expect(text).not.toContain(folder)

    const files = readdirSync(join(folder, 'answers'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => join(folder, 'answers', name))
    expect(files).toHaveLength(2)
    const before = files.map((file) => readFileSync(file, 'utf8'))
    const again = await runStrategiesBench(flags(), () => {}, environment, page)
    expect(again.resultHash).toBe(report.resultHash)
    expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(before)
  })

  test('what ends a worker ends the study with its reason', async () => {
    const local = [...flags(), '--writer', 'local']
    const environment = { ...process.env, FORAGE_HOME: folder }
    await expect(runStrategiesBench(local, () => {}, environment)).rejects.toThrow(/no local weights/)
  })
})

describe('figures', () => {
  const run = (strategy: string, topic: string, audience: string, poolCtrs: number[]): RunResult => ({
    ...{ topic, audience, seed: 1, strategy, writer: 'w', writerIsStandIn: false, scorer: 's', poolCtrs },
    averageRelevances: [2, 4],
    last: { clicked: 1000 * (poolCtrs.at(-1) as number), interactions: 1000 },
    ...{ modelCalls: 10, outputTokens: 100, modelSeconds: 1, refused: {}, birthsMissed: 0 },
    ...{ promptVersions: [], firstPool: [], lastPool: [] },
  })

  test('are paired by case, and leave out cases that not all finished', () => {
    const runs = [
      run('explore-exploit', 'a', 'price', [0.1, 0.3]),
      run('full-ctr', 'a', 'price', [0.1, 0.2]),
      run('explore-exploit', 'a', 'ethics', [0.2, 0.4]),
      run('full-ctr', 'a', 'ethics', [0.2, 0.4]),
      run('explore-exploit', 'b', 'price', [0, 0.1]),
      run('full-ctr', 'b', 'price', [0, 0.2]),
      run('explore-exploit', 'b', 'ethics', [0, 1]),
    ]
    const figures = studyFigures(runs, ['full-ctr', 'explore-exploit'])
    const pair = figures.pairs[0]
    expect(figures.reference).toBe('explore-exploit')
    expect(figures.unpaired).toBe(1)
    expect(pair).toMatchObject({ other: 'full-ctr', cases: 3, wins: 1, ties: 1, z: 0 })
    expect(pair?.difference.mean).toBeCloseTo(0)
    // Topic a: (0.1 + 0) / 2; topic b: -0.1.
    expect(pair?.differenceOfGroups.mean).toBeCloseTo(-0.025)
    expect(figures.ranking[0]?.gain.mean).toBeCloseTo(0.5 / 3)
    expect(figures.byAudience.map(({ audience }) => audience)).toEqual(['price', 'ethics'])
    expect(figures.byAudience[1]?.strategies[0]?.last).toEqual({ mean: 0.4, interval: null })
  })

  test('no case finished by all is an error', () => {
    expect(() => studyFigures([run('full-ctr', 'a', 'price', [0, 1])], ['full-ctr', 'no-drop'])).toThrow(
      RangeError,
    )
  })
})

describe('flags', () => {
  test('stand for a whole study when there are none', async () => {
    const { options, groups, workers, command } = await studyCommand([], '/home/of/forage')
    expect(options).toMatchObject({ iterations: 15, candidatesPerBirth: 4, writer: 'local', seeds: [1, 2] })
    expect(options.strategies).toEqual(STRATEGIES)
    expect(groups).toHaveLength(6)
    expect(new Set(groups.map(({ answersPath }) => answersPath)).size).toBe(6)
    expect(groups[0]?.answersPath).toContain('/home/of/forage/')
    expect([workers, command]).toEqual([1, 'npm run bench -- strategies'])
  })

  test('are named as a reader can type them, without directories of this machine', async () => {
    const { command } = await studyCommand(['--topics', 'Garden Hoses', '--answers', '/secret', '--trial'])
    expect(command).toBe("npm run bench -- strategies --topics 'Garden Hoses' --trial")
  })

  test.each([
    [['--strategies', 'ful-ctr'], 'did you mean full-ctr'],
    [['--audiences', 'prise'], 'did you mean price'],
    [['--seeds', '1.5'], '--seeds'],
    [['--seeds', '1,1'], 'none twice'],
    [['--topics', ''], '--topics'],
    [['--iterations', 'x'], '--iterations'],
    [['--workers', '0'], '--workers'],
    [['--color'], '--color'],
  ])('%j is refused', async (flags, message) => {
    await expect(studyCommand(flags)).rejects.toThrow(message)
  })
})
