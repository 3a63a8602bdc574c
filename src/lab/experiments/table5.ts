import type { LoadedTopicSet } from '../topic-set.ts'
import { type Claim, claimsLine, paperClaims } from './claims.ts'
import { csvText, type Section } from './document.ts'
import type { Estimate } from './estimate.ts'
import { type ExperimentFigures, figuresSoFar, overallFigures } from './figures.ts'
import type { PaperTable } from './paper-table5.ts'
import type { ExperimentPlan } from './plan.ts'
import type { ResultsDirectory } from './results-directory.ts'
import {
  CURVE_HEADER,
  curveRows,
  estimateCells,
  gapSections,
  introduction,
  percent,
  percentWithInterval,
  percentWithReach,
  relevanceSection,
  type WriterNames,
  withInterval,
} from './results-text.ts'
import { type SeedFigures, seedFigures, seedSections } from './seeds.ts'

/** The paper's order of columns. */
export const TABLE5_STRATEGIES = ['no-drop', 'random-ctr', 'partial-ctr', 'full-ctr', 'explore-exploit']
const REFERENCE = 'explore-exploit'
/** Met by the shopping topics beside the single personas. */
export const MIXED_AUDIENCE = 'three-preferences'

export interface Table5Results {
  readonly figures: ExperimentFigures
  /** Over populations, each counting the same; best last CTR first. */
  readonly ranking: readonly {
    readonly strategy: string
    readonly average: Estimate
    readonly last: Estimate
  }[]
  readonly claims: readonly Claim[]
  /** None where there is one seed. */
  readonly bySeed: readonly SeedFigures[]
}

/** The results so far of the paper's main experiment. */
export function table5Results(
  plan: ExperimentPlan,
  { runs }: Pick<ResultsDirectory, 'runs'>,
  missing: number,
) {
  const { complete, figures } = figuresSoFar(plan, runs.values(), REFERENCE, missing)
  const ranking = overallFigures(complete, figures.audiences)
    .map(({ strategy, average, last }) => ({ strategy, average, last }))
    .sort((a, b) => b.last.mean - a.last.mean)
  return {
    figures,
    ranking,
    claims: paperClaims(complete, figures.audiences),
    bySeed: seedFigures(complete, figures.audiences),
  } satisfies Table5Results
}

/** Everything that is printed and written into `table5.md`. */
export function table5Sections(
  plan: ExperimentPlan,
  { figures, ranking, claims, bySeed }: Table5Results,
  paper: PaperTable,
  names: WriterNames,
): Section[] {
  if (figures.audiences.length === 0) {
    return [...gapSections(figures), { kind: 'text', text: 'No case is finished by every strategy yet.' }]
  }
  const relevance = relevanceSection(figures)
  return [
    { kind: 'text', text: introduction(plan, figures, names) },
    ...gapSections(figures),
    {
      kind: 'table',
      title: 'Table 5',
      note: "CTR in %: Avg. over iterations / Last, with half the 95 % interval of Last over topics (Student's t). Under each population the paper's own figures.",
      header: ['population', ...plan.strategies],
      rows: figures.audiences.flatMap((one) => [
        [
          one.audience,
          ...one.strategies.map(
            ({ average, last }) => `${percent(average.mean)} / ${percentWithReach(last)}`,
          ),
        ],
        ...paperRow(paper, one.audience, plan.strategies),
      ]),
    },
    {
      kind: 'table',
      title: 'Strategies over all populations',
      note: 'Mean CTR in %, each population counting the same, best Last first; 95 % intervals over topics.',
      header: ['strategy', 'Avg.', 'Last', "paper's Avg. / Last"],
      rows: ranking.map(({ strategy, average, last }) => [
        strategy,
        percentWithInterval(average),
        percentWithInterval(last),
        paperMean(paper, figures, strategy),
      ]),
    },
    {
      kind: 'table',
      title: `${figures.reference} against each other strategy`,
      note: "Difference of Last in the same topic, in points, with its 95 % interval over topics; topics won; Z of the paper's two-proportion test (*: p < .001). The test takes the visits of all topics for one sample: with thousands of visits a small difference is significant, and it says nothing about other topics. Trust the interval over topics.",
      header: ['population', ...plan.strategies.filter((strategy) => strategy !== figures.reference)],
      rows: figures.audiences.map(({ audience, pairs }) => [
        audience,
        ...pairs.map(
          ({ difference, wins, z, pValue }) =>
            `${percentWithInterval(difference)}, ${wins} of ${difference.topics}, Z ${z.toFixed(1)}${pValue < 0.001 ? '*' : ''}`,
        ),
      ]),
    },
    ...seedSections(plan.seeds, bySeed),
    ...(relevance === undefined ? [] : [relevance]),
    {
      kind: 'table',
      title: 'Claims of the paper',
      note: 'A claim holds, or does not, when the whole 95 % interval over topics lies on that side; else it is not clear.',
      header: ['claim', 'in this run', 'measured'],
      rows: claims.map(({ text, verdict, measured, unit }) => [
        text,
        verdict.replaceAll('-', ' '),
        measured === null ? '' : unit === 'ctr' ? percentWithInterval(measured) : relevanceText(measured),
      ]),
    },
    { kind: 'text', text: claimsLine(claims, names.writer, names.scorer) },
  ]
}

