import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { withPullLock } from './pull-lock.ts'

async function emptyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'forage-lock-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  return directory
}

/** A lock as another process would have left it. */
async function leaveLock(lock: string, owner: unknown, secondsAgo = 0): Promise<void> {
  await mkdir(lock)
  if (owner !== undefined) await writeFile(join(lock, 'owner.json'), JSON.stringify(owner))
  const touched = new Date(Date.now() - secondsAgo * 1000)
  await utimes(lock, touched, touched)
}

const deadPid = 2 ** 30

test('of many at once, one works at a time, and nothing is left', async () => {
  const directory = await emptyDirectory()
  let inside = 0
  let most = 0
  const work = async () => {
    inside += 1
    most = Math.max(most, inside)
    await readdir(directory)
    inside -= 1
  }
  const all = Array.from({ length: 8 }, () => withPullLock(join(directory, 'lock'), work, { pollMs: 1 }))
  await Promise.all(all)
  expect(most).toBe(1)
  expect(await readdir(directory)).toEqual([])
})

test('a failure gives the lock back and is passed on', async () => {
  const directory = await emptyDirectory()
  const failing = withPullLock(join(directory, 'lock'), () => Promise.reject(new Error('failed')))
  await expect(failing).rejects.toThrow('failed')
  expect(await readdir(directory)).toEqual([])
})

test.each([
  ['of a dead process', { pid: deadPid, host: hostname(), token: 'a' }, 0],
  ['untouched for a minute, of another machine', { pid: 1, host: 'elsewhere', token: 'a' }, 61],
  [
    'untouched for a minute, whose process id is in use again',
    { pid: process.pid, host: hostname(), token: 'a' },
    61,
  ],
  ['untouched for a minute, without an owner', undefined, 61],
  ['untouched for a minute, with an owner that is junk', 'junk', 61],
])('a lock %s is taken over by one of two', async (_name, owner, secondsAgo) => {
  const directory = await emptyDirectory()
  await leaveLock(join(directory, 'lock'), owner, secondsAgo)
  let done = 0
  const work = async () => {
    done += 1
  }
  await Promise.all([1, 2].map(() => withPullLock(join(directory, 'lock'), work, { pollMs: 1 })))
  expect(done).toBe(2)
  expect(await readdir(directory)).toEqual([])
})

test.each([
  ['of a living process', { pid: process.pid, host: hostname(), token: 'a' }],
  ['of another machine', { pid: deadPid, host: 'elsewhere', token: 'a' }],
  ['without an owner', undefined],
])('a fresh lock %s is waited for, until one is told to stop', async (_name, owner) => {
  const lock = join(await emptyDirectory(), 'lock')
  await leaveLock(lock, owner)
  const stopper = new AbortController()
  const waiting = withPullLock(lock, async () => 'worked', {
    signal: stopper.signal,
    onWait: () => stopper.abort(new Error('enough')),
    pollMs: 1,
  })
  await expect(waiting).rejects.toThrow('enough')
})
