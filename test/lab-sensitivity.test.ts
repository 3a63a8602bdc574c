import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli, temporaryDirectory } from './cli-runner.ts'

const sensitivity = (...more: string[]) => ['lab', 'sensitivity', ...more]
const FEW = ['--topics', 'Drills,Spoons', '--audiences', 'price', '--iterations', '2']

it('the sensitivity of smoke gives the stored results (after a change: npx vitest run test/lab-sensitivity.test.ts -u)', async () => {
  const out = join(temporaryDirectory(), 'sensitivity')
  const { code, stdout, stderr } = await runCli(sensitivity('--preset', 'smoke', '--out', out))
  expect(code, stderr).toBe(0)
  await expect(stdout).toMatchFileSnapshot('expected/lab-smoke-sensitivity.txt')
  const report = await runCli(['lab', 'report', out])
  expect(report.code, report.stderr).toBe(0)
  const page = readFileSync(join(out, 'report.html'), 'utf8')
  expect(page).toContain('Sensitivity to the settings, preset smoke')
  expect(page).toContain('RS, strength of clicking nothing')
})

it('gives at each value what table5 gives with it', async () => {
  const directory = temporaryDirectory()
  const out = join(directory, 'sensitivity')
  const varied = await runCli(sensitivity(...FEW, '--vary', 'RS=9,n=2,S=700', '--json', '--out', out))
  expect(varied.code, varied.stderr).toBe(0)
  const { sweeps } = JSON.parse(varied.stdout)
  for (const [symbol, flag, value] of [
    ['RS', '--no-click-score', 9],
    ['n', '--replaced', 2],
    ['S', '--interactions', 700],
    ['S', '--interactions', 5000],
  ] as const) {
    const alone = await runCli([
      ...['lab', 'table5', ...FEW, flag, String(value), '--json'],
      ...['--out', join(directory, `${symbol}-${value}`)],
    ])
    expect(alone.code, alone.stderr).toBe(0)
    const point = sweeps
      .find((sweep: { symbol: string }) => sweep.symbol === symbol)
      .points.find((one: { value: number }) => one.value === value)
    expect(point.isPlanned).toBe(value === 5000)
    expect(point.figures.audiences).toEqual(JSON.parse(alone.stdout).figures.audiences)
  }
})

it('goes on where it was, and tells what is still to be made', async () => {
  const out = join(temporaryDirectory(), 'sensitivity')
  const argv = sensitivity(...FEW, '--vary', 'T=1', '--out', out)
  const whole = await runCli(argv)
  const file = join(out, 'runs.jsonl')
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  expect(lines).toHaveLength(2 * 2 * 5)
  expect(lines.filter((line) => line.includes('"variant":"T=1"'))).toHaveLength(10)
  const again = await runCli(argv)
  expect(again.stderr).toContain('20 runs are there already')
  expect(again.stdout).toBe(whole.stdout)
  const other = await runCli(sensitivity(...FEW, '--vary', 'T=2', '--out', out))
  expect([other.code, other.stderr.includes('variants is')], other.stderr).toEqual([2, true])
  appendFileSync(file, `${lines.at(-1)?.replace('T=1', 'T=7')}\n`)
  const foreign = await runCli(['lab', 'report', out])
  expect([foreign.code, foreign.stderr.includes('plans no such run')]).toEqual([2, true])
})

describe('--vary', () => {
  it.each([
    ['X', 'T, RS, K, N, n, S'],
    ['T=0', '--vary T: "0"'],
    ['T=', 'at least one'],
    ['RS=many', 'many'],
    ['K=6', 'a slate cannot hold more'],
    ['n=3', 'explore-exploit drops 6'],
    ['S=1.5', 'whole number'],
    ['T=1:1', 'none twice'],
    ['T=1,T=2', 'each setting once'],
  ])('%s is refused', async (text, part) => {
    const out = join(temporaryDirectory(), 'results')
    const { code, stdout, stderr } = await runCli(sensitivity('--vary', text, '--out', out))
    expect([code, stdout], stderr).toEqual([2, ''])
    expect(stderr).toContain('--vary')
    expect(stderr).toContain(part)
  })

  it('leaves out usual values that do not fit, and those that are planned', async () => {
    const out = join(temporaryDirectory(), 'results')
    const flags = ['--pool-size', '3', '--vary', 'K,n,N', '--json', '--out', out]
    const { code, stdout, stderr } = await runCli(sensitivity(...FEW, ...flags))
    expect(code, stderr).toBe(0)
    const values = Object.fromEntries(
      JSON.parse(stdout).sweeps.map(({ symbol, points }: { symbol: string; points: { value: number }[] }) => [
        symbol,
        points.map(({ value }) => value),
      ]),
    )
    expect(values).toEqual({ K: [1, 2, 3], N: [3, 8, 12] })
  })
})
