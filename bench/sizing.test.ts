import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as pglite from '../src/adapters/store/pglite.ts'
import * as postgresql from '../src/adapters/store/postgresql.ts'
import * as sqlStore from '../src/adapters/store/sql-store.ts'
import type { CaseReport } from './harness/bench.ts'
import { sizingTable } from './sizing/table.ts'
import { runSizingBench } from './sizing.ts'

test('a tiny run measures a node, its disk and what it asks', async () => {
  const report = await runSizingBench(
    { pglite, postgresql, sqlStore },
    { contexts: [3], events: 500, slates: 30, iterations: 1, stores: ['postgresql'], program: 'source' },
    () => {},
  )
  expect(report.cases.map(({ forms }) => forms.length)).toEqual([3, 2, 4])
  for (const { forms } of report.cases) for (const one of forms) expect(one.median).toBeGreaterThan(0)
}, 120_000)

test('docs/operations.md has the figures of the latest record', () => {
  const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8')
  const records = JSON.parse(read('./results/sizing.json')) as { cases: readonly CaseReport[] }[]
  expect(read('../docs/operations.md')).toContain(sizingTable(records.at(-1) ?? { cases: [] }))
})
