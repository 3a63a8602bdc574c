import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli, temporaryDirectory } from './cli-runner.ts'

it('the variance study of smoke gives the stored results, and they are near theory', async () => {
  const out = join(temporaryDirectory(), 'variance')
  const { code, stdout, stderr } = await runCli(['lab', 'variance', '--preset', 'smoke', '--out', out])
  expect(code, stderr).toBe(0)
  await expect(stdout).toMatchFileSnapshot('expected/lab-smoke-variance.txt')
  const rows = readFileSync(join(out, 'variance.csv'), 'utf8').trim().split('\n').slice(1)
  expect(rows).toHaveLength(9)
  let foundBefore = 0
  for (const row of rows) {
    const [interactions, pool, theory, , found] = row.split(',').map(Number) as number[]
    // 3,000 deviations: their root mean square scatters by 1.3 %; four times that is allowed.
    expect((pool as number) / (theory as number), `S = ${interactions}`).toBeGreaterThan(0.948)
    expect((pool as number) / (theory as number), `S = ${interactions}`).toBeLessThan(1.052)
    expect(found).toBeGreaterThanOrEqual(foundBefore)
    foundBefore = found as number
  }
  const report = await runCli(['lab', 'report', out])
  expect(report.code, report.stderr).toBe(0)
  const page = readFileSync(join(out, 'report.html'), 'utf8')
  expect(page.match(/<figure>/g)).toHaveLength(2)
  // The page says what the experiment itself printed.
  expect(stdout).toMatch(/^5000 +0\.44 +0\.43 +0\.33 +99\.0 %$/m)
  expect(page).toMatch(/<th scope="row">5000<\/th>(<td[^>]*>(0\.44|0\.43|0\.33|99\.0 %)<\/td>){4}/)
})

it("takes populations of one persona, by the paper's click model", async () => {
  const directory = temporaryDirectory()
  const argv = ['lab', 'variance', '--topics', 'shopping', '--out', join(directory, 'never')]
  const mixed = await runCli([...argv, '--audiences', 'three-preferences'])
  expect([mixed.code, mixed.stderr.includes('populations of one persona')]).toEqual([2, true])
  const persona = { key: 'quiet', name: 'Quiet', description: 'Wants it silent.' }
  const file = join(directory, 'bots.json')
  writeFileSync(
    file,
    JSON.stringify({ personas: [persona], behaviour: { bots: { share: 0.1, clickProbability: 0.5 } } }),
  )
  const bots = await runCli([...argv, '--audiences', file])
  expect([bots.code, bots.stderr.includes('leave behaviour out')], bots.stderr).toEqual([2, true])
})
