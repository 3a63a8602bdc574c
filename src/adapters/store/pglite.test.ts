import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { describeStore } from '../../testing/store-conformance.ts'
import { pgliteStore } from './pglite.ts'

describeStore('pglite', () => pgliteStore({ directory: null }))

test('a process that has nothing else to do still closes the store to the end', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'forage-pglite-'))
  const module = fileURLToPath(new URL('./pglite.ts', import.meta.url))
  const script = `
    const { pgliteStore } = await import(${JSON.stringify(module)})
    const store = await pgliteStore({ directory: ${JSON.stringify(join(directory, 'store'))} })
    await store.close()
    console.log('closed')`
  try {
    const file = join(directory, 'script.mjs')
    writeFileSync(file, script)
    // The thread gets these arguments too, so they must fit a file.
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], {
      cwd: process.cwd(),
    })
    expect(stdout).toBe('closed\n')
    expect(existsSync(join(directory, 'store', 'lock'))).toBe(false)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})
