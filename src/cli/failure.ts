import { CommanderError } from 'commander'
import { ForageError, InputError } from '../core/errors.ts'
import { type CliIo, Interruption } from './io.ts'
import { printableLines } from './terminal-text.ts'

/** Something given is wrong. */
const EXIT_INPUT = 2
const EXIT_FAILURE = 1

/**
 * Tells a failure on standard error in one message and gives the exit code: 2 for wrong flags and files that say
 * wrong things, 1 for any other failure, the interruption's own when a person stopped it. The stack is shown only
 * of a mistake in Forage itself, and only with FORAGE_DEBUG=1.
 */
export function reportFailure(error: unknown, io: CliIo): number {
  if (io.signal.aborted && io.signal.reason instanceof Interruption) return io.signal.reason.exitCode
  if (error instanceof CommanderError) {
    // Printed by commander already; help and version are no failure.
    return error.exitCode === 0 ? 0 : EXIT_INPUT
  }
  const say = (text: string) => io.stderr.write(`${printableLines(text)}\n`)
  if (error instanceof ForageError) {
    say(`forage: ${error.message}`)
    if (isDebug(io)) say(stackOf(error))
    return error instanceof InputError ? EXIT_INPUT : EXIT_FAILURE
  }
  const firstLine = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? ''
  say(`forage: this is a mistake in Forage, please report it: ${firstLine}`)
  say(isDebug(io) ? stackOf(error) : 'Run it again with FORAGE_DEBUG=1 to see where.')
  return EXIT_FAILURE
}

function isDebug(io: CliIo): boolean {
  return !['', '0', 'false', undefined].includes(io.env.FORAGE_DEBUG)
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const cause = error.cause === undefined ? '' : `\ncaused by ${stackOf(error.cause)}`
  return `${error.stack ?? error.message}${cause}`
}
