import { expect, test } from 'vitest'
import { directoryPlace, serverPlace } from './places.ts'
import { storm } from './storm.ts'

// Longer with `npm run faults`.

test('a node that is killed again and again loses nothing: a directory', async () => {
  const { place, remove } = await directoryPlace()
  try {
    const { broken, counts } = await storm({ place, seed: 1, nodes: 1, kills: 2 })
    expect(broken).toEqual([])
    expect(counts['nodes killed']).toBe(2)
    expect(counts['of these ended by another process']).toBeGreaterThan(0)
    expect(counts['with answers already paid for']).toBeGreaterThan(0)
    expect(counts.iterations).toBeGreaterThan(2)
  } finally {
    await remove()
  }
}, 300_000)

test('three nodes and their database are killed, and lose nothing: PostgreSQL', async () => {
  const { remove, ...where } = await serverPlace()
  try {
    const { broken, counts, databaseKills } = await storm({ ...where, seed: 5, nodes: 3, kills: 3 })
    expect(broken).toEqual([])
    expect(databaseKills).toBeGreaterThan(0)
    expect(counts['nodes killed']).toBeGreaterThan(0)
    expect(counts['of these ended by another process']).toBeGreaterThan(0)
    expect(counts['with answers already paid for']).toBeGreaterThan(0)
    expect(counts.iterations).toBeGreaterThan(2)
  } finally {
    await remove()
  }
}, 300_000)
