import { expect, test } from 'vitest'
import type { Lane } from './local-engine.ts'
import { laneQueue } from './local-lanes.ts'

const ANY = () => true

test('lends a lane to one request at a time, in the order they came', async () => {
  const { lanes, queue } = twoLanes()
  const begun: number[] = []
  const busy = new Set<Lane>()
  let most = 0
  const work = (number: number) => async (lane: Lane) => {
    expect(busy.has(lane)).toBe(false)
    busy.add(lane)
    most = Math.max(most, busy.size)
    begun.push(number)
    await Promise.resolve()
    busy.delete(lane)
  }
  await Promise.all([0, 1, 2, 3, 4, 5].map((number) => queue.use(ANY, work(number))))
  expect(begun).toEqual([0, 1, 2, 3, 4, 5])
  expect(most).toBe(lanes.length)
})

test('takes a free lane that suits, and any other rather than wait', async () => {
  const { lanes, queue } = twoLanes()
  const suits = (lane: Lane) => lane === lanes[1]
  const used = await Promise.all([
    queue.use(suits, async (lane) => lane),
    queue.use(suits, async (lane) => lane),
  ])
  expect(used).toEqual([lanes[1], lanes[0]])
})

test('a failure gives the lane back, and is idle once all has ended', async () => {
  const { queue } = twoLanes()
  const ended: string[] = []
  const failing = () => queue.use(ANY, () => Promise.reject(new Error('no')))
  const failures = Promise.allSettled([failing(), failing(), failing()])
  const last = queue.use(ANY, async () => void ended.push('last'))
  await queue.idle()
  expect(ended).toEqual(['last'])
  await last
  expect((await failures).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
})

function twoLanes() {
  const lanes: readonly Lane[] = [{ slots: [] }, { slots: [] }]
  return { lanes, queue: laneQueue(lanes) }
}
