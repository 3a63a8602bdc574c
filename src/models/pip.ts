import { spawn } from 'node:child_process'
import { ForageError } from '../core/errors.ts'

/** Runs pip with the arguments. `temporaryDirectory` is where pip puts unfinished downloads, where it can be told. */
export type PipRunner = (
  args: readonly string[],
  options: { readonly temporaryDirectory: string; readonly timeoutMs: number; readonly signal?: AbortSignal },
) => Promise<PipResult>

interface PipResult {
  /** Null when it was killed. */
  readonly exitCode: number | null
  readonly stderr: string
}

// pip downloads to Python's temporary directory first. Set from inside, so that the bytes land on the disk
// whose free space was checked, and so that their growth can be watched.
const launcher = [
  'import runpy, sys, tempfile',
  'tempfile.tempdir = sys.argv[1]',
  "sys.argv = ['pip'] + sys.argv[2:]",
  "runpy.run_module('pip', run_name='__main__', alter_sys=True)",
].join('\n')

interface PipProgram {
  readonly command: string
  readonly before: (temporaryDirectory: string) => readonly string[]
}

const programs: readonly PipProgram[] = [
  ...['python3', 'python', 'py'].map((command) => ({
    command,
    before: (temporaryDirectory: string) => ['-c', launcher, temporaryDirectory],
  })),
  ...['pip3', 'pip'].map((command) => ({ command, before: () => [] })),
]

const probeMs = 20_000

/**
 * The pip of this machine: the first of python3, python, py, pip3, pip that answers `--version`.
 *
 * The runner throws ForageError `pip-missing` when there is none, and the reason of an aborted signal.
 */
export function systemPip(): PipRunner {
  let found: Promise<PipProgram> | undefined
  return async (args, options) => {
    found ??= findPip(options.temporaryDirectory, options.signal)
    const program = await found
    return await run(
      program.command,
      [...program.before(options.temporaryDirectory), ...args],
      options.timeoutMs,
      options.signal,
    )
  }
}

async function findPip(temporaryDirectory: string, signal?: AbortSignal): Promise<PipProgram> {
  for (const program of programs) {
    const args = [...program.before(temporaryDirectory), '--version']
    const result = await run(program.command, args, probeMs, signal).catch(() => undefined)
    signal?.throwIfAborted()
    if (result?.exitCode === 0) return program
  }
  const tried = programs.map((program) => program.command).join(', ')
  throw new ForageError('pip-missing', `no Python with pip was found (tried ${tried})`)
}

function run(
  command: string,
  args: readonly string[],
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<PipResult> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true })
    let stderr = ''
    let force: NodeJS.Timeout | undefined
    const stop = () => {
      child.kill('SIGTERM')
      force = setTimeout(() => child.kill('SIGKILL'), 3_000)
    }
    const limit = setTimeout(() => {
      stderr += `\nERROR: stopped after ${Math.round(timeoutMs / 1000)} s`
      stop()
    }, timeoutMs)
    signal?.addEventListener('abort', stop, { once: true })
    const settle = () => {
      clearTimeout(limit)
      clearTimeout(force)
      signal?.removeEventListener('abort', stop)
    }
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      stderr = (stderr + text).slice(-20_000)
    })
    child.on('error', (error) => {
      settle()
      reject(error)
    })
    child.on('close', (exitCode) => {
      settle()
      if (signal?.aborted) reject(signal.reason)
      else resolve({ exitCode, stderr })
    })
  })
}

/**
 * What pip said went wrong, in at most 300 characters: its error lines, or the last line. A password inside an
 * address is left out.
 */
export function shortPipError(stderr: string): string {
  const lines = stderr
    .replace(/\/\/[^/\s@]*@/g, '//')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  const errors = lines.filter((line) => line.startsWith('ERROR:')).map((line) => line.slice(6).trim())
  const text = (errors.length > 0 ? errors.join('; ') : lines.at(-1)) || 'no message'
  return text.length > 300 ? `${text.slice(0, 297)}...` : text
}
