import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * A file that is being pulled: bytes are appended, and its sha256 is known at every moment. Whatever source
 * fills it, the first n bytes are the same, so another source, or a later run, can go on from there.
 */
export interface PartFile {
  readonly path: string
  /** Bytes held so far. */
  readonly size: number
  append(chunk: Uint8Array): Promise<void>
  /** Goes back to no bytes. */
  restart(): Promise<void>
  /** sha256 of the bytes held so far, lower-case hexadecimal. */
  sha256(): string
  /** Keeps the bytes for a later run. */
  close(): Promise<void>
  /** Closes and removes the file. */
  discard(): Promise<void>
  /** Puts the finished file at `target` in one step: whoever looks sees the old state or the whole file. */
  moveTo(target: string): Promise<void>
}

/**
 * Opens or makes the part file at `path`.
 *
 * @param keep from the bytes that are there, how many to keep; the rest is cut off
 */
export async function openPartFile(
  path: string,
  keep: (bytes: number) => number,
  signal?: AbortSignal,
): Promise<PartFile> {
  await mkdir(dirname(path), { recursive: true })
  const handle = await openForUpdate(path)
  try {
    const found = (await handle.stat()).size
    const kept = Math.min(found, Math.max(0, keep(found)))
    await handle.truncate(kept)
    const hash = createHash('sha256')
    if (kept > 0) await hashInto(hash, path, signal)
    return partFile(path, handle, hash, kept)
  } catch (error) {
    await handle.close()
    throw error
  }
}

async function openForUpdate(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return await open(path, 'w+')
  }
}

function partFile(path: string, handle: FileHandle, startHash: Hash, startSize: number): PartFile {
  let hash = startHash
  let size = startSize
  return {
    path,
    get size() {
      return size
    },
    async append(chunk) {
      for (let offset = 0; offset < chunk.length; ) {
        const { bytesWritten } = await handle.write(chunk, offset, chunk.length - offset, size + offset)
        offset += bytesWritten
      }
      hash.update(chunk)
      size += chunk.length
    },
    async restart() {
      await handle.truncate(0)
      hash = createHash('sha256')
      size = 0
    },
    sha256: () => hash.copy().digest('hex'),
    close: () => handle.close(),
    async discard() {
      await handle.close()
      await rm(path, { force: true })
    },
    async moveTo(target) {
      await handle.sync()
      await handle.close()
      await mkdir(dirname(target), { recursive: true })
      await rename(path, target)
      await syncDirectory(dirname(target))
    },
  }
}

/** Makes a rename survive a power cut where the platform lets a directory be synced; elsewhere does nothing. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** sha256 of a file, read in pieces. An aborted signal throws its reason. */
export async function fileSha256(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  await hashInto(hash, path, signal)
  return hash.digest('hex')
}

async function hashInto(hash: Hash, path: string, signal?: AbortSignal): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    signal?.throwIfAborted()
    hash.update(chunk as Buffer)
  }
}
