import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ForageError, InputError } from '../../core/errors.ts'
import { makeDirectory } from '../make-directory.ts'

/** A file to write, and the flag that named it. */
export interface NewFile {
  readonly flag: string
  readonly path: string
  readonly text: string
}

/**
 * Writes all files or none, and never over one that is there: it may hold people's answers.
 *
 * @throws InputError when one is there; ForageError `disk-full` or `not-written`
 */
export function writeNewFiles(files: readonly NewFile[]): void {
  for (const { flag, path } of files) if (existsSync(path)) throw isThere(flag, path)
  const written: string[] = []
  for (const { flag, path, text } of files) {
    try {
      makeDirectory(dirname(path))
      writeFileSync(path, text, { flag: 'wx', flush: true })
      written.push(path)
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException
      // What was begun is ours to take away, unless another process made it first.
      for (const made of code === 'EEXIST' ? written : [...written, path]) rmSync(made, { force: true })
      if (code === 'EEXIST') throw isThere(flag, path)
      const isFull = code === 'ENOSPC' || code === 'EDQUOT'
      throw new ForageError(
        isFull ? 'disk-full' : 'not-written',
        `${path}: cannot be written (${code}); check the rights and the free space`,
        { cause },
      )
    }
  }
}

function isThere(flag: string, path: string): InputError {
  return new InputError(
    flag,
    path,
    'is there already and may hold answers; give another name, or remove it first',
  )
}
