import { expect, test } from 'vitest'
import { directoryPlace } from '../faults/places.ts'
import { lateGrowthMb, type MemorySample, soak } from './soak.ts'

test('a short soak loses nothing, and its counters equal a recount', async () => {
  const { place, remove } = await directoryPlace()
  try {
    const { broken, counts, samples } = await soak({ seed: 1, minutes: 0.1, place, contexts: 3 })
    expect(broken).toEqual([])
    expect(counts['events acknowledged']).toBeGreaterThan(0)
    expect(samples).toHaveLength(20)
    expect(samples.every(({ heapMb }) => heapMb > 0)).toBe(true)
  } finally {
    await remove()
  }
}, 300_000)

test('growth is told from memory that has settled', () => {
  const sample = (heapMb: number): MemorySample => ({ seconds: 0, rssMb: null, heapMb, answers: 0 })
  const settled = [10, 40, 60, 70, 70, 72, 69, 70].map(sample)
  const growing = [10, 20, 30, 40, 50, 60, 70, 80].map(sample)
  expect(lateGrowthMb(settled, 'heapMb')).toBe(-2)
  expect(lateGrowthMb(growing, 'heapMb')).toBe(20)
  expect(lateGrowthMb(settled, 'rssMb')).toBeNull()
})
