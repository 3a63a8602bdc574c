import { expect, it } from 'vitest'
import { settled, testClock } from '../../testing/test-clock.ts'
import { repeatingTask } from './repeating-task.ts'

it('runs at once, then each time after the end of the run before', async () => {
  const clock = testClock()
  const starts: number[] = []
  let end = () => {}
  const task = repeatingTask({
    clock,
    everyMs: 100,
    run: () => {
      starts.push(clock.now())
      return new Promise<void>((resolve) => {
        end = resolve
      })
    },
    onFailure: () => {},
  })
  task.start()
  task.start()
  await clock.advance(0)
  expect(starts).toEqual([0])
  await clock.advance(1000)
  expect(starts).toEqual([0])
  end()
  await settled()
  await clock.advance(99)
  expect(starts).toEqual([0])
  await clock.advance(1)
  expect(starts).toEqual([0, 1100])
})

it('waits longer after each failure, up to a limit, and as before after a success', async () => {
  const clock = testClock()
  const starts: number[] = []
  const failures: number[] = []
  const task = repeatingTask({
    clock,
    everyMs: 100,
    firstAfterMs: 50,
    pauseMsMax: 500,
    run: async () => {
      starts.push(clock.now())
      if (starts.length < 5) throw new Error('away')
    },
    onFailure: (_, inARow) => failures.push(inARow),
  })
  task.start()
  await clock.advance(2000)
  expect(starts.slice(0, 7)).toEqual([50, 250, 650, 1150, 1650, 1750, 1850])
  expect(failures).toEqual([1, 2, 3, 4])
})

it('stops when the run under way has ended, and starts no other', async () => {
  const clock = testClock()
  let starts = 0
  const failures: unknown[] = []
  const task = repeatingTask({
    clock,
    everyMs: 100,
    run: (signal) => {
      starts++
      return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    },
    onFailure: (error) => failures.push(error),
  })
  task.start()
  await clock.advance(0)
  await task.stop()
  await task.stop()
  await clock.advance(1000)
  expect([starts, failures]).toEqual([1, []])
  expect(clock.nextAt()).toBeUndefined()
})
