import { mkdir, statfs } from 'node:fs/promises'
import { ForageError } from '../core/errors.ts'

/** Free bytes for this user on the file system that holds a directory. */
export type FreeBytes = (directory: string) => Promise<number>

const freeBytesOf: FreeBytes = async (directory) => {
  const { bavail, bsize } = await statfs(directory)
  return bavail * bsize
}

/** 12.3 MB: decimal units, as package tools print them. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(1)} kB`
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`
}

/**
 * The error people should see for a failed write: `disk-full` or `directory-not-writable`, with the directory
 * and what to do. Any other error comes back as it is.
 */
export function explainDiskError(error: unknown, directory: string): unknown {
  const code = (error as { code?: unknown } | null)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const advice = 'free some space, or set FORAGE_HOME to a directory on another disk, and run it again'
    return new ForageError('disk-full', `no space left in ${directory}: ${advice}`, { cause: error })
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(String(code))) {
    const advice = 'set FORAGE_HOME to a directory you may write to'
    return new ForageError('directory-not-writable', `cannot write to ${directory} (${code}): ${advice}`, {
      cause: error,
    })
  }
  return error
}

/**
 * Makes the directory and checks that `neededBytes` fit.
 *
 * @throws ForageError `disk-full` or `directory-not-writable`
 */
export async function prepareDirectory(
  directory: string,
  neededBytes: number,
  freeBytes: FreeBytes = freeBytesOf,
): Promise<void> {
  try {
    await mkdir(directory, { recursive: true })
  } catch (error) {
    throw explainDiskError(error, directory)
  }
  const free = await freeBytes(directory)
  if (free >= neededBytes) return
  throw new ForageError(
    'disk-full',
    `${directory} has ${formatBytes(free)} free and ${formatBytes(neededBytes)} are needed: ` +
      'free some space, or set FORAGE_HOME to a directory on another disk',
  )
}
