import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { access, constants, rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import {
  exportedText,
  forgetVisitor,
  type ImportSummary,
  importInto,
  openBanditText,
} from '../compose/exchange.ts'
import { serviceSettings } from '../compose/service-settings.ts'
import { openStore, type StorePlace } from '../compose/store.ts'
import { ForageError, InputError } from '../core/errors.ts'
import type { Store } from '../ports/store/store.ts'
import { counted } from './figures.ts'
import type { CliIo } from './io.ts'

interface PlaceFlags {
  readonly data?: string
  readonly url?: string
}

export interface ExportFlags extends PlaceFlags {
  readonly out?: string
  readonly context?: string
}

export interface ImportFlags extends PlaceFlags {
  readonly format: 'forage' | 'open-bandit'
  readonly context?: string
  readonly items?: string
  readonly json?: boolean
}

export type ForgetFlags = PlaceFlags

/** `forage export`: the file appears when it is whole. */
export async function exportCommand({ out, context, ...place }: ExportFlags, io: CliIo): Promise<void> {
  if (out === undefined) throw new InputError('--out', undefined, 'name a file, or - for standard output')
  const query = context === undefined ? '' : `?context=${encodeURIComponent(context)}`
  if (place.url !== undefined) {
    const answer = await asked(place, io, 'GET', `/v1/export${query}`)
    return written(out, answer.body as AsyncIterable<Uint8Array>, io)
  }
  await withStore(place, io, 'existing', (store) =>
    written(out, exportedText(store, context ?? null, wallClockMs()), io),
  )
}

export async function importCommand(file: string, flags: ImportFlags, io: CliIo): Promise<void> {
  const { format, context, items, json, ...place } = flags
  if (format === 'open-bandit' && context === undefined) {
    throw new InputError('--context', undefined, 'name the context to make of the log')
  }
  if (format === 'forage' && (context ?? items) !== undefined) {
    const name = context === undefined ? '--items' : '--context'
    throw new InputError(name, context ?? items, 'this is for --format open-bandit')
  }
  for (const one of [file, items]) await mustBeReadable(one)
  const bytes = format === 'forage' ? read(file, io) : openBandit(file, { context, items }, io)
  const source = format === 'forage' ? nameOf(file) : `${nameOf(file)} as export`
  const summary =
    place.url === undefined
      ? await withStore(place, io, 'made', (store) => importInto(store, bytes, source, wallClockMs()))
      : ((await (await asked(place, io, 'POST', '/v1/import', bytes)).json()) as ImportSummary)
  if (json === true) {
    io.stdout.write(`${JSON.stringify(summary)}\n`)
    return
  }
  for (const { key, outcome, items: own, versions, events } of summary.contexts) {
    const what = `${counted(own)} items, ${counted(versions)} versions, ${counted(events)} new events`
    io.stdout.write(`${key}: ${outcome === 'kept' ? 'kept as it is' : `${outcome}, ${what}`}\n`)
  }
  if (summary.contexts.length === 0) io.stdout.write('no contexts in it\n')
}

export async function forgetCommand(visitor: string, place: ForgetFlags, io: CliIo): Promise<void> {
  if (visitor === '' || visitor.length > 200) {
    throw new InputError('visitor', visitor, 'give the name that requests gave, 1 to 200 characters')
  }
  const { events } =
    place.url === undefined
      ? await withStore(place, io, 'existing', (store) => forgetVisitor(store, visitor, wallClockMs()))
      : ((await (await asked(place, io, 'DELETE', `/v1/visitors/${encodeURIComponent(visitor)}`)).json()) as {
          events: number
        })
  io.stdout.write(`${counted(events)} events deleted\n`)
}

function openBandit(
  file: string,
  { context = '', items }: { readonly context: string | undefined; readonly items: string | undefined },
  io: CliIo,
): AsyncIterable<Uint8Array> {
  const texts = openBanditText({
    context,
    log: read(file, io),
    logName: nameOf(file),
    ...(items === undefined ? {} : { items: read(items, io), itemsName: items }),
  })
  return Readable.from(texts, { objectMode: false })
}

/** The database of the flags and the environment, open for `work`. */
export async function withStore<Result>(
  { data }: PlaceFlags,
  io: CliIo,
  directory: 'existing' | 'made',
  work: (store: Store) => Promise<Result>,
): Promise<Result> {
  const place = placeOf(data, io)
  if (directory === 'existing' && 'directory' in place && !existsSync(place.directory)) {
    throw new InputError('--data', place.directory, 'there is no such directory; name the one of the service')
  }
  const store = await openStore(place)
  try {
    return await work(store)
  } finally {
    await store.close()
  }
}

function placeOf(data: string | undefined, { env }: CliIo): StorePlace {
  return serviceSettings(data === undefined ? {} : { data }, env).place
}

/** A request to a running service. */
async function asked(
  { url, data }: PlaceFlags,
  { env, signal }: CliIo,
  method: string,
  path: string,
  body?: AsyncIterable<Uint8Array>,
): Promise<Response> {
  if (data !== undefined)
    throw new InputError('--data', data, '--url says where the data are; leave one of them out')
  const key = env.FORAGE_KEY ?? ''
  if (key === '') throw new InputError('FORAGE_KEY', undefined, 'set it to a secret key of the service')
  if (url === undefined || !/^https?:\/\/\S+$/.test(url)) {
    throw new InputError('--url', url, 'give an address such as http://127.0.0.1:8787')
  }
  let answer: Response
  try {
    answer = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
      method,
      signal,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/x-ndjson' }),
      },
      ...(body === undefined ? {} : { body: Readable.toWeb(Readable.from(body)) as never, duplex: 'half' }),
    } as RequestInit)
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    const reason = ((cause as Error).cause as Error | undefined)?.message ?? (cause as Error).message
    throw new ForageError('service-unreachable', `${url}: ${reason}`, { isRetryable: true, cause })
  }
  if (answer.ok) return answer
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string }
  throw new ForageError(
    'service-refused',
    `${url}: ${answer.status} ${problem.code ?? ''}: ${problem.detail ?? 'no reason given'}`,
  )
}

