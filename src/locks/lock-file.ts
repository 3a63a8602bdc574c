import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'

/** Tells this process from a dead one that had the same number, as happens in containers. */
const PROCESS_TOKEN = randomUUID()

/** A lock whose owner is not written yet belongs to somebody who is just taking it, for this long. */
const UNWRITTEN_MS = 10_000

interface Owner {
  readonly pid: number
  readonly host: string
  readonly token: string
}

/**
 * Takes a lock file, so that no two processes write one directory. A lock whose process has died is taken over.
 * On another machine nobody can tell, so such a lock stays until a person removes it; the message should say so.
 *
 * @param inUse the error to throw when another has it: `process 17 on some-host`, or `another process`
 * @returns gives the lock back; safe to call twice
 * @throws what `inUse` gives; whatever the file system throws
 */
export function takeLockFile(path: string, inUse: (holder: string) => Error): () => void {
  const me: Owner = { pid: process.pid, host: hostname(), token: PROCESS_TOKEN }
  const text = JSON.stringify(me)
  // Each round either takes the lock, or moves a dead one away, or ends with an error.
  for (let round = 0; round < 10; round++) {
    try {
      writeFileSync(path, text, { flag: 'wx' })
      return () => {
        if (readText(path) === text) rmSync(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const found = readText(path)
    if (found === undefined) continue
    const owner = ownerOf(found)
    if (!isDead(owner, path)) throw inUse(nameOf(owner))
    moveAway(path, found)
  }
  throw inUse(nameOf(undefined))
}

/**
 * Takes a lock file as `takeLockFile` does, and touches it as long as it is held. So a lock from another machine (a
 * container that was killed has another name when it comes back) that is not touched any more is taken over too.
 *
 * @param touchMs between two touches; a lock from elsewhere is watched three times as long
 */
export async function takeTouchedLockFile(
  path: string,
  inUse: (holder: string) => Error,
  touchMs = 2000,
): Promise<() => void> {
  const release = await takenOrAbandoned(path, inUse, touchMs)
  const timer = setInterval(() => touch(path), touchMs)
  timer.unref()
  return () => {
    clearInterval(timer)
    release()
  }
}

async function takenOrAbandoned(
  path: string,
  inUse: (holder: string) => Error,
  touchMs: number,
): Promise<() => void> {
  try {
    return takeLockFile(path, inUse)
  } catch (error) {
    const found = readText(path)
    const before = changedMs(path)
    const isFromElsewhere = found !== undefined && ownerOf(found)?.host !== hostname()
    if (!isFromElsewhere) throw error
    await wait(3 * touchMs)
    if (changedMs(path) !== before || readText(path) !== found) throw error
    moveAway(path, found)
    return takeLockFile(path, inUse)
  }
}

function touch(path: string): void {
  try {
    const now = new Date()
    utimesSync(path, now, now)
  } catch {
    // Removed by a person, or the disk is away: whoever writes there will say so.
  }
}

function isDead(owner: Owner | undefined, path: string): boolean {
  if (owner === undefined) return (changedMs(path) ?? 0) < Date.now() - UNWRITTEN_MS
  if (owner.host !== hostname()) return false
  if (owner.pid === process.pid) return owner.token !== PROCESS_TOKEN
  try {
    process.kill(owner.pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/** Of two processes that judged the same lock dead only one gets to rename it; a lock that is another's goes back. */
function moveAway(path: string, judged: string): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (readText(aside) !== judged) renameSync(aside, path)
  else rmSync(aside, { force: true })
}

function nameOf(owner: Owner | undefined): string {
  return owner === undefined
    ? 'another process'
    : `process ${owner.pid} on ${owner.host.replace(/[^\w.-]/g, '')}`
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

function changedMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

function ownerOf(text: string): Owner | undefined {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Owner>
    if (Number.isInteger(pid) && typeof host === 'string' && typeof token === 'string') {
      return { pid: pid as number, host, token }
    }
  } catch {
    // Torn by a kill; judged by its age.
  }
  return undefined
}
