import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

test('begins jobs in order, never more at once than allowed, and all of them', async () => {
  const begun: number[] = []
  let atOnce = 0
  let most = 0
  await sideBySide(
    Array.from({ length: 20 }, (_, job) => job),
    3,
    async (job) => {
      begun.push(job)
      most = Math.max(most, ++atOnce)
      for (let turn = 0; turn <= job % 4; turn++) await setImmediate()
      atOnce--
    },
  )
  expect(begun).toEqual([...begun].sort((a, b) => a - b))
  expect(begun).toHaveLength(20)
  expect(most).toBe(3)
})

test('the first failure stops the others, and is thrown after they have ended', async () => {
  const ended: string[] = []
  const work = async (job: string, signal: AbortSignal) => {
    if (job === 'bad') {
      await setImmediate()
      throw new Error('broken')
    }
    while (!signal.aborted) await setImmediate()
    ended.push(job)
    throw signal.reason
  }
  await expect(sideBySide(['slow', 'bad', 'never'], 2, work)).rejects.toThrow('broken')
  expect(ended).toEqual(['slow'])
})

test('after a failure that lets others end, they end, and nothing more begins', async () => {
  const ended: string[] = []
  const running = sideBySide(
    ['slow', 'spent', 'never'],
    2,
    async (job, signal) => {
      if (job === 'spent') throw new Error('spent')
      for (let turn = 0; turn < 5; turn++) await setImmediate()
      signal.throwIfAborted()
      ended.push(job)
    },
    { letsOthersEnd: (error) => (error as Error).message === 'spent' },
  )
  await expect(running).rejects.toThrow('spent')
  expect(ended).toEqual(['slow'])
})

test('an aborted signal begins nothing more and throws its reason', async () => {
  const stop = new AbortController()
  const begun: number[] = []
  const running = sideBySide(
    [1, 2, 3],
    1,
    async (job) => {
      begun.push(job)
      stop.abort(new Error('enough'))
    },
    { signal: stop.signal },
  )
  await expect(running).rejects.toThrow('enough')
  expect(begun).toEqual([1])
  await expect(sideBySide([1], 0, async () => {})).rejects.toThrow(RangeError)
})
