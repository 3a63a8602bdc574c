import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../core/errors.ts'

/** Folders within folders that are looked into. */
const DEPTH_MAX = 6

/**
 * The directories of runs behind those that a person named: each itself, or the runs below it, in the order of their
 * names, each once.
 *
 * @throws InputError for a path that is no directory or holds no run
 */
export function findRunDirectories(paths: readonly string[]): string[] {
  const found = new Map<string, string>()
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new InputError(
        'directory',
        path,
        'is not there or no directory; give one that forage run wrote, or one above such',
      )
    }
    const runs = runsIn(path, DEPTH_MAX)
    if (runs.length === 0) {
      throw new InputError(
        'directory',
        path,
        'holds no run (config.json and events.jsonl), nor do those below; give one that forage run wrote',
      )
    }
    for (const run of runs) {
      const real = realpathSync(run)
      if (!found.has(real)) found.set(real, run)
    }
  }
  return [...found.values()]
}

function runsIn(directory: string, depth: number): string[] {
  if (['config.json', 'events.jsonl'].every((name) => existsSync(join(directory, name)))) return [directory]
  if (depth === 0) return []
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => runsIn(join(directory, name), depth - 1))
}
