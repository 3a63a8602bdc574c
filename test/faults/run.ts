import { parseArgs } from 'node:util'
import { ownTemporaryDirectory } from '../leave-nothing.ts'
import { directoryPlace, serverPlace } from './places.ts'
import { storm } from './storm.ts'

/**
 * `npm run faults -- --rounds 3 --store pglite|postgresql --seed 1 --nodes 3 --kills 20`: rounds with seeds from
 * `--seed` on. Ends with 1 when a law is broken.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '1' },
    store: { type: 'string', default: 'pglite' },
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '1' },
    kills: { type: 'string', default: '10' },
  },
})
ownTemporaryDirectory()
const rounds = whole('--rounds', values.rounds, 1)
const seed = whole('--seed', values.seed, 0)
const nodes = whole('--nodes', values.nodes, 1)
const kills = whole('--kills', values.kills, 0)
if (values.store !== 'pglite' && values.store !== 'postgresql') wrong('--store: give pglite or postgresql')
if (values.store === 'pglite' && nodes > 1)
  wrong('--nodes: a directory has one node; give --store postgresql')

for (let round = 0; round < rounds; round++) {
  const where = values.store === 'pglite' ? await directoryPlace() : await serverPlace()
  try {
    const { broken, counts, databaseKills } = await storm({
      ...where,
      seed: seed + round,
      nodes,
      kills,
      program: 'build',
      say: (what) => process.stderr.write(`${what}\n`),
    })
    const told = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
    process.stdout.write(
      `${values.store}, ${nodes} nodes, seed ${seed + round}: ${told.join(', ')}, database killed ${databaseKills}\n`,
    )
    for (const law of broken) process.stdout.write(`  BROKEN: ${law}\n`)
    process.stdout.write(broken.length === 0 ? '  no law broken\n' : '')
    if (broken.length > 0) process.exitCode = 1
  } finally {
    await where.remove()
  }
}

function whole(name: string, text: string, least: number): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= least) return value
  return wrong(`${name}: "${text}" is no whole number of at least ${least}`)
}

function wrong(message: string): never {
  process.stderr.write(`${message}\n`)
  process.exit(2)
}
