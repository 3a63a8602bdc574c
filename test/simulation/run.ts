import { parseArgs } from 'node:util'
import { simulate } from './simulate.ts'
import { BrokenLaw } from './world.ts'

/** `npm run simulate -- --seed 123 [--seeds 5000] [--trace 1000]`: seeds from 123 on; stops at the first broken law. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    trace: { type: 'string', default: '40' },
  },
})
const [first, count, traceLines] = [whole(values.seed), whole(values.seeds), whole(values.trace)]
const sums = { iterations: 0, visits: 0, killed: 0, asked: 0 }
try {
  for (let seed = first; seed < first + count; seed++) {
    const result = await simulate(seed, { traceLines })
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += result[name]
  }
  process.stdout.write(
    `${count} seeds from ${first}: no law broken. ${sums.visits} visits, ${sums.iterations} iterations, ` +
      `${sums.killed} nodes killed, ${sums.asked} requests to writers.\n`,
  )
} catch (error) {
  if (!(error instanceof BrokenLaw)) throw error
  process.stdout.write(`${error.message}\n`)
  process.exitCode = 1
}

function whole(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) {
    process.stderr.write(`"${text}" is no whole number\n`)
    process.exit(2)
  }
  return value
}
