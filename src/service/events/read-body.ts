import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Context } from 'hono'
import { headerOf } from '../admission.ts'
import { Problem } from '../problem.ts'
import type { ServiceEnvironment } from '../service-app.ts'

const unpack = promisify(gunzip)

/**
 * The body as text. Reading stops as soon as there is too much, and so does unpacking: neither a large body nor a
 * small one that unpacks to a large one takes more memory than the limits.
 *
 * @throws Problem 413 `body-too-large`, 415 `media-type-unknown` for an encoding other than gzip, 400 `bad-encoding`
 */
export async function bodyText(
  context: Context<ServiceEnvironment>,
  limits: { readonly bytesMax: number; readonly unpackedBytesMax: number },
): Promise<string> {
  const encoding = headerOf(context, 'content-encoding')?.trim().toLowerCase() ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new Problem('media-type-unknown', 'Content-Encoding: send gzip or nothing.', {
      field: 'Content-Encoding',
    })
  }
  const raw = await bodyBytes(context, limits.bytesMax)
  const bytes = encoding === 'gzip' ? await unpacked(raw, limits.unpackedBytesMax) : raw
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Problem('bad-encoding', 'The body is not UTF-8.', { cause })
  }
}

async function bodyBytes(context: Context<ServiceEnvironment>, bytesMax: number): Promise<Uint8Array> {
  const announced = Number(headerOf(context, 'content-length') ?? 0)
  if (announced > bytesMax) throw tooLarge(bytesMax)
  const incoming = context.env?.incoming
  const stream: AsyncIterable<Uint8Array> | null = incoming ?? context.req.raw.body
  if (stream === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const take = (chunk: Uint8Array): boolean => {
    length += chunk.length
    if (length <= bytesMax) chunks.push(chunk)
    return length <= bytesMax
  }
  if (incoming === undefined) {
    for await (const chunk of stream) if (!take(chunk)) break
  } else await readIncoming(incoming, take)
  if (length > bytesMax) throw tooLarge(bytesMax)
  return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks)
}

/** By events, because leaving an iteration early would destroy the connection before the answer is sent. */
function readIncoming(incoming: IncomingMessage, take: (chunk: Uint8Array) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      incoming.off('data', onData).off('end', end).off('error', onLost).off('close', onLost)
      resolve()
    }
    const onData = (chunk: Uint8Array) => {
      if (!take(chunk)) {
        incoming.pause()
        end()
      }
    }
    const onLost = (cause?: unknown) => {
      incoming.off('data', onData).off('end', end).off('error', onLost).off('close', onLost)
      reject(new Problem('bad-encoding', 'The connection ended before the body did.', { cause }))
    }
    incoming.on('data', onData).on('end', end).on('error', onLost).on('close', onLost)
  })
}

async function unpacked(raw: Uint8Array, unpackedBytesMax: number): Promise<Uint8Array> {
  try {
    return await unpack(raw, { maxOutputLength: unpackedBytesMax })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(unpackedBytesMax, 'unpacked ')
    throw new Problem('bad-encoding', 'The body is not gzip, though Content-Encoding says so.', { cause })
  }
}

function tooLarge(bytesMax: number, how = ''): Problem {
  return new Problem(
    'body-too-large',
    `The ${how}body has more than ${bytesMax} bytes; send smaller batches.`,
  )
}
