import { Histogram, Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { DurationCounts, PlainHistogram } from './plain-histogram.ts'

it('shows Prometheus what its own histogram would', async () => {
  const counts = new DurationCounts([0.001, 0.01, 0.1])
  const plain = new Registry()
  const own = new Registry()
  new PlainHistogram({ name: 'slates', help: 'Help.', registers: [plain] }, counts)
  const histogram = new Histogram({
    name: 'slates',
    help: 'Help.',
    buckets: [0.001, 0.01, 0.1],
    registers: [own],
  })
  expect(await plain.metrics()).toBe(await own.metrics())
  for (const [seconds, times] of [
    [0.0005, 3],
    [0.001, 2],
    [0.05, 1],
    [7, 2],
  ] as const) {
    counts.add(seconds, times)
    for (let time = 0; time < times; time++) histogram.observe(seconds)
  }
  expect(await plain.metrics()).toBe(await own.metrics())
})
