import { expect, test } from 'vitest'
import type { Population } from '../../core/persona.ts'
import type { RelevanceScorer } from '../../ports/relevance-scorer.ts'
import { clickProbabilities, PAPER_CHOICE } from '../../simulator/click-model.ts'
import { simulatedReader } from './reader.ts'

const persona = (key: string) => ({ key, name: key, description: key, examples: [] })
const context = { key: 'x', task: 'shopping-question', topic: 'Vacuums' }
const RELEVANCE: Readonly<Record<string, readonly [number, number]>> = { a: [10, 1], b: [8, 4], c: [3, 9] }

function scorer(asked: string[] = []): RelevanceScorer {
  return {
    name: 'fixed',
    async score(queries) {
      return queries.map(({ text, persona: { key } }) => {
        asked.push(`${text} ${key}`)
        const relevance = RELEVANCE[text]?.[key === 'one' ? 0 : 1]
        return relevance === undefined
          ? { kind: 'rejected', reason: 'unknown' }
          : { kind: 'scored', relevance }
      })
    },
    async close() {},
  }
}

const population: Population = {
  personas: [
    { persona: persona('one'), weight: 3 },
    { persona: persona('two'), weight: 1 },
  ],
  ...PAPER_CHOICE,
}

test('clicks come as often as the click model says, over all personas', async () => {
  const asked: string[] = []
  const reader = simulatedReader(population, scorer(asked), context, 7)
  const visits = 20_000
  const counts = [0, 0, 0, 0]
  for (let visit = 0; visit < visits; visit++) {
    const position = (await reader.choose(visit, ['a', 'b', 'c'])) ?? 3
    counts[position] = (counts[position] as number) + 1
  }
  const one = clickProbabilities([10, 8, 3])
  const two = clickProbabilities([1, 4, 9])
  for (const [position, count] of counts.entries()) {
    const expected = 0.75 * (one[position] as number) + 0.25 * (two[position] as number)
    const deviation = Math.sqrt((expected * (1 - expected)) / visits)
    expect(Math.abs(count / visits - expected)).toBeLessThan(4 * deviation)
  }
  expect(asked.sort()).toEqual(['a one', 'a two', 'b one', 'b two', 'c one', 'c two'])
})

test('the same visit to the same texts does the same; what the scorer rejects is hardly clicked', async () => {
  const [first, second] = [1, 2].map(() => simulatedReader(population, scorer(), context, 7))
  let clicks = 0
  for (let visit = 0; visit < 2000; visit++) {
    expect(await first?.choose(visit, ['a', 'c'])).toBe(await second?.choose(visit, ['a', 'c']))
    if ((await first?.choose(visit, ['?'])) !== undefined) clicks++
  }
  expect(clicks).toBeLessThan(20)
})
