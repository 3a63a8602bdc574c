import { ablationResults, ablationSections } from '../../../lab/experiments/ablation.ts'
import { tableMarkdown } from '../../../lab/experiments/document.ts'
import type { Estimate } from '../../../lab/experiments/estimate.ts'
import { lastCtr, overallDifference } from '../../../lab/experiments/figures.ts'
import { percentWithInterval } from '../../../lab/experiments/results-text.ts'
import type { ExperimentResults } from '../experiment-results.ts'
import { code, negated, pointsText, sideOf } from './words.ts'

/** Whether the writer uses the rates it is shown: the length test, and what else bears on it. */
export function numbersPart(experiments: readonly ExperimentResults[]): string[] {
  const of = (experiment: string) => experiments.filter(({ record }) => record.plan.experiment === experiment)
  const lengths = of('length')
  return [
    '## Does the writer use the numbers?',
    ...(lengths.length === 0
      ? [
          'The length test, where relevance is nothing but the length of a text, is not among the stored runs, so this is not settled here. `npx forage lab length --preset small` makes it.',
        ]
      : lengths.flatMap(lengthPart)),
    ...of('table5').flatMap(table5Evidence),
    ...of('ablation').flatMap(ablationPart),
  ]
}

/** By measure of the length test, whether rates in the prompt help. */
export function numbersInShort(experiments: readonly ExperimentResults[]): string {
  const rows = experiments
    .filter(({ record }) => record.plan.experiment === 'length')
    .flatMap(lengthRows)
    .flatMap(({ measure, rates }) => (rates === null ? [] : [{ measure, side: sideOf(rates) }]))
  if (rows.length === 0) return 'not settled, for want of the length test'
  const words = { above: 'yes', below: 'no, to the contrary', 'not-clear': 'not shown' }
  return `in the length test ${rows.map(({ measure, side }) => `${words[side]} for ${code(measure)}`).join(', ')}`
}

function lengthRows({ record, complete, figures }: ExperimentResults) {
  return figures.audiences.map((one) => {
    const difference = (pair: readonly [string, string]) =>
      pair.every((strategy) => record.plan.strategies.includes(strategy))
        ? overallDifference(complete, [one], pair, lastCtr)
        : null
    return {
      measure: one.audience,
      strategies: one.strategies,
      rates: difference(['full-ctr', 'partial-ctr']),
      control: difference(['full-ctr', 'random-ctr']),
      dropping: difference(['partial-ctr', 'random-ctr']),
    }
  })
}

function lengthPart(one: ExperimentResults): string[] {
  const { plan, writer } = one.record
  const rows = lengthRows(one)
  if (rows.length === 0) return ['No case of the length test is finished by every strategy yet.']
  const cell = (estimate: Estimate | null) => (estimate === null ? '' : percentWithInterval(estimate))
  return [
    `The length test with writer ${code(writer)}: ${plan.settings.iterations} iterations, seeds ${plan.seeds.join(', ')}. Relevance is the length of a text, so the rates are all that a writer can follow. CTR of the last pool in %, and differences in points, with 95 % intervals over topics.`,
    tableMarkdown(
      ['measure', ...plan.strategies, 'full-ctr less partial-ctr', 'partial-ctr less random-ctr'],
      rows.map(({ measure, strategies, rates, dropping }) => [
        measure,
        ...strategies.map(({ last }) => percentWithInterval(last)),
        cell(rates),
        cell(dropping),
      ]),
    ),
    rows.map((row) => `- ${lengthLine(row)}`).join('\n'),
  ]
}

interface LengthRow {
  readonly measure: string
  readonly rates: Estimate | null
  readonly control: Estimate | null
  readonly dropping: Estimate | null
}

function lengthLine({ measure, rates, control, dropping }: LengthRow): string {
  const parts: string[] = []
  if (rates !== null) {
    const other = `${code('partial-ctr')}, which sees the same log without them`
    const words = {
      above: `the writer uses the rates: ${code('full-ctr')} ends ${pointsText(rates)} above ${other}`,
      below: `the writer makes no good use of the rates: ${code('full-ctr')} ends ${pointsText(negated(rates))} below ${other}`,
      'not-clear': `these runs do not show that the writer uses the rates: ${code('full-ctr')} less ${other}, is ${pointsText(rates)}`,
    }
    parts.push(words[sideOf(rates)])
  }
  if (control !== null) {
    const words = { above: 'clearly more', below: 'clearly less', 'not-clear': 'not clear' }
    parts.push(`${code('full-ctr')} less made-up rates is ${pointsText(control)}, ${words[sideOf(control)]}`)
  }
  if (dropping !== null) {
    const words = { above: 'clearly more', below: 'clearly less', 'not-clear': 'not clear' }
    parts.push(
      `dropping what is seldom clicked, with no rates in the prompt, gives ${pointsText(dropping)}, ${words[sideOf(dropping)]}`,
    )
  }
  return `${code(measure)}: ${parts.join('; ')}.`
}

/** In the main experiment the same pair bears on it, but relevance is in the words too. */
function table5Evidence({ record, complete, figures }: ExperimentResults): string[] {
  const pair = ['full-ctr', 'partial-ctr'] as const
  if (!pair.every((strategy) => record.plan.strategies.includes(strategy))) return []
  const difference = overallDifference(complete, figures.audiences, pair, lastCtr)
  if (difference === null) return []
  const words = {
    above: 'which is clear',
    below: 'which is clear',
    'not-clear': difference.interval === null ? 'of one topic, so without an interval' : 'which is not clear',
  }
  return [
    `In the main experiment ${code('full-ctr')} less ${code('partial-ctr')}, which sees the same log without rates and drops by the same rule, is ${pointsText(difference)}, ${words[sideOf(difference)]}.`,
  ]
}

function ablationPart({ record }: ExperimentResults): string[] {
  const results = ablationResults(record.plan, record, 0)
  const table = ablationSections(record.plan, results, record).find(
    (section) => section.kind === 'table' && section.title === 'What each part gives',
  )
  if (table?.kind !== 'table') return []
  return [
    `What each part of the prompt gives (\`forage lab ablation\`, writer ${code(record.writer)}), in points, with 95 % intervals over topics:`,
    tableMarkdown(table.header, table.rows),
  ]
}
