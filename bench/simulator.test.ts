import { expect, test } from 'vitest'
import * as random from '../src/core/random.ts'
import * as rates from '../src/simulator/expected-rates.ts'
import * as visits from '../src/simulator/simulate-visits.ts'
import * as counts from '../src/simulator/slate-counts.ts'
import { runSimulatorBench, type SimulatorModules } from './simulator.ts'

const modules: SimulatorModules = { random, visits, counts, rates }
const tiny = {
  pools: [
    { poolSize: 5, interactions: 500 },
    { poolSize: 12, interactions: 100 },
  ],
  personas: [1, 3],
  rounds: 1,
  roundMs: 0.1,
  checkedVisits: 20_000,
}

test('a tiny run checks every form, times it and repeats its results', async () => {
  const logged: string[] = []
  const report = await runSimulatorBench(modules, tiny, undefined, (line) => logged.push(line))
  expect(logged).toEqual(report.cases.map((measured) => measured.name))
  expect(report.cases).toHaveLength(4)
  for (const { forms } of report.cases) {
    expect(forms.map((form) => form.name)).toEqual(['forage, item totals', 'forage, slates summed by item'])
  }
  const again = await runSimulatorBench(modules, tiny, undefined, () => {})
  expect(again.resultHash).toBe(report.resultHash)
})

test('a form whose rates are wrong is not timed', async () => {
  const wrong: SimulatorModules = {
    ...modules,
    visits: {
      ...visits,
      simulateItemTotals: (plan, stream) => visits.simulateItemTotals({ ...plan, noClickScore: 9 }, stream),
    },
  }
  await expect(runSimulatorBench(wrong, tiny, undefined, () => {})).rejects.toThrow(
    /forage, item totals: clicked is \d+ of 20000 visits/,
  )
})
