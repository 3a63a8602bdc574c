import { expect, test } from 'vitest'
import { grammarWriter } from '../src/adapters/writer/grammar.ts'
import { meanInterval, pairedDifferences } from '../src/core/statistics/mean.ts'
import type { RunSummary } from '../src/lab/run-events.ts'
import { scorerFrom } from '../src/library/own-parts.ts'
import { run } from '../src/library/run.ts'
import { simulatedAudience } from '../src/simulator/audience.ts'

/**
 * The strategies against a truth that is known: an audience that wants what a product costs, and likes some
 * subjects a little. The writer is the grammar, which follows rates most of the time, as a weak model would.
 */
const SEEDS = Array.from({ length: 50 }, (_, index) => index + 1)

const scorer = scorerFrom('truth', ({ text }) => {
  if (/cost|price|expensive|cheap|money|afford|pay|value/i.test(text)) return 9
  return /last|warranty|repair|spare/i.test(text) ? 5 : 2
})
const population = {
  personas: [
    {
      persona: { key: 'thrifty', name: 'Thrifty', description: 'Wants to spend little.', examples: [] },
      weight: 1,
    },
  ],
  choiceTemperature: 1.5,
  noClickScore: 11,
}

async function summary(strategy: string, seed: number): Promise<RunSummary> {
  const audience = simulatedAudience({ population, scorer })
  const options = {
    task: 'shopping-question',
    topic: 'Rain Boots',
    writer: grammarWriter(),
    audience,
    strategy,
    seed,
  }
  for await (const event of run(options)) if (event.kind === 'run-finished') return event.summary
  throw new Error('the run did not finish')
}

test('explore-exploit beats random-ctr and full-ctr, and random-ctr stays where it began', async () => {
  const last: Record<string, number[]> = {}
  const first: number[] = []
  for (const strategy of ['explore-exploit', 'full-ctr', 'random-ctr']) {
    const summaries = []
    for (const seed of SEEDS) summaries.push(await summary(strategy, seed))
    last[strategy] = summaries.map(({ lastCtr }) => lastCtr)
    if (strategy === 'random-ctr') first.push(...summaries.map(({ firstCtr }) => firstCtr))
  }
  const lead = (over: string) => meanInterval(pairedDifferences(last['explore-exploit']!, last[over]!), 0.99)
  expect(lead('random-ctr')[0]).toBeGreaterThan(0.05)
  expect(lead('full-ctr')[0]).toBeGreaterThan(0)
  const drift = meanInterval(pairedDifferences(last['random-ctr']!, first), 0.99)
  expect(drift[0]).toBeLessThan(0.1)
})

test('all strategies begin with the same pool and the same visitors', async () => {
  const firsts = await Promise.all(
    ['explore-exploit', 'full-ctr', 'partial-ctr', 'random-ctr', 'no-drop'].map((strategy) =>
      summary(strategy, 7),
    ),
  )
  expect(new Set(firsts.map(({ firstCtr }) => firstCtr)).size).toBe(1)
})
