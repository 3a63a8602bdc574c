import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { main } from '../src/cli/main.ts'

export interface CliResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface RunCliOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly signal?: AbortSignal
  /** Told each text as it is written. */
  readonly onStderr?: (text: string) => void
  readonly onStdout?: (text: string) => void
  /** A terminal of that width; absent for a pipe. */
  readonly terminalColumns?: number
}

const made: string[] = []
afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true })
})

/** A directory of the test's own, removed at the end. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'forage-cli-'))
  made.push(directory)
  return directory
}

/** An empty cache directory: no weights, no provider. */
export const emptyHome = temporaryDirectory()

/** The command line in this process. Time stands still, so that what it prints does not depend on the machine. */
export async function runCli(argv: readonly string[], options: RunCliOptions = {}): Promise<CliResult> {
  let stdout = ''
  let stderr = ''
  const terminal =
    options.terminalColumns === undefined ? {} : { isTTY: true, columns: options.terminalColumns }
  const code = await main(argv, {
    stdout: {
      ...terminal,
      write(text) {
        stdout += text
        options.onStdout?.(text)
      },
    },
    stderr: {
      ...terminal,
      write(text) {
        stderr += text
        options.onStderr?.(text)
      },
    },
    stdin: (async function* () {
      yield options.stdin ?? ''
    })(),
    env: { FORAGE_HOME: emptyHome, ...options.env },
    signal: options.signal ?? new AbortController().signal,
    now: () => 0,
  })
  return { code, stdout, stderr }
}

/** A run that needs no weights and takes a fraction of a second. */
export function smallRun(out: string, ...more: readonly string[]): string[] {
  return [
    'run',
    '--topic',
    'Rice Cookers',
    '--audience',
    'price,quality',
    '--writer',
    'grammar',
    '--scorer',
    'words',
    '--iterations',
    '3',
    '--out',
    out,
    ...more,
  ]
}

/** Flags as given on a command line, with those in `change` replaced or, where null, left out. */
export function changed(argv: readonly string[], change: Readonly<Record<string, string | null>>): string[] {
  const result = argv.slice(0, 1)
  const flags = new Map<string, string | null>()
  for (let index = 1; index < argv.length; index += 2) flags.set(argv[index]!, argv[index + 1]!)
  for (const [flag, value] of Object.entries(change)) flags.set(flag, value)
  for (const [flag, value] of flags) if (value !== null) result.push(flag, value)
  return result
}
