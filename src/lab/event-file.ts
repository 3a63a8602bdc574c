import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import type { RunEvent } from './run-events.ts'

/** `events.jsonl`, one event a line. */
export interface EventFile {
  /** True when the file ended with `run-finished` as it was opened. */
  readonly wasFinished: boolean
  /** The next event of the run. */
  write(event: RunEvent): void
  /** Through to the disk. Safe to call twice. */
  close(): void
}

/** More than a `run-finished` line takes. */
const TAIL_BYTES = 65_536

/**
 * Opens or begins the events of a run. A run that goes on begins from the start with its kept answers, so its
 * first events are those that are in the file: these are compared and left, and the file is cut where it says
 * something else, such as at a line that a kill left half written. So a run that is broken off again during
 * its replay loses nothing.
 *
 * Each line is written as it happens: it survives a kill of the process.
 */
export function openEventFile(path: string): EventFile {
  const file = openOrCreate(path)
  const wasFinished = endsFinished(file)
  /** Bytes that are known to be this run's events. */
  let end = 0
  let isReplaying = true
  let isClosed = false
  return {
    wasFinished,
    write(event) {
      const line = Buffer.from(`${JSON.stringify(event)}\n`)
      if (isReplaying) {
        const kept = Buffer.alloc(line.length)
        const length = readSync(file, kept, 0, kept.length, end)
        isReplaying = length === line.length && kept.equals(line)
        if (isReplaying) {
          end += line.length
          // The last event of a run: what follows cannot be of it.
          if (event.kind === 'run-finished' && fstatSync(file).size > end) ftruncateSync(file, end)
          return
        }
        ftruncateSync(file, end)
      }
      try {
        for (let written = 0; written < line.length; ) {
          written += writeSync(file, line, written, line.length - written, end + written)
        }
      } catch (error) {
        // A full disk takes part of a line.
        ftruncateSync(file, end)
        throw error
      }
      end += line.length
    },
    close() {
      if (isClosed) return
      isClosed = true
      try {
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    },
  }
}

function openOrCreate(path: string): number {
  try {
    return openSync(path, 'r+')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return openSync(path, 'wx+')
  }
}

function endsFinished(file: number): boolean {
  const { size } = fstatSync(file)
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES))
  readSync(file, tail, 0, tail.length, size - tail.length)
  const lines = tail.toString('utf8').split('\n')
  return lines.at(-1) === '' && (lines.at(-2) ?? '').startsWith('{"kind":"run-finished"')
}
