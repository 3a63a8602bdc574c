/** A stream to write text to; `process.stdout` is one. */
export interface OutputStream {
  write(text: string): unknown
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
}

/** The world of the command line, so that tests can give their own. */
export interface CliIo {
  /** Results, and nothing else. */
  readonly stdout: OutputStream
  /** Progress, notes and errors. */
  readonly stderr: OutputStream
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted with an `Interruption` when the person stops the program. */
  readonly signal: AbortSignal
  /** Milliseconds, for durations only. */
  readonly now: () => number
}

/** Why a person or the system stopped the program, and the exit code that says so. */
export class Interruption extends Error {
  readonly exitCode: number

  constructor(what: string, exitCode: number) {
    super(what)
    this.name = 'Interruption'
    this.exitCode = exitCode
  }
}
