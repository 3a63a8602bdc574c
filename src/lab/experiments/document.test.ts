import { expect, test } from 'vitest'
import { DEFAULT_SETTINGS } from '../../core/settings.ts'
import { csvText, sectionsMarkdown, sectionsText } from './document.ts'
import { effortOf, measuredCallSeconds } from './effort.ts'
import type { ExperimentCase } from './plan.ts'
import type { RunFigures } from './run-line.ts'

const table = {
  kind: 'table' as const,
  title: 'T',
  header: ['a', 'b'],
  rows: [
    ['x|y <b>', '1'],
    ['z', '12'],
  ],
}

test('a terminal gets padded columns, Markdown a table in which names are data', () => {
  expect(sectionsText([table])).toBe('T\n\na         b\nx|y <b>   1\nz        12\n')
  expect(sectionsMarkdown('All', [table])).toContain('| x\\|y \\<b\\> | 1 |')
})

test('cells of CSV are quoted where they must be, and are no formulas', () => {
  expect(
    csvText(
      ['a', 'b'],
      [
        ['x,"y"', 1.5],
        ['=1+1', null],
      ],
    ),
  ).toBe('a,b\n"x,""y""",1.5\n\'=1+1,\n')
})

test('what strategies share is counted once', () => {
  const one = (strategy: string, audience: string) =>
    ({
      name: { domain: 'd', topic: 't', seed: 1, strategy, audience },
      settings: DEFAULT_SETTINGS,
      task: { needsArticle: false },
    }) as ExperimentCase
  const calls = (...cases: ExperimentCase[]) => effortOf(cases, 'completion', 1).calls
  const first = calls(one('no-drop', 'a'))
  // Five first texts and fifteen more, four candidates each, and a third more for what is refused.
  expect(first).toBe((5 + 15) * 4 * 1.35)
  expect(calls(one('no-drop', 'a'), one('no-drop', 'b'))).toBe(first)
  expect(calls(one('no-drop', 'a'), one('full-ctr', 'a'))).toBe(first + 15 * 4 * 1.35)
  expect(calls(one('explore-exploit', 'a'))).toBe((5 + 30) * 4 * 1.35)
  expect(effortOf([one('full-ctr', 'a')], 'stand-in', 1).calls).toBe(0)
})

test('texts about articles take longer than others, and variants share what hangs on no clicks', () => {
  const one = (strategy: string, needsArticle: boolean, variant?: string) =>
    ({
      name: { domain: 'd', topic: 't', seed: 1, strategy, audience: 'a', variant },
      settings: DEFAULT_SETTINGS,
      task: { needsArticle },
    }) as ExperimentCase
  const seconds = (...cases: ExperimentCase[]) => effortOf(cases, 'completion', 1).seconds
  expect(seconds(one('full-ctr', true))).toBeGreaterThan(1.3 * seconds(one('full-ctr', false)))
  // A machine that has shown what a call takes is believed.
  const run = { kind: 'finished', domain: 'd', usage: { modelCalls: 10, seconds: 30 } } as RunFigures
  const measured = measuredCallSeconds([run])
  const own = effortOf([one('full-ctr', false)], 'completion', 1, measured).seconds
  expect(own / seconds(one('full-ctr', false))).toBeCloseTo(3 / 0.25, 1)
  const calls = (...cases: ExperimentCase[]) => effortOf(cases, 'chat', 1).calls
  expect(calls(one('no-drop', false), one('no-drop', false, 'T=1'))).toBe(calls(one('no-drop', false)))
  expect(calls(one('full-ctr', false), one('full-ctr', false, 'T=1'))).toBe(Math.round((1 + 15 + 15) * 1.2))
})
