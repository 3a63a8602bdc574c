import { addUsage, NO_USAGE } from '../../core/usage.ts'
import { shownStrategy } from '../../lab/experiments/matched.ts'
import type { RunFigures } from '../../lab/experiments/run-line.ts'
import { count, dollars, duration } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ExperimentResults } from './experiment-results.ts'
import { tableHtml } from './section-html.ts'

/** Refused candidates by reason, and what the writer took, by strategy. Every finished run counts. */
export function effortPart({ record }: ExperimentResults, id: string): Html | null {
  const { strategies } = record.plan
  const finished = [...record.runs.values()].filter((run) => run.kind === 'finished')
  if (finished.length === 0) return null
  const byStrategy = strategies.map((strategy) => finished.filter((run) => run.strategy === strategy))
  const columns = [...byStrategy, finished]
  const header = (name: string) => [
    name,
    ...strategies.map((strategy) => shownStrategy(strategy, record.matched)),
    'all',
  ]
  const reasons = refusalReasons(finished)
  const row = (name: string, of: (runs: readonly RunFigures[]) => string) => [name, ...columns.map(of)]
  const usage = columns.map((runs) => runs.reduce((sum, run) => addUsage(sum, run.usage), NO_USAGE))
  return html`<section><h3 id="${id}-refused">Refused candidates</h3>
${
  reasons.length === 0
    ? html`<p>No candidate was refused.</p>`
    : html`<p class="note">Candidates by the check that refused them, over all finished runs. Texts not managed are places left empty after all tries.</p>
${tableHtml({
  header: header('reason'),
  rows: [
    ...reasons.map((reason) =>
      row(reason, (runs) => count(sum(runs, ({ refused }) => refused[reason] ?? 0))),
    ),
    row('all reasons', (runs) => count(sum(runs, ({ refused }) => total(refused)))),
    row('a run', (runs) =>
      runs.length === 0 ? '' : (sum(runs, ({ refused }) => total(refused)) / runs.length).toFixed(1),
    ),
    row('texts not managed', (runs) => count(sum(runs, ({ birthsMissed }) => birthsMissed))),
  ],
})}`
}</section>
<section><h3 id="${id}-effort">Time, tokens and cost</h3>
<p class="note">What each run's answers took when they were first written. Answers that several runs share were asked once and count in each of them, so sums are more than was spent. Time is the writer's. The cost is unknown as soon as one answer's is.</p>
${tableHtml({
  header: header(''),
  rows: [
    row('runs', (runs) => count(runs.length)),
    ['model calls', ...usage.map(({ modelCalls }) => count(modelCalls))],
    ['input tokens', ...usage.map(({ inputTokens }) => count(inputTokens))],
    ['output tokens', ...usage.map(({ outputTokens }) => count(outputTokens))],
    ['model time', ...usage.map(({ seconds }) => duration(seconds))],
    ['cost', ...usage.map(({ costUsd }) => (costUsd === null ? 'unknown' : dollars(costUsd)))],
  ],
})}</section>
`
}

/** Most frequent first. */
function refusalReasons(runs: readonly RunFigures[]): string[] {
  const times = new Map<string, number>()
  for (const { refused } of runs) {
    for (const [reason, number] of Object.entries(refused))
      times.set(reason, (times.get(reason) ?? 0) + number)
  }
  return [...times].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([reason]) => reason)
}

function sum(runs: readonly RunFigures[], of: (run: RunFigures) => number): number {
  return runs.reduce((total, run) => total + of(run), 0)
}

function total(refused: Readonly<Record<string, number>>): number {
  return Object.values(refused).reduce((sum, number) => sum + number, 0)
}
