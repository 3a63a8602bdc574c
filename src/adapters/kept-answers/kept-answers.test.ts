import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lmdbKeptAnswers } from './lmdb.ts'
import { memoryKeptAnswers } from './memory.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'forage-kept-'))
})
afterEach(() => rm(directory, { recursive: true }))

describe.each([
  ['memory', () => memoryKeptAnswers()],
  ['lmdb', () => lmdbKeptAnswers({ directory })],
])('%s', (_, create) => {
  test('gives back the bytes of a key, the latest ones', async () => {
    const kept = create()
    expect(kept.get('a')).toBeUndefined()
    await kept.put('a', Uint8Array.of(0, 1, 255))
    await kept.put('b', new Uint8Array(0))
    expect(kept.get('a')).toEqual(Uint8Array.of(0, 1, 255))
    expect(kept.get('b')).toEqual(new Uint8Array(0))
    await kept.put('a', Uint8Array.of(2))
    expect(kept.get('a')).toEqual(Uint8Array.of(2))
    await kept.close()
    await kept.close()
  })

  test('does not hand out its own memory', async () => {
    const kept = create()
    const value = Uint8Array.of(1, 2)
    await kept.put('a', value)
    value.fill(0)
    kept.get('a')?.fill(9)
    expect(kept.get('a')).toEqual(Uint8Array.of(1, 2))
    await kept.close()
  })
})

test('memory forgets the oldest beyond its limit', async () => {
  const kept = memoryKeptAnswers({ entriesMax: 2 })
  for (const key of ['a', 'b', 'c']) await kept.put(key, Uint8Array.of(1))
  expect(['a', 'b', 'c'].map((key) => kept.get(key) !== undefined)).toEqual([false, true, true])
})

test('lmdb keeps over a restart, and other processes see it', async () => {
  const first = lmdbKeptAnswers({ directory })
  await first.put('a', Uint8Array.of(7))
  const script = `
    import { open } from 'lmdb'
    const database = open({ path: ${JSON.stringify(join(directory, 'answers.mdb'))}, encoding: 'binary', noSubdir: true })
    console.log(database.getBinary('a')[0])
    await database.put('b', Buffer.from([8]))
    await database.close()`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  expect(stdout.trim()).toBe('7')
  expect(first.get('b')).toEqual(Uint8Array.of(8))
  await first.close()
  const second = lmdbKeptAnswers({ directory })
  expect(second.get('a')).toEqual(Uint8Array.of(7))
  await second.close()
})

test('lmdb says where it cannot be opened', async () => {
  const file = join(directory, 'a-file')
  await writeFile(file, 'x')
  expect(() => lmdbKeptAnswers({ directory: join(file, 'inside') })).toThrow(
    /kept answers: cannot open .*ENOTDIR/,
  )
})
