import { describe, expect, test } from 'vitest'
import { agreementReport } from './agreement-report.ts'
import type { Check, PairCheck, PoolCheck, Side } from './check.ts'

const common = { task: 'shopping-question', topic: 'Vacuums', people: 'Price' }
const pair = (id: string, higher: Side, scorer = 'embedding'): PairCheck => {
  const [left, right] = higher === 'left' ? [7, 2] : [2, 7]
  const text = (relevance: number) => ({ text: `Relevance ${relevance}?`, relevance })
  return { ...common, id, kind: 'question-pair', scorer, left: text(left), right: text(right), higher }
}
const pools = (id: string, last: Side, iteration = 15): PoolCheck => {
  const pool = (at: number) => ({ iteration: at, poolCtr: 0.1, texts: ['One?'] })
  const [left, right] = last === 'left' ? [pool(iteration), pool(0)] : [pool(0), pool(iteration)]
  const made = { strategy: 'explore-exploit', seed: 1, writer: 'local', scorer: 'embedding' }
  return { ...common, ...made, id, kind: 'pool-comparison', left, right, last }
}
/** One person's choices as letters; a dot is a missing answer. */
const person = (name: string, letters: string) => ({
  name,
  choices: [...letters].map((letter) => (letter === '.' ? undefined : letter === 'l' ? 'left' : 'right')),
})

describe('question pairs', () => {
  const checks = [
    pair('1', 'left'),
    pair('2', 'left'),
    pair('3', 'right', 'words'),
    pair('4', 'right', 'words'),
  ]

  test('count where at least two answered; the scorer is judged where these agree', () => {
    const { questionPairs } = agreementReport(checks, [person('ann', 'llrl'), person('ben', 'lr.l')])
    // Agreed: 1 (right) and 4 (wrong). The second is disputed, the third has one answer.
    expect(questionPairs).toMatchObject({
      checks: 4,
      scorers: ['embedding', 'words'],
      agreed: { successes: 2, trials: 3, share: 2 / 3 },
      scorerRight: { successes: 1, trials: 2, share: 0.5 },
      scorerRightBy: {
        embedding: { successes: 1, trials: 1 },
        words: { successes: 0, trials: 1 },
      },
    })
  })

  test('with one scorer are not split, and without comparisons nothing is said of them', () => {
    const { questionPairs, poolComparisons, annotators } = agreementReport(checks.slice(0, 2), [
      person('ann', 'l.'),
      person('ben', '.l'),
    ])
    expect(questionPairs.scorerRightBy).toEqual({})
    expect(questionPairs.agreed).toEqual({ successes: 0, trials: 0 })
    expect(questionPairs.scorerRight).toEqual({ successes: 0, trials: 0 })
    expect(poolComparisons).toEqual({
      checks: 0,
      strategies: [],
      agreement: { units: 0, unanimous: 0, kappaPairs: 0 },
      agreed: { successes: 0, trials: 0 },
      lastPreferred: { successes: 0, trials: 0 },
      split: 0,
    })
    expect(annotators[0]).toEqual({ name: 'ann', answered: 1, missing: ['2'] })
  })
})

describe('pool comparisons', () => {
  test('go by the majority of those who answered, one alone included; even splits stand apart', () => {
    const checks: Check[] = ['1', '2', '3', '4', '5'].map((id) => pools(id, 'right'))
    const people = [person('ann', 'rrr..'), person('ben', 'rll..'), person('cat', 'l.lr.')]
    const { poolComparisons } = agreementReport(checks, people)
    // 1: two of three for the last. 2: split. 3: two of three against. 4: one answer, for. 5: none.
    expect(poolComparisons).toMatchObject({
      checks: 5,
      lastIteration: 15,
      lastPreferred: { successes: 2, trials: 3 },
      split: 1,
      pValue: 1,
      agreed: { successes: 0, trials: 3 },
    })
  })

  test('of runs of different length have no last iteration in common', () => {
    const checks = [pools('1', 'left', 15), pools('2', 'left', 40)]
    const { poolComparisons } = agreementReport(checks, [person('ann', 'll'), person('ben', 'll')])
    expect(poolComparisons.lastIteration).toBeUndefined()
    expect(poolComparisons.pValue).toBe(0.5)
  })
})