/** Before a database is made for nothing. */
async function mustBeReadable(file: string | undefined): Promise<void> {
  if (file === undefined || file === '-') return
  await access(file, constants.R_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError('file', file, `it cannot be read (${cause.code})`, { cause })
  })
}

function read(file: string, io: CliIo): AsyncIterable<Uint8Array> {
  if (file === '-') return Readable.from(io.stdin)
  const raw = createReadStream(file, { signal: io.signal })
  return (async function* () {
    try {
      yield* file.endsWith('.gz') ? raw.pipe(gunzipOf(raw)) : raw
    } catch (cause) {
      if (io.signal.aborted) throw io.signal.reason
      const { code = '' } = cause as NodeJS.ErrnoException
      if (!/^(E[A-Z]+|Z_[A-Z_]+)$/.test(code)) throw cause
      throw new InputError('file', file, `it cannot be read (${code})`, { cause })
    }
  })()
}

/** An error of the file ends the unpacking too. */
function gunzipOf(raw: Readable) {
  const gunzip = createGunzip()
  raw.on('error', (error) => gunzip.destroy(error))
  return gunzip
}

async function written(out: string, pieces: AsyncIterable<string | Uint8Array>, io: CliIo): Promise<void> {
  if (out === '-') {
    const decoder = new TextDecoder()
    for await (const piece of pieces) {
      io.stdout.write(typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true }))
    }
    return
  }
  const part = `${out}.part`
  try {
    const source = Readable.from(pieces, { objectMode: false })
    const file = createWriteStream(part, { mode: 0o600 })
    if (out.endsWith('.gz')) await pipeline(source, createGzip(), file, { signal: io.signal })
    else await pipeline(source, file, { signal: io.signal })
    await rename(part, out)
  } catch (error) {
    await rm(part, { force: true }).catch(() => undefined)
    if (io.signal.aborted) throw io.signal.reason
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof ForageError || !/^E[A-Z]+$/.test(code ?? '')) throw error
    throw new InputError('--out', out, `it cannot be written (${code})`, { cause: error })
  }
  io.stderr.write(`written to ${out}\n`)
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : file
}

function wallClockMs(): number {
  return Date.now()
}
