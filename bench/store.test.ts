import { expect, test } from 'vitest'
import * as pglite from '../src/adapters/store/pglite.ts'
import * as postgresql from '../src/adapters/store/postgresql.ts'
import * as sqlStore from '../src/adapters/store/sql-store.ts'
import { runStoreBench } from './store.ts'

test('a tiny run stores, counts and starts, and repeats its results', async () => {
  const tiny = { contexts: 3, rounds: 1, inBatches: 250, singly: 7, stores: ['postgresql'] } as const
  const modules = { pglite, postgresql, sqlStore }
  const report = await runStoreBench(modules, tiny, () => {})
  expect(report.cases.map(({ name }) => name)).toEqual([
    'PostgreSQL, batches of 100',
    'PostgreSQL, single events',
    'PostgreSQL, visits of 3 contexts in turn',
    'PostgreSQL, start with 3 contexts',
  ])
  for (const { forms } of report.cases) for (const one of forms) expect(one.median).toBeGreaterThan(0)
  expect(report.claims).toHaveLength(3)
  expect((await runStoreBench(modules, tiny, () => {})).resultHash).toBe(report.resultHash)
})
