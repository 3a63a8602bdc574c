import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ForageError, InputError } from '../core/errors.ts'
import { type EventFile, openEventFile } from './event-file.ts'
import { makeDirectory } from './make-directory.ts'
import { configurationText, differences, type RunConfiguration } from './run-configuration.ts'
import type { RunEvent } from './run-events.ts'
import { takeRunLock } from './run-lock.ts'

/** A directory that one run writes. Close it at the end, however the run ended. */
export interface RunDirectory {
  readonly path: string
  /** `answers.jsonl`: opened by whoever records. */
  readonly answersPath: string
  readonly reportPath: string
  /** What was there: nothing, a part of this run, or all of it. */
  readonly found: 'nothing' | 'part' | 'whole'
  /** Keeps the next event. */
  record(event: RunEvent): void
  /** Puts the report in place in one step. */
  writeReport(html: string): void
  close(): void
  /** Closes it and takes away what it made, of a run that failed before its first event. */
  discard(): void
}

export const CONFIGURATION_FILE = 'config.json'
const EVENTS_FILE = 'events.jsonl'
const ANSWERS_FILE = 'answers.jsonl'
export const LOCK_FILE = '.lock'
/** Fields named when the configuration is another. */
const DIFFERENCES_SHOWN = 5
/** Numbers tried for a directory that nobody named. */
const NUMBERS_MAX = 10_000

/**
 * Makes the directory of a run, or goes on in one that holds this very run.
 *
 * @throws InputError when it holds another run (naming the fields that differ) or other files, or the path is a
 * file; ForageError `run-in-use`, `disk-full`, `not-written`
 */
export function openRunDirectory(path: string, configuration: RunConfiguration): RunDirectory {
  const text = configurationText(configuration)
  const unlock = explained(path, () => {
    makeDirectory(path)
    return takeRunLock(join(path, LOCK_FILE))
  })
  let events: EventFile | undefined
  try {
    const isKnown = checkConfiguration(path, text)
    events = explained(path, () => {
      if (!isKnown) replaceFile(join(path, CONFIGURATION_FILE), text)
      return openEventFile(join(path, EVENTS_FILE))
    })
    return opened(path, isKnown, events, unlock)
  } catch (error) {
    events?.close()
    unlock()
    throw error
  }
}

function opened(path: string, isKnown: boolean, events: EventFile, unlock: () => void): RunDirectory {
  const reportPath = join(path, 'report.html')
  const close = () => {
    try {
      explained(path, () => events.close())
    } finally {
      unlock()
    }
  }
  return {
    path,
    answersPath: join(path, ANSWERS_FILE),
    reportPath,
    found: !isKnown ? 'nothing' : events.wasFinished ? 'whole' : 'part',
    record: (event) => explained(path, () => events.write(event)),
    writeReport: (html) => explained(path, () => replaceFile(reportPath, html)),
    close,
    discard() {
      close()
      if (isKnown) return
      for (const name of [CONFIGURATION_FILE, EVENTS_FILE, ANSWERS_FILE]) {
        rmSync(join(path, name), { force: true })
      }
      try {
        rmdirSync(path)
      } catch {
        // Something else was put there meanwhile.
      }
    },
  }
}

/**
 * The first of `base`, `base-2`, `base-3`, ... that is not there, is empty, or holds a run of this configuration
 * that may go on.
 *
 * @param acceptFinished whether a run that is there as a whole counts too
 */
export function numberedRunDirectory(
  base: string,
  configuration: RunConfiguration,
  acceptFinished: boolean,
): string {
  const text = configurationText(configuration)
  for (let number = 1; number <= NUMBERS_MAX; number++) {
    const path = number === 1 ? base : `${base}-${number}`
    const state = stateOf(path, text)
    if (state === 'free' || state === 'part' || (state === 'whole' && acceptFinished)) return path
  }
  throw new InputError(
    '--out',
    base,
    `all names up to ${base}-${NUMBERS_MAX} are taken; give another directory`,
  )
}

function stateOf(path: string, text: string): 'free' | 'part' | 'whole' | 'taken' {
  try {
    if (names(path).length === 0) return 'free'
    if (readFileSync(join(path, CONFIGURATION_FILE), 'utf8') !== text) return 'taken'
    const events = openEventFile(join(path, EVENTS_FILE))
    events.close()
    return events.wasFinished ? 'whole' : 'part'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !isThere(path)) return 'free'
    return 'taken'
  }
}

/** True when the directory holds this configuration, false when it holds nothing. */
export function checkConfiguration(path: string, text: string): boolean {
  const file = join(path, CONFIGURATION_FILE)
  if (!isThere(file)) {
    const [other] = explained(path, () => names(path))
    if (other === undefined) return false
    throw new InputError(
      '--out',
      path,
      `holds other files (such as ${other}); give an empty or a new directory`,
    )
  }
  const found = explained(path, () => readFileSync(file, 'utf8'))
  if (found === text) return true
  let there: unknown
  try {
    there = JSON.parse(found)
  } catch (cause) {
    throw new InputError('--out', path, 'its config.json is not JSON; give another directory', { cause })
  }
  const all = differences(there, JSON.parse(text))
  const more = all.length > DIFFERENCES_SHOWN ? `; and ${all.length - DIFFERENCES_SHOWN} more` : ''
  throw new InputError(
    '--out',
    path,
    `holds a run with another configuration: ${all.slice(0, DIFFERENCES_SHOWN).join('; ')}${more}. ` +
      'Give another directory, or the same flags to go on with that run',
  )
}

/** Files in a directory, without those that Forage itself may have left before it wrote a configuration. */
function names(path: string): string[] {
  return readdirSync(path).filter((name) => !name.startsWith(LOCK_FILE) && !name.startsWith('.new-'))
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/** A reader sees the old file or the new one, never a part. */
export function replaceFile(path: string, text: string): void {
  const fresh = join(path, '..', `.new-${randomUUID()}`)
  try {
    writeFileSync(fresh, text, { flush: true })
    renameSync(fresh, path)
  } catch (error) {
    rmSync(fresh, { force: true })
    throw error
  }
}

/** Runs `work` and turns what the file system throws into one message with the path and what to do. */
export function explained<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (cause) {
    const { code, syscall } = cause as NodeJS.ErrnoException
    if (code === undefined || syscall === undefined) throw cause
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      throw new ForageError(
        'disk-full',
        `${path}: the disk is full; free some space and run the same command again: it goes on with what is kept`,
        { cause },
      )
    }
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new InputError('--out', path, 'is a file, or a part of the path is; give a directory', { cause })
    }
    if (code === 'ENAMETOOLONG')
      throw new InputError('--out', path, 'is too long; give a shorter path', { cause })
    const reason =
      code === 'EACCES' || code === 'EPERM'
        ? 'no right to write there'
        : code === 'EROFS'
          ? 'the disk is read-only'
          : `the system says ${code}`
    throw new ForageError(
      'not-written',
      `${path}: cannot be written (${reason}); give another directory with --out, or change its rights`,
      { cause },
    )
  }
}
