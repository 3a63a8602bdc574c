import { expect, test } from 'vitest'
import * as scorers from '../src/adapters/relevance-scorer/length.ts'
import * as grammar from '../src/adapters/writer/grammar.ts'
import * as settings from '../src/core/settings.ts'
import * as strategies from '../src/core/strategies/index.ts'
import * as audiences from '../src/lab/audience-file.ts'
import * as run from '../src/lab/run.ts'
import * as tasks from '../src/lab/task-file.ts'
import * as simulator from '../src/simulator/audience.ts'
import { wordEncoder } from '../src/testing/word-encoder.ts'
import { runLoopBench } from './loop.ts'

const modules = { run, tasks, audiences, settings, strategies, grammar, scorers, simulator }

test('a tiny run times every size, asks for each vector once and repeats its results', async () => {
  const tiny = { runs: [1, 3], rounds: 2, iterationsTimed: 2, processes: [] }
  const encoder = wordEncoder()
  const report = await runLoopBench(modules, tiny, encoder, () => {})
  expect(report.cases.map(({ name }) => name)).toEqual([
    'explore-exploit, 1 iterations, vectors kept',
    'explore-exploit, 3 iterations, vectors kept',
  ])
  for (const { forms } of report.cases) {
    const [whole, writer] = forms.map((form) => form.median) as [number, number]
    expect(whole).toBeGreaterThan(writer)
    expect(writer).toBeGreaterThan(0)
  }
  expect(report.claims).toHaveLength(2)
  expect(encoder.asked.length).toBeGreaterThan(0)
  expect(new Set(encoder.asked).size).toBe(encoder.asked.length)
  const again = await runLoopBench(modules, tiny, wordEncoder(), () => {})
  expect(again.resultHash).toBe(report.resultHash)
})
