import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a directory and those above it that are missing. Node's own `recursive` never comes back on file systems
 * that answer ENOENT for a name that cannot be made, such as `/proc`.
 *
 * @throws the error of the file system
 */
export function makeDirectory(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); statSync(at, { throwIfNoEntry: false }) === undefined; at = dirname(at))
    missing.unshift(at)
  for (const directory of missing) {
    try {
      mkdirSync(directory)
    } catch (error) {
      // Another process may make it at the same time.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  // A file in the place of the directory.
  if (!statSync(path).isDirectory()) mkdirSync(path)
}
