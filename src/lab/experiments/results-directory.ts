import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../core/errors.ts'
import { makeDirectory } from '../make-directory.ts'
import {
  CONFIGURATION_FILE,
  checkConfiguration,
  explained,
  LOCK_FILE,
  replaceFile,
} from '../run-directory.ts'
import { takeRunLock } from '../run-lock.ts'
import { caseKey } from './plan.ts'
import { type FailedLine, figuresOf, parseRunLine, type RunFigures, type RunLine } from './run-line.ts'

/** A directory that one experiment writes. Close it at the end, however the experiment ended. */
export interface ResultsDirectory {
  readonly path: string
  /** What is there so far, by `caseKey`; grows with `record`. */
  readonly runs: ReadonlyMap<string, RunFigures | FailedLine>
  /** Keeps a run that has ended. It survives a kill of the process. */
  record(line: RunLine): void
  /** Puts a file in place in one step. */
  write(name: string, text: string): void
  /** Takes away what it made where no run was kept, so that nothing stands in the way of other flags. */
  close(): void
}

/** One line an ended run, in the order they ended. */
export const RUNS_FILE = 'runs.jsonl'

/**
 * Makes the directory of an experiment, or goes on in one that holds this very experiment. A last line that a kill
 * left unfinished is dropped, and that run is made again.
 *
 * @param configurationText JSON of everything the results hang on; `config.json`
 * @throws InputError when it holds another experiment (naming the fields that differ), other files, or a line that
 * cannot be read; ForageError `run-in-use`, `disk-full`, `not-written`
 */
export function openResultsDirectory(path: string, configurationText: string): ResultsDirectory {
  const unlock = explained(path, () => {
    makeDirectory(path)
    return takeRunLock(join(path, LOCK_FILE))
  })
  try {
    const isKnown = checkConfiguration(path, configurationText)
    if (!isKnown) explained(path, () => replaceFile(join(path, CONFIGURATION_FILE), configurationText))
    const runsPath = join(path, RUNS_FILE)
    const file = explained(path, () => openSync(runsPath, 'a+'))
    try {
      return opened(path, file, { ...readRuns(runsPath, file), isKnown }, unlock)
    } catch (error) {
      closeSync(file)
      throw error
    }
  } catch (error) {
    unlock()
    throw error
  }
}

function opened(
  path: string,
  file: number,
  kept: {
    readonly runs: Map<string, RunFigures | FailedLine>
    readonly end: number
    readonly isKnown: boolean
  },
  unlock: () => void,
): ResultsDirectory {
  const { runs } = kept
  let end = kept.end
  let isClosed = false
  return {
    path,
    runs,
    record(line) {
      const bytes = Buffer.from(`${JSON.stringify(line)}\n`)
      explained(path, () => {
        try {
          for (let written = 0; written < bytes.length; ) {
            written += writeSync(file, bytes, written, bytes.length - written)
          }
        } catch (error) {
          // A full disk takes part of a line.
          ftruncateSync(file, end)
          throw error
        }
      })
      end += bytes.length
      runs.set(caseKey(line), line.kind === 'finished' ? figuresOf(line) : line)
    },
    write: (name, text) => explained(path, () => replaceFile(join(path, name), text)),
    close() {
      if (isClosed) return
      isClosed = true
      try {
        explained(path, () => {
          fsyncSync(file)
          closeSync(file)
        })
        if (runs.size === 0 && !kept.isKnown) {
          for (const name of [CONFIGURATION_FILE, RUNS_FILE]) rmSync(join(path, name), { force: true })
        }
      } finally {
        unlock()
      }
      if (runs.size === 0 && !kept.isKnown) removeEmpty(path)
    },
  }
}

function removeEmpty(path: string): void {
  try {
    rmdirSync(path)
  } catch {
    // Something else is in it.
  }
}

function readRuns(path: string, file: number) {
  const bytes = readFileSync(path)
  const end = bytes.lastIndexOf(0x0a) + 1
  if (bytes.length > end) ftruncateSync(file, end)
  const runs = new Map<string, RunFigures | FailedLine>()
  let number = 0
  for (let start = 0; start < end; ) {
    const stop = bytes.indexOf(0x0a, start)
    number++
    try {
      const line = parseRunLine(bytes.toString('utf8', start, stop))
      runs.set(caseKey(line), line.kind === 'finished' ? figuresOf(line) : line)
    } catch (error) {
      throw new InputError(
        `${RUNS_FILE}, line ${number}`,
        path,
        `cannot be read (${(error as Error).message}); remove the line, and that run is made again`,
      )
    }
    start = stop + 1
  }
  return { runs, end }
}
