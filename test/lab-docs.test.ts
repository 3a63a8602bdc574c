import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { PRESETS } from '../src/lab/experiments/presets.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const path = join(root, 'docs/lab.md')

it('docs/lab.md shows the help as it is (after a change: npx vitest run test/lab-docs.test.ts -u)', async () => {
  let text = readFileSync(path, 'utf8')
  const blocks = [...text.matchAll(/^```text\n\$ forage (lab .*--help)\n[^`]*^```$/gm)]
  expect(blocks.length).toBeGreaterThanOrEqual(2)
  for (const [block, command = ''] of blocks) {
    const { code, stdout } = await runCli(command.split(' '))
    expect(code).toBe(0)
    expect(stdout).toMatch(/\nExample:\n {2}forage lab \S+ --preset smoke\n+$/)
    text = text.replace(block, () => `\`\`\`text\n$ forage ${command}\n${stdout.trimEnd()}\n\`\`\``)
  }
  await expect(text).toMatchFileSnapshot(path)
})

it('docs/lab.md names what each preset takes', () => {
  const text = readFileSync(path, 'utf8')
  for (const { key, writer, scorer, audiences = [] } of Object.values(PRESETS)) {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${key}\` |`)) ?? ''
    for (const name of [...(writer === undefined ? [] : [writer]), scorer, ...audiences]) {
      expect(row).toContain(name)
    }
  }
})

it('docs/strategies-on-a-real-model.md has a command that makes its runs', async () => {
  const text = readFileSync(join(root, 'docs/strategies-on-a-real-model.md'), 'utf8')
  const command = /^npx forage (lab table5 .*)$/m.exec(text)?.[1] ?? ''
  const out = join(temporaryDirectory(), 'results')
  const argv = command
    .replace('docs/strategies-topics.json', join(root, 'docs/strategies-topics.json'))
    .split(' ')
  const models = ['--writer', 'grammar', '--scorer', 'words', '--iterations', '1', '--json']
  const asked = [...argv.slice(0, argv.indexOf('--out')), '--out', out, ...models]
  const { code, stdout, stderr } = await runCli(asked)
  expect(code, stderr).toBe(0)
  const { figures, ranking } = JSON.parse(stdout)
  expect(figures.runs).toBe(90)
  for (const { strategy } of ranking) expect(text).toContain(`| ${strategy} |`)
  for (const { audience } of figures.audiences) expect(text).toContain(`| ${audience} |`)
})
