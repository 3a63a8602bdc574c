import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

test("README's program runs as it stands, in 15 lines or so, and the pool rises", async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const program = /<!-- example: test\/readme\.test\.ts runs this -->\n```js\n([\s\S]*?)```/.exec(readme)?.[1]
  expect(program).toBeDefined()
  const lines = program!.split('\n').filter((line) => line.trim() !== '')
  expect(lines.length).toBeLessThanOrEqual(15)
  // The only change: the name of the package stands for the source, so that no build is needed.
  const directory = await mkdtemp(join(root, 'test', '.readme-'))
  try {
    const file = join(directory, 'example.mts')
    await writeFile(file, program!.replace("from 'forage'", `from '${join(root, 'src/index.ts')}'`))
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { cwd: root })
    const rows = stdout.trim().split('\n')
    expect(rows).toHaveLength(16)
    const ctr = (row: string | undefined) => Number(row?.split(' ')[1])
    expect(ctr(rows.at(-1))).toBeGreaterThan(ctr(rows[0]))
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
})
