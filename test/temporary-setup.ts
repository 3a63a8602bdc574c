import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** One directory for what tests write for a while. It goes at the end of the run, which fails when they left something. */
export default function setup(): () => void {
  const before = process.env.TMPDIR
  const directory = mkdtempSync(join(tmpdir(), 'forage-tests-'))
  // PostgreSQL may run as another user, and has its files in there.
  chmodSync(directory, 0o755)
  process.env.TMPDIR = directory
  return () => {
    if (before === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = before
    const left = readdirSync(directory).filter((name) => name.startsWith('forage-'))
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    if (left.length === 0) return
    // Vitest only prints what a teardown throws.
    process.exitCode = 1
    throw new Error(`tests left behind in the directory for temporary files: ${left.join(', ')}`)
  }
}
