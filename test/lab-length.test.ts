import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli, temporaryDirectory } from './cli-runner.ts'

it('the length test of smoke gives the stored results (after a change: npx vitest run test/lab-length.test.ts -u)', async () => {
  const out = join(temporaryDirectory(), 'length')
  const { code, stdout, stderr } = await runCli(['lab', 'length', '--preset', 'smoke', '--out', out])
  expect(code, stderr).toBe(0)
  await expect(stdout).toMatchFileSnapshot('expected/lab-smoke-length.txt')
  // Two measures, three strategies, the first pool and forty more.
  expect(readFileSync(join(out, 'length.csv'), 'utf8').trim().split('\n')).toHaveLength(1 + 2 * 3 * 41)
})

it('the length test has scorers of its own, and takes single measures', async () => {
  const out = join(temporaryDirectory(), 'length')
  const refused = await runCli(['lab', 'length', '--scorer', 'words', '--out', out])
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('--scorer')
  const argv = ['lab', 'length', '--audiences', 'characters', '--topics', 'Drills', '--iterations', '2']
  const { code, stdout, stderr } = await runCli([...argv, '--out', out])
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/^characters +full-ctr /m)
  expect(stdout).not.toMatch(/^words /m)
})
