import { isDeepStrictEqual } from 'node:util'
import { csvText, type TableSection } from '../../lab/experiments/document.ts'
import { type Estimate, estimateOf } from '../../lab/experiments/estimate.ts'
import { lastCtr, meanOf, type StrategyFigures, type TopicRuns } from '../../lab/experiments/figures.ts'
import { shownStrategy } from '../../lab/experiments/matched.ts'
import {
  estimateCells,
  percent,
  percentWithInterval,
  percentWithReach,
  withInterval,
} from '../../lab/experiments/results-text.ts'
import type { ExperimentResults } from './experiment-results.ts'

/** One population and strategy in every experiment that is compared. */
export interface ComparedRow {
  readonly domain: string
  readonly audience: string
  readonly strategy: string
  /** One an experiment; undefined where it has none. */
  readonly figures: readonly (StrategyFigures | undefined)[]
  /** Last of each experiment less that of the first, topic by topic; null for the first, and where nothing matches. */
  readonly differences: readonly (Estimate | null)[]
}

/** `A`, `B`, ..., `Z`, `AA`. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : letterOf(Math.floor(index / 26) - 1) + letter
}

/** Every population and strategy of any experiment, in the order they come up. */
export function comparedRows(experiments: readonly ExperimentResults[]): ComparedRow[] {
  const names = new Map<string, Pick<ComparedRow, 'domain' | 'audience' | 'strategy'>>()
  for (const { figures } of experiments) {
    for (const { domain, audience, strategies } of figures.audiences) {
      for (const { strategy } of strategies) {
        names.set(JSON.stringify([domain, audience, strategy]), { domain, audience, strategy })
      }
    }
  }
  const order = experiments.flatMap(({ figures }) => figures.audiences.map(({ audience }) => audience))
  return [...names.values()]
    .sort((a, b) => order.indexOf(a.audience) - order.indexOf(b.audience))
    .map((name) => ({
      ...name,
      figures: experiments.map(({ figures }) =>
        figures.audiences
          .find(({ domain, audience }) => domain === name.domain && audience === name.audience)
          ?.strategies.find(({ strategy }) => strategy === name.strategy),
      ),
      differences: experiments.map((other, index) =>
        index === 0 ? null : difference(experiments[0] as ExperimentResults, other, name),
      ),
    }))
}

/** Topics in both before the same population, each by the seeds that both have. */
function difference(
  base: ExperimentResults,
  other: ExperimentResults,
  { domain, audience, strategy }: Pick<ComparedRow, 'domain' | 'audience' | 'strategy'>,
): Estimate | null {
  const [ours, theirs] = [base, other].map(({ record }) => {
    const known = record.plan.domains.find(({ key }) => key === domain)
    return known?.audiences.find(({ name }) => name === audience)?.population
  })
  if (!isDeepStrictEqual(ours, theirs)) return null
  const before = new Map(
    base.complete
      .topics(domain, audience, strategy)
      .map((topic): [string, TopicRuns] => [topic.topic, topic]),
  )
  const values = other.complete.topics(domain, audience, strategy).flatMap(({ topic, runs }) => {
    const first = before.get(topic)?.runs ?? []
    const seeds = new Set(first.map(({ seed }) => seed))
    const shared = runs.filter(({ seed }) => seeds.has(seed))
    if (shared.length === 0) return []
    const matching = first.filter(({ seed }) => shared.some((run) => run.seed === seed))
    return [meanOf(shared, lastCtr) - meanOf(matching, lastCtr)]
  })
  return values.length === 0 ? null : estimateOf(values)
}

/** The same table side by side, and what the experiments differ in. */
export function comparisonSections(experiments: readonly ExperimentResults[]): TableSection[] {
  const letters = experiments.map((_, index) => letterOf(index))
  const matched = experiments.flatMap(({ record }) => record.matched)
  return [
    {
      kind: 'table',
      title: 'What differs',
      header: ['', ...letters],
      rows: differingSettings(experiments),
    },
    {
      kind: 'table',
      title: 'Side by side',
      note: `CTR in %: Avg. over iterations / Last, with half the 95 % interval of Last over topics (Student's t). Differences are of Last, in points, over the topics and seeds that both have before the same population, with 95 % intervals and the number of topics; empty where no case matches.`,
      header: [
        'population, strategy',
        ...letters,
        ...letters.slice(1).map((letter) => `${letter} less ${letters[0]}`),
      ],
      rows: comparedRows(experiments).map(({ audience, strategy, figures, differences }) => [
        `${audience}, ${shownStrategy(strategy, matched)}`,
        ...figures.map((one) =>
          one === undefined ? '' : `${percent(one.average.mean)} / ${percentWithReach(one.last)}`,
        ),
        ...differences
          .slice(1)
          .map((one) =>
            one === null
              ? ''
              : `${percentWithInterval(one)}, ${one.topics} ${one.topics === 1 ? 'topic' : 'topics'}`,
          ),
      ]),
    },
  ]
}

/** A row a population, strategy and experiment. Rates are fractions. */
export function comparisonCsv(experiments: readonly ExperimentResults[]): string {
  const numbers = (one: Estimate | null | undefined) => (one ? estimateCells(one) : [null, null, null])
  return csvText(
    [
      ...['domain', 'audience', 'strategy', 'experiment', 'directory'],
      ...withInterval('average'),
      ...withInterval('last'),
      ...withInterval('less_first'),
      'matching_topics',
    ],
    comparedRows(experiments).flatMap(({ domain, audience, strategy, figures, differences }) =>
      experiments.map(({ record }, index) => [
        ...[domain, audience, shownStrategy(strategy, record.matched), letterOf(index), record.directory],
        ...numbers(figures[index]?.average),
        ...numbers(figures[index]?.last),
        ...numbers(differences[index]),
        differences[index]?.topics ?? null,
      ]),
    ),
  )
}

function differingSettings(experiments: readonly ExperimentResults[]): string[][] {
  const shown = experiments.map(({ record }) => {
    const { plan } = record
    return new Map<string, string>([
      ['directory', record.directory],
      ['experiment', plan.experiment],
      ['preset', plan.preset],
      ['writer', record.writer],
      ['scorer', record.scorer],
      ['encoder', record.encoder ?? 'none'],
      ['matched', record.matched.join(', ')],
      ['Forage', record.forageVersion],
      ['strategies', plan.strategies.join(', ')],
      ['seeds', plan.seeds.join(', ')],
      ['topics', plan.domains.map(({ key, topics }) => `${topics.length} ${key}`).join(', ')],
      ['populations', plan.domains.flatMap(({ audiences }) => audiences.map(({ name }) => name)).join(', ')],
      ...Object.entries(plan.settings).map(([name, value]): [string, string] => [name, String(value)]),
    ])
  })
  const names = [...new Set(shown.flatMap((one) => [...one.keys()]))]
  return names
    .map((name) => [name, ...shown.map((one) => one.get(name) ?? '')])
    .filter(([, ...values]) => new Set(values).size > 1)
}
