import type { ChildProcess } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const children = new Set<ChildProcess>()
let directory: string | undefined
let isWatching = false

/**
 * Gives this process and its children a directory for temporary files, which goes when the process ends, by Ctrl-C
 * and failure too.
 */
export function ownTemporaryDirectory(): string {
  if (directory !== undefined) return directory
  directory = mkdtempSync(join(tmpdir(), 'forage-run-'))
  // PostgreSQL may run as another user, and has its files in there.
  chmodSync(directory, 0o755)
  process.env.TMPDIR = directory
  watch()
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code))
  }
  return directory
}

/** A child that must not outlive this process, however it ends. */
export function endsWithUs(child: ChildProcess): void {
  children.add(child)
  child.once('exit', () => children.delete(child))
  watch()
}

function watch(): void {
  if (isWatching) return
  isWatching = true
  process.on('exit', () => {
    for (const child of children) child.kill('SIGKILL')
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
  })
}
