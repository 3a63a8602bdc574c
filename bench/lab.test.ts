import { expect, test } from 'vitest'
import * as scorers from '../src/adapters/relevance-scorer/length.ts'
import * as grammar from '../src/adapters/writer/grammar.ts'
import * as settings from '../src/core/settings.ts'
import * as strategies from '../src/core/strategies/index.ts'
import * as plan from '../src/lab/experiments/plan.ts'
import * as runs from '../src/lab/experiments/run-case.ts'
import * as topics from '../src/lab/topic-set.ts'
import * as simulator from '../src/simulator/audience.ts'
import { madeUpTopics, runLabBench } from './lab.ts'

const modules = { plan, runs, topics, settings, strategies, grammar, scorers, simulator }

test('a tiny run times runs alone and with more audiences, and repeats its results', async () => {
  const tiny = { topicsTimed: 1, rounds: 1, hasPaper: false, scales: [] }
  const report = await runLabBench(modules, tiny, () => {})
  expect(report.cases).toHaveLength(1)
  expect(report.cases[0]?.forms.map(({ median }) => median > 0)).toEqual([true, true])
  expect(report.claims).toHaveLength(1)
  const again = await runLabBench(modules, tiny, () => {})
  expect(again.resultHash).toBe(report.resultHash)
})

test('made-up topics are all different', () => {
  const { topics } = madeUpTopics(5000) as { topics: { topic: string }[] }
  expect(new Set(topics.map(({ topic }) => topic)).size).toBe(5000)
  expect(topics.every(({ topic }) => /^[A-Z][a-z]+ [A-Z][a-z]+$/.test(topic))).toBe(true)
})
