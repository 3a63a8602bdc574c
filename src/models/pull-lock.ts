import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'

const ownerSchema = z.object({ pid: z.number().int(), host: z.string(), token: z.string() })
type Owner = z.infer<typeof ownerSchema>

/** A holder touches its lock this often; a lock untouched for `staleMs` belongs to nobody any more. */
const touchMs = 5_000
const staleMs = 60_000

/**
 * Runs `work` while no other process (or call) works under the same lock directory; waits for its turn.
 * A lock whose process has died, or that was not touched for a minute, is taken over.
 *
 * A process that was stopped for over a minute and goes on may briefly share the lock. That costs a download
 * and nothing else: every file is checked by sha256 and put in place by a rename.
 *
 * @param onWait told once, with the process id of the holder (0 where unknown)
 * @throws the reason of an aborted signal while waiting
 */
export async function withPullLock<Result>(
  lockDirectory: string,
  work: () => Promise<Result>,
  options: { signal?: AbortSignal; onWait?: (pid: number) => void; pollMs?: number } = {},
): Promise<Result> {
  const me: Owner = { pid: process.pid, host: hostname(), token: randomUUID() }
  let told = false
  while (!(await take(lockDirectory, me))) {
    options.signal?.throwIfAborted()
    const holder = await readOwner(lockDirectory)
    if (await isStale(lockDirectory, holder)) {
      await remove(lockDirectory, holder?.token)
      continue
    }
    if (!told) options.onWait?.(holder?.pid ?? 0)
    told = true
    // An abort ends the wait; the next round then throws its reason.
    await wait(options.pollMs ?? 250, undefined, options.signal ? { signal: options.signal } : {}).catch(
      () => undefined,
    )
  }
  const touch = setInterval(() => {
    const now = new Date()
    utimes(lockDirectory, now, now).catch(() => undefined)
  }, touchMs)
  touch.unref()
  try {
    return await work()
  } finally {
    clearInterval(touch)
    await remove(lockDirectory, me.token)
  }
}

/**
 * Makes the lock with its owner in one step: a directory that holds the owner's name is renamed to the lock's
 * name, which fails where a lock is. So nobody sees a lock without an owner.
 */
async function take(lockDirectory: string, me: Owner): Promise<boolean> {
  if (await exists(lockDirectory)) return false
  const aside = `${lockDirectory}.${me.token}`
  await mkdir(aside, { recursive: true })
  try {
    await writeFile(join(aside, 'owner.json'), JSON.stringify(me))
    await rename(aside, lockDirectory)
    return true
  } catch (error) {
    await rm(aside, { recursive: true, force: true })
    // POSIX says EEXIST or ENOTEMPTY where another was faster, Windows EPERM.
    const code = String((error as NodeJS.ErrnoException).code)
    if (['EEXIST', 'ENOTEMPTY'].includes(code) || (await exists(lockDirectory))) return false
    throw error
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}

async function readOwner(lockDirectory: string): Promise<Owner | undefined> {
  try {
    const text = await readFile(join(lockDirectory, 'owner.json'), 'utf8')
    return ownerSchema.parse(JSON.parse(text))
  } catch {
    return undefined
  }
}

async function isStale(lockDirectory: string, holder: Owner | undefined): Promise<boolean> {
  if (holder && holder.host === hostname() && !isAlive(holder.pid)) return true
  const touched = await stat(lockDirectory).catch(() => undefined)
  return touched !== undefined && Date.now() - touched.mtimeMs > staleMs
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/**
 * Removes the lock if it is still the one with `token`. It is first renamed, so that of two processes that
 * judged the same lock stale only one removes it; a lock that turns out to be another's is put back.
 */
async function remove(lockDirectory: string, token: string | undefined): Promise<void> {
  const aside = `${lockDirectory}.${randomUUID()}`
  if ((await readOwner(lockDirectory))?.token !== token) return
  try {
    await rename(lockDirectory, aside)
  } catch {
    return
  }
  if ((await readOwner(aside))?.token === token) await rm(aside, { recursive: true, force: true })
  else await rename(aside, lockDirectory).catch(() => rm(aside, { recursive: true, force: true }))
}
