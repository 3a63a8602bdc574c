import { expect, test } from 'vitest'
import { memoryStore } from '../src/adapters/store/memory.ts'
import * as grammar from '../src/adapters/writer/grammar.ts'
import * as clock from '../src/compose/system-clock.ts'
import * as config from '../src/core/live/context-config.ts'
import * as optimizer from '../src/optimizer/optimizer.ts'
import { runOptimizerBench } from './optimizer.ts'

const modules = { optimizer, config, grammar, clock }

test('a tiny run rewrites every context each round and repeats its results', async () => {
  const tiny = { contexts: 3, rounds: 2 }
  const run = () => runOptimizerBench(modules, tiny, [['memory', async () => memoryStore()]], () => {})
  const report = await run()
  expect(report.cases[0]?.forms.map(({ median }) => median > 0)).toEqual([true, true])
  expect((await run()).resultHash).toBe(report.resultHash)
})
