import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../core/errors.ts'
import { EXPERIMENT_FILES } from './experiment-runs.ts'

const RUN_FILES = ['config.json', 'events.jsonl'] as const
/** Folders within folders that are looked into. */
const DEPTH_MAX = 6

/** A directory of one run, or of an experiment with many. */
export interface FoundDirectory {
  readonly path: string
  readonly kind: 'run' | 'experiment'
}

/**
 * The directories of runs and experiments behind those that a person named: each itself, or those below it, in the
 * order of their names, each once.
 *
 * @throws InputError for a path that is no directory or holds no run
 */
export function findRunDirectories(paths: readonly string[]): FoundDirectory[] {
  const found = new Map<string, FoundDirectory>()
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
        'holds no run and no experiment (config.json and events.jsonl or runs.jsonl), nor do those below; give one that forage run wrote',
      )
    }
    for (const run of runs) {
      const real = realpathSync(run.path)
      if (!found.has(real)) found.set(real, run)
    }
  }
  return [...found.values()]
}

function runsIn(path: string, depth: number): FoundDirectory[] {
  const has = (names: readonly string[]) => names.every((name) => existsSync(join(path, name)))
  if (has(RUN_FILES)) return [{ path, kind: 'run' }]
  if (has(EXPERIMENT_FILES)) return [{ path, kind: 'experiment' }]
  if (depth === 0) return []
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .flatMap((name) => runsIn(join(path, name), depth - 1))
}
