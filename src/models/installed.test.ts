import { mkdir, readFile, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyDirectory, madeUpModel } from '../../test/models-doubles.ts'
import { InputError } from '../core/errors.ts'
import { installedModel, verifyModel } from './installed.ts'

const model = madeUpModel()
const entries = [model.entry]

/** A directory in which the weights were put by hand. */
async function directoryWithWeights() {
  const directory = await emptyDirectory()
  const path = join(directory, 'tiny', 'weights.bin')
  await mkdir(join(directory, 'tiny'))
  await writeFile(path, model.weights)
  return { directory, path }
}

test('files put there by hand count once they are verified', async () => {
  const { directory, path } = await directoryWithWeights()
  expect(await installedModel('tiny', directory, entries)).toBeUndefined()
  expect(await verifyModel('tiny', directory, { entries })).toMatchObject({ isIntact: true, isAbsent: false })
  expect(await installedModel('tiny', directory, entries)).toEqual({
    name: 'tiny',
    role: 'writer',
    directory: join(directory, 'tiny'),
    mainPath: path,
    paths: { 'weights.bin': path },
  })
})

test('a file of another size is not installed, whatever its time says', async () => {
  const { directory, path } = await directoryWithWeights()
  await verifyModel('tiny', directory, { entries })
  const { atime, mtime } = await stat(path)
  await truncate(path, model.weights.length - 1)
  await utimes(path, atime, mtime)
  expect(await installedModel('tiny', directory, entries)).toBeUndefined()
  expect(await verifyModel('tiny', directory, { entries })).toMatchObject({
    isIntact: false,
    files: [
      { file: 'weights.bin', state: 'wrong' },
      { file: 'TERMS.txt', state: 'missing' },
    ],
  })
})

test('a file touched since is not installed until it was read again', async () => {
  const { directory, path } = await directoryWithWeights()
  await verifyModel('tiny', directory, { entries })
  await utimes(path, new Date(1_000_000), new Date(1_000_000))
  expect(await installedModel('tiny', directory, entries)).toBeUndefined()
  await verifyModel('tiny', directory, { entries })
  expect(await installedModel('tiny', directory, entries)).toBeDefined()
})

test('a catalogue that wants another file does not take the old one', async () => {
  const { directory } = await directoryWithWeights()
  await verifyModel('tiny', directory, { entries })
  const newer = { ...model.entry, files: [{ ...model.file, sha256: 'f'.repeat(64) }] }
  expect(await installedModel('tiny', directory, [newer])).toBeUndefined()
})

test.each(['', 'junk', '[]', '{"files":{"weights.bin":{"bytes":"many"}}}'])(
  'a manifest that says %j counts as none',
  async (text) => {
    const { directory } = await directoryWithWeights()
    await verifyModel('tiny', directory, { entries })
    const manifest = join(directory, 'tiny.json')
    expect(JSON.parse(await readFile(manifest, 'utf8'))).toMatchObject({ files: { 'weights.bin': {} } })
    await writeFile(manifest, text)
    expect(await installedModel('tiny', directory, entries)).toBeUndefined()
  },
)

test('a missing directory holds nothing, an unknown name is a wrong input', async () => {
  expect(await installedModel('tiny', '/nowhere/models', entries)).toBeUndefined()
  await expect(installedModel('tinny', '/nowhere/models', entries)).rejects.toThrow(InputError)
})
