import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { makeDirectory } from './make-directory.ts'

function base(): string {
  const directory = mkdtempSync(join(tmpdir(), 'forage-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  return directory
}

test('makes what is missing, and is content with what is there', () => {
  const path = join(base(), 'a', 'b', 'c')
  makeDirectory(path)
  makeDirectory(path)
  expect(statSync(path).isDirectory()).toBe(true)
})

test('fails where a file stands, at the end or on the way', () => {
  const file = join(base(), 'file')
  writeFileSync(file, '')
  expect(() => makeDirectory(file)).toThrow(/EEXIST/)
  expect(() => makeDirectory(join(file, 'below'))).toThrow(/ENOTDIR/)
})

test.runIf(existsSync('/proc/self'))('comes back from a file system where nothing can be made', () => {
  expect(() => makeDirectory('/proc/forage-run')).toThrow(/ENOENT/)
})
