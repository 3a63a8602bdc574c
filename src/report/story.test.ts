import { expect, it } from 'vitest'
import { fixtureRun } from '../../test/report-fixture.ts'
import { refusalsOf, storyOf } from './story.ts'

it('follows each item from birth to leaving', () => {
  const story = storyOf(fixtureRun().events)
  expect(story.items).toHaveLength(35)
  for (const item of story.items) {
    const stood = story.iterations
      .filter(({ pool }) => pool.some(({ id }) => id === item.entry.id))
      .map(({ iteration }) => iteration)
    expect(item.bornAt).toBe(stood[0])
    expect(item.leftAt).toBe(stood.at(-1) === 15 ? null : (stood.at(-1) as number) + 1)
    const request = story.requests[item.requestIndex as number]
    expect(request?.iteration).toBe(item.bornAt)
    expect(request?.candidates.some((c) => c.fate === 'born' && c.itemId === item.entry.id)).toBe(true)
  }
})

it('keeps the figures an item had when it was last seen', () => {
  const story = storyOf(fixtureRun().events)
  const gone = story.items.find((item) => item.leftAt !== null && item.leftAt - item.bornAt > 2)!
  const last = story.iterations[(gone.leftAt as number) - 1]!
  expect(gone.entry).toEqual(last.pool.find(({ id }) => id === gone.entry.id))
})

it('sums up a run that was stopped, with what its unfinished iteration took', () => {
  const story = storyOf(fixtureRun({ stoppedAt: 4 }).events)
  expect(story.isFinished).toBe(false)
  expect(story.summary?.iterations).toBe(3)
  expect(story.summary?.gain).toBe(story.iterations[3]!.poolCtr - story.iterations[0]!.poolCtr)
  const calls = story.requests.reduce((sum, request) => sum + request.usage.modelCalls, 0)
  expect(story.usage.modelCalls).toBe(calls)
  expect(calls).toBeGreaterThan(story.summary?.usage.modelCalls as number)
})

it('counts refusals as the iterations do', () => {
  const story = storyOf(fixtureRun({ shortAt: 2 }).events)
  const counted = Object.fromEntries(refusalsOf(story.requests).map(({ reason, times }) => [reason, times]))
  const told: Record<string, number> = {}
  for (const { refused } of story.iterations) {
    for (const [reason, times] of Object.entries(refused)) told[reason] = (told[reason] ?? 0) + (times ?? 0)
  }
  expect(counted).toEqual(told)
})

it('wants the run to begin at its beginning', () => {
  expect(() => storyOf(fixtureRun().events.slice(1))).toThrow(RangeError)
})
