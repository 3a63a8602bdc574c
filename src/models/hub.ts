import { setTimeout as wait } from 'node:timers/promises'
import { describeValue, ForageError } from '../core/errors.ts'
import type { ModelFile } from './catalogue.ts'
import type { PartFile } from './part-file.ts'
import type { PullLimits } from './pull-events.ts'

export const defaultHubEndpoint = 'https://huggingface.co'

export interface HubOptions {
  /** Address without a final slash, such as a mirror's. */
  readonly endpoint: string
  readonly fetch: typeof fetch
  readonly limits: PullLimits
  readonly signal?: AbortSignal
}

/** A hub answer or silence that makes this source useless, or (retryable) this attempt. */
class HubFailure extends ForageError {
  constructor(message: string, isRetryable: boolean, cause?: unknown) {
    super('hub-failed', message, { isRetryable, cause })
  }
}

/** Where a file lies on the hub; undefined where it does not. */
export function hubAddress(file: ModelFile, endpoint: string): string | undefined {
  if (!file.hub) return undefined
  return `${endpoint.replace(/\/+$/, '')}/${file.hub.repository}/resolve/main/${file.hub.path}`
}

/**
 * Asks for the file's headers, to learn in `connectMs` whether the hub can be reached and has this very file.
 *
 * @throws ForageError `hub-failed` with the reason; an aborted signal throws its reason
 */
export async function probeHub(file: ModelFile, options: HubOptions): Promise<void> {
  const address = hubAddress(file, options.endpoint)
  if (!address) throw new HubFailure(`the hub has no ${file.name}`, false)
  const { connectMs } = options.limits
  const response = await request(address, { method: 'HEAD' }, connectMs, options)
  await response.body?.cancel()
  if (!response.ok) throw new HubFailure(`${address} answers ${response.status}`, false)
  const length = response.headers.get('content-length')
  const encoded = response.headers.get('content-encoding') ?? 'identity'
  if (length !== null && encoded === 'identity' && Number(length) !== file.bytes)
    throw new HubFailure(`${address} is another file: ${length} bytes, not ${file.bytes}`, false)
}

/**
 * Fills `part` up to `file.bytes` from the hub, from where it stands. A cut or silent connection is resumed;
 * attempts that bring bytes are free, since the file's size bounds them.
 *
 * @throws ForageError `hub-failed`; what arrived stays in `part`. An aborted signal throws its reason.
 */
export async function fillFromHub(
  file: ModelFile,
  part: PartFile,
  options: HubOptions,
  onBytes: () => void,
): Promise<void> {
  const { attemptsMax, retryMs } = options.limits
  let fruitless = 0
  while (part.size < file.bytes) {
    const before = part.size
    try {
      await receive(file, part, options, onBytes)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (!(error instanceof HubFailure) || !error.isRetryable) throw error
      fruitless = part.size > before ? 0 : fruitless + 1
      if (fruitless >= attemptsMax) throw error
      const pauseMs = retryMs * 2 ** Math.max(0, fruitless - 1)
      await wait(pauseMs, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined)
      options.signal?.throwIfAborted()
    }
  }
}

/** One GET; returns when the body has ended with the file whole. */
async function receive(
  file: ModelFile,
  part: PartFile,
  options: HubOptions,
  onBytes: () => void,
): Promise<void> {
  const address = hubAddress(file, options.endpoint)!
  const abort = new AbortController()
  const headers = part.size > 0 ? { range: `bytes=${part.size}-` } : {}
  const { idleMs } = options.limits
  const response = await request(address, { headers }, idleMs, options, abort)
  try {
    if (response.status === 416 || (response.status === 206 && !startsAt(response, part.size))) {
      await part.restart()
      throw new HubFailure(`${address} cannot go on from the middle`, true)
    }
    if (!response.ok) {
      const isRetryable = response.status >= 500 || response.status === 429
      throw new HubFailure(`${address} answers ${response.status}`, isRetryable)
    }
    if (response.status !== 206 && part.size > 0) await part.restart()
    await copyBody(response, part, file, abort, idleMs, onBytes, options.signal)
  } finally {
    abort.abort()
  }
  if (part.size < file.bytes) throw new HubFailure(`${address} ended after ${part.size} bytes`, true)
}

async function copyBody(
  response: Response,
  part: PartFile,
  file: ModelFile,
  abort: AbortController,
  idleMs: number,
  onBytes: () => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const reader = response.body?.getReader()
  while (reader) {
    const timer = setTimeout(() => abort.abort(new Error(`silent for ${idleMs} ms`)), idleMs)
    // Only the reading is guarded: an error of the disk in `append` must keep its own face.
    const chunk = await reader.read().catch((error: unknown) => {
      throw new HubFailure(`the connection to ${response.url} was cut: ${reasonOf(error)}`, true, error)
    })
    clearTimeout(timer)
    if (chunk.done) return
    signal?.throwIfAborted()
    if (part.size + chunk.value.length > file.bytes) {
      await part.restart()
      throw new HubFailure(`${response.url} sends more than ${file.bytes} bytes`, false)
    }
    await part.append(chunk.value)
    onBytes()
  }
}

/** A request whose headers must arrive in `limitMs`. */
async function request(
  address: string,
  init: RequestInit,
  limitMs: number,
  options: HubOptions,
  abort = new AbortController(),
): Promise<Response> {
  const timer = setTimeout(() => abort.abort(new Error(`no answer in ${limitMs} ms`)), limitMs)
  const signal = options.signal ? AbortSignal.any([options.signal, abort.signal]) : abort.signal
  try {
    // A compressed answer would make lengths and ranges mean something else.
    const headers = { 'accept-encoding': 'identity', ...init.headers }
    return await options.fetch(address, { ...init, headers, signal, redirect: 'follow' })
  } catch (error) {
    options.signal?.throwIfAborted()
    throw new HubFailure(`${address} cannot be reached: ${reasonOf(error)}`, true, error)
  } finally {
    clearTimeout(timer)
  }
}

function startsAt(response: Response, offset: number): boolean {
  return new RegExp(`^bytes ${offset}-`).test(response.headers.get('content-range') ?? '')
}

/** `fetch` hides the reason (a name that does not resolve, a refused connection) in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message ?? describeValue(error)
}
