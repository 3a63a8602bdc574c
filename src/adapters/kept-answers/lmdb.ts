import { mkdirSync } from 'node:fs'
import { open } from 'lmdb'
import { ForageError } from '../../core/errors.ts'
import type { KeptAnswers } from '../../ports/kept-answers.ts'
import { mistakeInLmdbFile } from './lmdb-file.ts'

/**
 * Kept in a directory that several processes may use at once.
 *
 * @param options.directory made when it is not there
 * @throws ForageError `kept-answers-unavailable` when it cannot be opened: no right, a full disk, not a database, or one of
 * another version
 */
export function lmdbKeptAnswers(options: { readonly directory: string }): KeptAnswers {
  const { directory } = options
  const database = opened(directory)
  let closing: Promise<void> | undefined
  return {
    get(key) {
      // A copy: lmdb may reuse the memory behind its buffers.
      const value = database.getBinary(key)
      return value === undefined ? undefined : new Uint8Array(value)
    },
    async put(key, value) {
      try {
        await database.put(key, Buffer.from(value))
      } catch (cause) {
        throw unavailable(`cannot write to ${directory}`, cause)
      }
    },
    close() {
      closing ??= database.close()
      return closing
    },
  }
}

function opened(directory: string) {
  try {
    mkdirSync(directory, { recursive: true })
    const path = `${directory}/answers.mdb`
    const mistake = mistakeInLmdbFile(path)
    if (mistake !== undefined) throw new Error(`answers.mdb: ${mistake}`)
    return open<Buffer, string>({ path, encoding: 'binary', noSubdir: true })
  } catch (cause) {
    throw unavailable(`cannot open ${directory}`, cause)
  }
}

function unavailable(what: string, cause: unknown): ForageError {
  const reason = (cause as { code?: string; message?: string }).code ?? (cause as Error).message
  return new ForageError(
    'kept-answers-unavailable',
    `kept answers: ${what} (${reason}); check the directory or remove it`,
    {
      cause,
    },
  )
}
