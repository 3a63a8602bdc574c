import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
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

describe('a file that is no store of this version', () => {
  const file = () => join(directory, 'answers.mdb')
  const refused = (reason: RegExp) =>
    expect(() => lmdbKeptAnswers({ directory })).toThrow(
      new RegExp(`kept answers: cannot open .*${reason.source}.*remove it`),
    )
  const filled = async () => {
    const kept = lmdbKeptAnswers({ directory })
    const entries = Array.from({ length: 200 }, (_, entry) => `key ${entry}`)
    await Promise.all(entries.map((key) => kept.put(key, new Uint8Array(500))))
    await kept.close()
  }
  const changed = async (offset: number, value: number) => {
    const bytes = await readFile(file())
    bytes.writeUInt32LE(value, offset)
    await writeFile(file(), bytes)
  }

  // Each of these would end the process, were it opened.
  test.each([
    ['a few letters', Buffer.from('not a database')],
    ['zeros', Buffer.alloc(20_000)],
    ['another kind of file', Buffer.from('SQLite format 3'.padEnd(20_000, '\u0001'))],
  ])('%s', async (_, bytes) => {
    await writeFile(file(), bytes)
    refused(/no store of answers, or of another version/)
  })

  test('another version of the format', async () => {
    await filled()
    await changed(28, 1)
    refused(/of version 1, and this one reads 2/)
  })

  test('a store that was cut off', async () => {
    await filled()
    await truncate(file(), 8192)
    refused(/cut off/)
    await truncate(file(), 4096)
    refused(/cut off/)
  })

  test('a whole one, an empty one and none at all are opened', async () => {
    await filled()
    for (const change of [async () => {}, () => truncate(file(), 0), () => rm(file())]) {
      await change()
      const kept = lmdbKeptAnswers({ directory })
      await kept.put('a', Uint8Array.of(1))
      expect(kept.get('a')).toEqual(Uint8Array.of(1))
      await kept.close()
    }
  })
})

test('lmdb says where it cannot be opened', async () => {
  const file = join(directory, 'a-file')
  await writeFile(file, 'x')
  expect(() => lmdbKeptAnswers({ directory: join(file, 'inside') })).toThrow(
    /kept answers: cannot open .*ENOTDIR/,
  )
})
