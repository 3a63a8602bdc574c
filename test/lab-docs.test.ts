import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { PRESETS } from '../src/lab/experiments/presets.ts'
import { runCli } from './cli-runner.ts'

const path = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/lab.md')

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
