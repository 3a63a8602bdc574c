import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { STRATEGIES } from '../src/core/strategies/index.ts'
import { AUDIENCE_NAMES } from '../src/lab/audience-file.ts'
import { TASK_NAMES } from '../src/lab/task-file.ts'
import { PROBLEMS } from '../src/service/problem-codes.ts'
import { runCli, temporaryDirectory } from './cli-runner.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

describe('docs/cli.md', () => {
  it('shows the help as it is (after a change: npx vitest run test/cli-docs.test.ts -u)', async () => {
    const path = join(root, 'docs/cli.md')
    let text = readFileSync(path, 'utf8')
    const blocks = [...text.matchAll(/^```text\n\$ forage (.*--help)\n[^`]*^```$/gm)]
    expect(blocks.map(([, command]) => command)).toEqual([
      '--help',
      'demo --help',
      'run --help',
      'report --help',
      'serve --help',
      'recount --help',
      'make-key --help',
      'visit --help',
      'statistics --help',
      'export --help',
      'import --help',
      'forget-visitor --help',
    ])
    for (const [block, command = ''] of blocks) {
      const { code, stdout } = await runCli(command.split(' '))
      expect(code).toBe(0)
      text = text.replace(block, () => `\`\`\`text\n$ forage ${command}\n${stdout.trimEnd()}\n\`\`\``)
    }
    await expect(text).toMatchFileSnapshot(path)
  })

  it('names every variable of the environment that the sources read', () => {
    const read = new Set<string>()
    for (const file of sources()) {
      for (const [, name = ''] of file.matchAll(/\benv(?:ironment)?\.([A-Z][A-Z_]+)\b(?! = )/g))
        read.add(name)
    }
    expect(read).toContain('FORAGE_HOME')
    const text = readFileSync(join(root, 'docs/cli.md'), 'utf8')
    // TERM is set by the terminal, not by people.
    expect([...read].filter((name) => name !== 'TERM' && !text.includes(`\`${name}\``))).toEqual([])
  })

  it('ends each help with an example; that of run works', async () => {
    for (const command of [
      [],
      ['demo'],
      ['run'],
      ['report'],
      ['serve'],
      ['recount'],
      ['make-key'],
      ['visit'],
      ['statistics'],
      ['models'],
    ]) {
      const { stdout } = await runCli([...command, '--help'])
      const example = /\nExample:\n {2}forage (\S.*)\n+$/.exec(stdout)?.[1]
      expect(example).toBeDefined()
      if (command[0] !== 'run') continue
      const words = [...(example ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(
        ([, quoted, plain]) => quoted ?? plain ?? '',
      )
      const { code, stderr } = await runCli([...words, '--out', join(temporaryDirectory(), 'run')])
      expect(code, stderr).toBe(0)
    }
  })

  it('names every built-in task, persona and strategy in the help of run', async () => {
    const { stdout } = await runCli(['run', '--help'])
    for (const name of [...TASK_NAMES, ...AUDIENCE_NAMES, ...STRATEGIES.keys()])
      expect(stdout).toContain(name)
  })
})

describe('docs/errors.md', () => {
  it('lists every code that the sources use, and no other', () => {
    const used = new Set<string>()
    for (const text of sources()) {
      for (const [, argument = ''] of text.matchAll(
        /(?:new (?:Forage|Provider)Error|super)\(\s*((?:'[a-z-]+'|[^,('`]|'')+),/g,
      )) {
        for (const [, code = ''] of argument.matchAll(/'([a-z][a-z-]+)'/g)) used.add(code)
      }
      for (const [, choice = ''] of text.matchAll(/const code = (.*\?.*)/g)) {
        for (const [, code = ''] of choice.matchAll(/'([a-z]+-[a-z-]+)'/g)) used.add(code)
      }
    }
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \| \D/gm)].map(([, code]) => code)
    expect(used.size).toBeGreaterThan(20)
    expect(listed).toEqual([...used].sort())
  })

  it('lists every problem that the service answers with, with its status', () => {
    const text = readFileSync(join(root, 'docs/errors.md'), 'utf8')
    const listed = [...text.matchAll(/^\| `([a-z-]+)` \| (\d+) \|/gm)].map(([, code, status]) => [
      code,
      Number(status),
    ])
    const known = Object.entries(PROBLEMS).map(([code, [status]]) => [code, status])
    expect(listed).toEqual(known.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)))
  })
})

function sources(): string[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, 'src', name), 'utf8'))
}
