import { ForageError } from '../core/errors.ts'
import { takeLockFile } from '../locks/lock-file.ts'

/**
 * Keeps other processes from writing a run's directory.
 *
 * @returns gives the lock back; safe to call twice
 * @throws ForageError `run-in-use`; whatever the file system throws
 */
export function takeRunLock(path: string): () => void {
  return takeLockFile(
    path,
    (holder) =>
      new ForageError(
        'run-in-use',
        `${path}: ${holder} is writing this directory; wait for it, give another --out, or remove the file if that process is gone`,
      ),
  )
}
