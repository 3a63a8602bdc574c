import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { directoryPlace, serverPlace } from '../faults/places.ts'
import { ownTemporaryDirectory } from '../leave-nothing.ts'
import { lateGrowthMb, type MemorySample, soak } from './soak.ts'

/**
 * `npm run soak -- --minutes 10 --store pglite|postgresql --seed 1`: ends with 1 when something was lost, counters
 * differ from a recount, or memory still grows in the second half of a run of five minutes or more.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    store: { type: 'string', default: 'pglite' },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
const isWrong =
  !(minutes > 0 && minutes <= 10_000) ||
  !Number.isSafeInteger(seed) ||
  !['pglite', 'postgresql'].includes(values.store)
if (isWrong) {
  process.stderr.write('give --minutes above 0, --seed as a whole number, --store pglite or postgresql\n')
  process.exit(2)
}

/** The heap is seen at any point between two collections, so single samples say little. */
const GROWTH_MB_MAX = 40
const JUDGED_MINUTES_MIN = 5

ownTemporaryDirectory()
const where = values.store === 'pglite' ? await directoryPlace() : await serverPlace()
try {
  process.stdout.write(
    `${values.store}, ${minutes} minutes, seed ${seed}, ${availableParallelism()} cores, Node ${process.version}\n`,
  )
  process.stdout.write(`${row(['seconds', 'RSS MB', 'heap MB', 'answers'])}\n`)
  const onSample = ({ seconds, rssMb, heapMb, answers }: MemorySample) =>
    process.stdout.write(
      `${row([seconds.toFixed(0), rssMb?.toFixed(0) ?? '-', heapMb.toFixed(0), String(answers)])}\n`,
    )
  const { place } = where
  const { broken, counts, samples } = await soak({ seed, minutes, place, program: 'build', onSample })
  const told = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  process.stdout.write(`${told.join(', ')}\n`)
  const all = [...broken]
  for (const which of ['rssMb', 'heapMb'] as const) {
    const growth = lateGrowthMb(samples, which)
    process.stdout.write(
      `${which === 'rssMb' ? 'RSS' : 'heap'} of the last quarter less the third: ${growth?.toFixed(1) ?? '-'} MB\n`,
    )
    if (minutes >= JUDGED_MINUTES_MIN && growth !== null && growth > GROWTH_MB_MAX) all.push(`${which} grows`)
  }
  for (const law of all) process.stdout.write(`  BROKEN: ${law}\n`)
  process.stdout.write(
    all.length === 0 ? 'nothing lost, counters equal a recount\n' : `${all.length} promises broken\n`,
  )
  if (all.length > 0) process.exitCode = 1
} finally {
  await where.remove()
}

function row(cells: readonly string[]): string {
  return cells.map((cell) => cell.padStart(10)).join('')
}
