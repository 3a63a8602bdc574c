import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { takeLockFile, takeTouchedLockFile } from './lock-file.ts'

let path: string
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'forage-lock-')), 'lock')
})
afterEach(() => rmSync(join(path, '..'), { recursive: true }))

const inUse = (holder: string) => new Error(`held by ${holder}`)
const owned = (pid: number, host: string) => writeFileSync(path, JSON.stringify({ pid, host, token: 'x' }))

test('one holder at a time', async () => {
  const release = takeLockFile(path, inUse)
  expect(() => takeLockFile(path, inUse)).toThrow(`held by process ${process.pid}`)
  await expect(takeTouchedLockFile(path, inUse, 1)).rejects.toThrow('held by')
  release()
  release()
  const again = await takeTouchedLockFile(path, inUse)
  expect(existsSync(path)).toBe(true)
  again()
  expect(existsSync(path)).toBe(false)
})

test('a lock of a process that is gone is taken over', () => {
  owned(2 ** 22 + 1, hostname())
  takeLockFile(path, inUse)()
  expect(existsSync(path)).toBe(false)
})

test('a lock from another machine is taken over when nobody touches it', async () => {
  owned(1, 'elsewhere')
  expect(() => takeLockFile(path, inUse)).toThrow('held by process 1 on elsewhere')
  const release = await takeTouchedLockFile(path, inUse, 5)
  release()
  expect(existsSync(path)).toBe(false)
})

test('and is left alone while it is touched', async () => {
  owned(1, 'elsewhere')
  const asked = takeTouchedLockFile(path, inUse, 50)
  // Written anew with another content: as good as a touch, whatever the clock's steps.
  owned(2, 'elsewhere')
  await expect(asked).rejects.toThrow('held by process 1 on elsewhere')
  expect(existsSync(path)).toBe(true)
})
