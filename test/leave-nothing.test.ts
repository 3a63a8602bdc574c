import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { until } from './faults/until.ts'

const MODULE = new URL('./leave-nothing.ts', import.meta.url).href

test.each([
  ['it ends', 'process.exit(3)', undefined, 3],
  ['it fails', 'throw new Error("as wanted")', undefined, 1],
  ['it is interrupted', 'setInterval(() => {}, 1000)', 'SIGINT', 130],
  ['it is told to end', 'setInterval(() => {}, 1000)', 'SIGTERM', 143],
] as const)('a harness leaves neither files nor processes when %s', async (_, end, signal, wanted) => {
  const program = `
    import { spawn } from 'node:child_process'
    import { mkdtempSync } from 'node:fs'
    import { tmpdir } from 'node:os'
    import { endsWithUs, ownTemporaryDirectory } from ${JSON.stringify(MODULE)}
    ownTemporaryDirectory()
    const child = spawn(process.execPath, ['--eval', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' })
    endsWithUs(child)
    console.log(mkdtempSync(tmpdir() + '/forage-file-') + ' ' + child.pid)
    ${end}`
  const flags = ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', program]
  const harness = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  const gone = new Promise((resolve) => harness.once('close', resolve))
  harness.stdout.on('data', (data) => {
    said += data
    if (signal !== undefined && said.endsWith('\n')) harness.kill(signal)
  })
  expect(await gone).toBe(wanted)
  const [path = '', pid] = said.trim().split(' ')
  expect(path.startsWith(tmpdir())).toBe(true)
  expect(existsSync(path)).toBe(false)
  await until('its child is gone', () => !isThere(Number(pid)))
})

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