/** `table5.csv`: a row a population and strategy. Rates are fractions, the paper's too. */
export function table5Csv({ figures }: Table5Results, paper: PaperTable): string {
  const rows = figures.audiences.flatMap(({ domain, audience, strategies, pairs }) =>
    strategies.map(({ strategy, first, average, last }) => {
      const printed = paper.audiences.find((one) => one.audience === audience)?.strategies[strategy]
      const pair = pairs.find(({ other }) => other === strategy)
      return [
        domain,
        audience,
        strategy,
        last.topics,
        first.mean,
        ...estimateCells(average),
        ...estimateCells(last),
        printed === undefined ? null : printed.average / 100,
        printed === undefined ? null : printed.last / 100,
        ...(pair === undefined
          ? [null, null, null, null, null]
          : [...estimateCells(pair.difference), pair.z, pair.pValue]),
      ]
    }),
  )
  return csvText(
    [
      ...['domain', 'audience', 'strategy', 'topics', 'first'],
      ...withInterval('average'),
      ...withInterval('last'),
      ...['paper_average', 'paper_last'],
      ...withInterval('reference_less_this'),
      ...['z', 'p_value'],
    ],
    rows,
  )
}

/** `curves.csv`: CTR and relevance by iteration. */
export function curvesCsv(figures: ExperimentFigures): string {
  return csvText(CURVE_HEADER, curveRows(figures))
}

/** The paper's populations: the single personas of both domains, and the mixture before the shopping topics. */
export function paperDomains(
  shopping: LoadedTopicSet,
  generalKnowledge: LoadedTopicSet,
  mixed: LoadedTopicSet['audiences'][number],
): LoadedTopicSet[] {
  return [{ ...shopping, audiences: [...shopping.audiences, mixed] }, generalKnowledge]
}

function paperRow(paper: PaperTable, audience: string, strategies: readonly string[]): string[][] {
  const printed = paper.audiences.find((one) => one.audience === audience)
  if (printed === undefined) return []
  return [
    [
      '  paper',
      ...strategies.map((strategy) => {
        const cell = printed.strategies[strategy]
        return cell === undefined ? '' : `${cell.average.toFixed(1)} / ${cell.last.toFixed(1)}`
      }),
    ],
  ]
}

/** Over the populations of this run only, so that the two can be compared. */
function paperMean(paper: PaperTable, { audiences }: ExperimentFigures, strategy: string): string {
  const cells = audiences.map(
    ({ audience }) => paper.audiences.find((one) => one.audience === audience)?.strategies[strategy],
  )
  if (cells.some((cell) => cell === undefined)) return ''
  const meanOf = (field: 'average' | 'last') =>
    cells.reduce((sum, cell) => sum + (cell?.[field] ?? 0), 0) / cells.length
  return `${meanOf('average').toFixed(1)} / ${meanOf('last').toFixed(1)}`
}

function relevanceText({ mean, interval }: Estimate): string {
  return interval === null
    ? mean.toFixed(2)
    : `${mean.toFixed(2)} (${interval[0].toFixed(2)} to ${interval[1].toFixed(2)})`
}
