import { mean } from '../../core/statistics/mean.ts'
import { ABLATION_ARMS } from './ablation-arms.ts'
import { csvText, type Section } from './document.ts'
import type { Estimate } from './estimate.ts'
import {
  averageCtr,
  type CompleteRuns,
  type ExperimentFigures,
  figuresSoFar,
  lastCtr,
  type OverallFigures,
  overallDifference,
  overallFigures,
} from './figures.ts'
import type { ExperimentPlan } from './plan.ts'
import type { ResultsDirectory } from './results-directory.ts'
import {
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
import type { RunFigures } from './run-line.ts'
import { type SeedFigures, seedFigures, seedSections } from './seeds.ts'

export const ABLATION_ARM_KEYS = [...ABLATION_ARMS.keys()]
const REFERENCE = 'full-ctr'

/** What one change of the prompt gives: the first arm less the second. */
const CONTRASTS: readonly (readonly [one: string, other: string, question: string])[] = [
  ['full-ctr', 'partial-ctr', 'rates instead of none'],
  ['full-ctr', 'shuffled-ctr', 'true rates instead of shuffled ones'],
  ['full-ctr', 'pool-rated', 'the log instead of the live pool, with rates'],
  ['partial-ctr', 'pool-plain', 'the log instead of the live pool, without rates'],
  ['partial-ctr', 'nothing', 'the log instead of nothing'],
  ['alternate', 'full-ctr', 'two prompts in turn instead of one'],
  ['alternate', 'explore-only', 'exploiting too, instead of exploring only'],
  ['alternate', 'exploit-only', 'exploring too, instead of exploiting only'],
  ['explore-exploit', 'alternate', 'twice the births'],
]

export interface Contrast {
  readonly question: string
  readonly one: string
  readonly other: string
  readonly average: Estimate
  readonly last: Estimate
}

/** Of one arm, means over its runs. */
export interface ArmEffort {
  readonly arm: string
  /** Candidates refused because they were there before, a run. */
  readonly repeats: number
  /** Places that stayed empty, a run. */
  readonly birthsMissed: number
}

export interface AblationResults {
  readonly figures: ExperimentFigures
  readonly arms: readonly OverallFigures[]
  readonly contrasts: readonly Contrast[]
  readonly effort: readonly ArmEffort[]
  readonly bySeed: readonly SeedFigures[]
}

/** What the prompt holds, with everything else the same: what leaves, how many are written, who visits. */
export function ablationResults(
  plan: ExperimentPlan,
  { runs }: Pick<ResultsDirectory, 'runs'>,
  missing: number,
): AblationResults {
  const { complete, figures } = figuresSoFar(plan, runs.values(), REFERENCE, missing)
  const { audiences } = figures
  const contrasts = CONTRASTS.flatMap(([one, other, question]) => {
    if (![one, other].every((arm) => plan.strategies.includes(arm))) return []
    const [average, last] = [averageCtr, lastCtr].map((of) =>
      overallDifference(complete, audiences, [one, other], of),
    )
    return average && last ? [{ question, one, other, average, last }] : []
  })
  return {
    figures,
    arms: overallFigures(complete, audiences),
    contrasts,
    effort: plan.strategies.flatMap((arm) => armEffort(complete, figures, arm)),
    bySeed: seedFigures(complete, audiences),
  }
}

/** Everything that is printed and written into `ablation.md`. */
export function ablationSections(
  plan: ExperimentPlan,
  { figures, arms, contrasts, effort, bySeed }: AblationResults,
  names: WriterNames,
): Section[] {
  const relevance = relevanceSection(figures)
  if (arms.length === 0) {
    return [...gapSections(figures), { kind: 'text', text: 'No case is finished by every arm yet.' }]
  }
  const relevances = (arm: string, at: number) => {
    const values = figures.audiences.map(
      ({ strategies }) => strategies.find(({ strategy }) => strategy === arm)?.relevances.at(at) ?? null,
    )
    const known = values.filter((value) => value !== null)
    return known.length === 0 ? 'not known' : mean(known).toFixed(2)
  }
  return [
    { kind: 'text', text: introduction(plan, figures, names) },
    ...gapSections(figures),
    {
      kind: 'table',
      title: 'What the prompt holds',
      note: "Every arm drops the worst by observed CTR and begins with the same first pool. CTR in %, each population counting the same; 95 % intervals over topics (Student's t). Relevance is that of the first and of the last pool; repeats are candidates a run that were refused as known texts.",
      header: ['arm', 'prompt', 'IP_0', 'Avg.', 'Last', 'relevance', 'repeats', 'not managed'],
      rows: arms.map(({ strategy, first, average, last }) => {
        const took = effort.find(({ arm }) => arm === strategy)
        return [
          strategy,
          ABLATION_ARMS.get(strategy)?.holds ?? '',
          percent(first.mean),
          percentWithInterval(average),
          percentWithInterval(last),
          `${relevances(strategy, 0)} to ${relevances(strategy, -1)}`,
          took?.repeats.toFixed(1) ?? '',
          took?.birthsMissed.toFixed(1) ?? '',
        ]
      }),
    },
    {
      kind: 'table',
      title: 'What each part gives',
      note: 'The first arm less the second, in points, topic by topic, with 95 % intervals over topics. It gives more, or less, when the whole interval of Last lies on that side; else it is not clear.',
      header: ['part', 'arms', 'Avg.', 'Last', 'gives'],
      rows: contrasts.map(({ question, one, other, average, last }) => [
        question,
        `${one} less ${other}`,
        percentWithInterval(average),
        percentWithInterval(last),
        gives(last),
      ]),
    },
    {
      kind: 'table',
      title: 'By population',
      note: 'CTR in %: Avg. over iterations / Last, with half the 95 % interval of Last over topics.',
      header: ['arm', ...figures.audiences.map(({ audience }) => audience)],
      rows: plan.strategies.map((arm) => [
        arm,
        ...figures.audiences.map(({ strategies }) => {
          const one = strategies.find(({ strategy }) => strategy === arm)
          return one === undefined ? '' : `${percent(one.average.mean)} / ${percentWithReach(one.last)}`
        }),
      ]),
    },
    ...seedSections(plan.seeds, bySeed),
    ...(relevance === undefined ? [] : [relevance]),
    { kind: 'text', text: ablationLine(contrasts, names.writer) },
  ]
}

/** One line: what the writer makes use of. */
export function ablationLine(contrasts: readonly Contrast[], writer: string): string {
  const parts = (['more', 'less', 'not clear'] as const).flatMap((word) => {
    const of = contrasts.filter(({ last }) => gives(last) === word).map(({ question }) => question)
    return of.length === 0 ? [] : [`${word}: ${of.join('; ')}`]
  })
  return `What gives a higher CTR of the last pool with writer ${writer}: ${parts.join('. ') || 'nothing was compared'}.`
}

/** `ablation.csv`: a row an arm, then a row a contrast. Rates are fractions. */
export function ablationCsv({ arms, contrasts, effort }: AblationResults): string {
  return csvText(
    [
      ...['kind', 'arm', 'less', 'first'],
      ...withInterval('average'),
      ...withInterval('last'),
      ...['repeats', 'births_missed'],
    ],
    [
      ...arms.map(({ strategy, first, average, last }) => {
        const took = effort.find(({ arm }) => arm === strategy)
        return [
          ...['arm', strategy, null, first.mean],
          ...estimateCells(average),
          ...estimateCells(last),
          ...[took?.repeats ?? null, took?.birthsMissed ?? null],
        ]
      }),
      ...contrasts.map(({ one, other, average, last }) => [
        ...['contrast', one, other, null],
        ...estimateCells(average),
        ...estimateCells(last),
        ...[null, null],
      ]),
    ],
  )
}

function gives({ interval }: Estimate): 'more' | 'less' | 'not clear' {
  if (interval === null) return 'not clear'
  if (interval[0] > 0) return 'more'
  return interval[1] < 0 ? 'less' : 'not clear'
}

function armEffort(complete: CompleteRuns, { audiences }: ExperimentFigures, arm: string): ArmEffort[] {
  const runs = audiences.flatMap(({ domain, audience }) =>
    complete.topics(domain, audience, arm).flatMap((topic) => topic.runs),
  )
  if (runs.length === 0) return []
  const repeats = ({ refused }: RunFigures) => (refused.duplicate ?? 0) + (refused['near-duplicate'] ?? 0)
  return [
    {
      arm,
      repeats: mean(runs.map(repeats)),
      birthsMissed: mean(runs.map(({ birthsMissed }) => birthsMissed)),
    },
  ]
}
