import { PAPER_CHOICE } from '../../simulator/click-model.ts'
import type { LoadedAudience } from '../audience-file.ts'
import { csvText, type Section } from './document.ts'
import type { Estimate } from './estimate.ts'
import { averageCtr, type ExperimentFigures, figuresSoFar, lastCtr, overallDifference } from './figures.ts'
import type { ExperimentPlan } from './plan.ts'
import type { ResultsDirectory } from './results-directory.ts'
import {
  CURVE_HEADER,
  curveRows,
  gapSections,
  percentWithInterval,
  relevanceSection,
} from './results-text.ts'

/** Relevance is length alone: whatever the texts say, the numbers are all that a writer can follow. */
export const LENGTH_MEASURES = ['words', 'characters'] as const
export type LengthMeasure = (typeof LENGTH_MEASURES)[number]
export const LENGTH_STRATEGIES = ['random-ctr', 'partial-ctr', 'full-ctr']
export const LENGTH_ITERATIONS = 40
const REFERENCE = 'full-ctr'

/** One audience a measure; its scorer is the measure's. */
export const LENGTH_AUDIENCES: readonly LoadedAudience[] = LENGTH_MEASURES.map((measure) => ({
  name: measure,
  population: {
    personas: [
      {
        persona: {
          key: measure,
          name: `Length in ${measure}`,
          description: `Someone who clicks what is long, counted in ${measure}.`,
          examples: [],
        },
        weight: 1,
      },
    ],
    ...PAPER_CHOICE,
  },
}))

/** Full-ctr against one other strategy, on one measure. */
export interface LengthComparison {
  readonly measure: string
  readonly other: string
  /** Of Last: does it end higher. */
  readonly last: Estimate
  /** Of Avg.: both start from one first pool, so the higher mean over iterations rose faster. */
  readonly average: Estimate
}

export interface LengthResults {
  readonly figures: ExperimentFigures
  readonly comparisons: readonly LengthComparison[]
}

export function lengthResults(
  plan: ExperimentPlan,
  { runs }: Pick<ResultsDirectory, 'runs'>,
  missing: number,
): LengthResults {
  const { complete, figures } = figuresSoFar(plan, runs.values(), REFERENCE, missing)
  const comparisons = figures.audiences.flatMap((one) =>
    plan.strategies
      .filter((other) => other !== REFERENCE && figures.reference === REFERENCE)
      .flatMap((other) => {
        const difference = (of: typeof lastCtr) => overallDifference(complete, [one], [REFERENCE, other], of)
        const [last, average] = [difference(lastCtr), difference(averageCtr)]
        return last === null || average === null ? [] : [{ measure: one.audience, other, last, average }]
      }),
  )
  return { figures, comparisons }
}

/** Everything that is printed and written into `length.md`. */
export function lengthSections(
  plan: ExperimentPlan,
  { figures, comparisons }: LengthResults,
  names: { readonly writer: string; readonly writerIsStandIn: boolean },
): Section[] {
  const relevance = relevanceSection(figures)
  const standIn = names.writerIsStandIn
    ? ' It is a stand-in and no language model: these figures say nothing about real ones.'
    : ''
  return [
    {
      kind: 'text',
      text: `Preset ${plan.preset}: writer ${names.writer}.${standIn} ${plan.settings.iterations} iterations; ${figures.runs} runs.`,
    },
    ...gapSections(figures),
    {
      kind: 'table',
      title: 'Length test',
      note: "CTR in %, with 95 % intervals over topics (Student's t); relevance is the length of the text.",
      header: ['measure', 'strategy', 'IP_0', 'Avg.', 'Last', 'relevance'],
      rows: figures.audiences.flatMap(({ audience, strategies }) =>
        strategies.map(({ strategy, first, average, last, relevances }) => [
          audience,
          strategy,
          percentWithInterval(first),
          percentWithInterval(average),
          percentWithInterval(last),
          `${relevances[0]?.toFixed(2)} to ${relevances.at(-1)?.toFixed(2)}`,
        ]),
      ),
    },
    {
      kind: 'table',
      title: `${REFERENCE} against the others`,
      note: 'In points, topic by topic. All begin with one first pool, so a higher Avg. is a faster rise.',
      header: ['measure', 'against', 'Avg.', 'Last'],
      rows: comparisons.map(({ measure, other, average, last }) => [
        measure,
        other,
        percentWithInterval(average),
        percentWithInterval(last),
      ]),
    },
    ...(relevance === undefined ? [] : [relevance]),
    { kind: 'text', text: lengthLine(comparisons, names.writer) },
  ]
}

/** Whether full-ctr rises fastest and highest, which is how a writer shows that it uses the numbers. */
export function lengthLine(comparisons: readonly LengthComparison[], writer: string): string {
  if (comparisons.length === 0)
    return `Not compared: ${REFERENCE} beside another strategy is not in these runs.`
  const measures = [...new Set(comparisons.map(({ measure }) => measure))]
  const parts = measures.map((measure) => {
    const of = comparisons.filter((one) => one.measure === measure)
    const word = (estimates: readonly Estimate[]) => {
      if (estimates.every(({ interval }) => interval !== null && interval[0] > 0)) return 'yes'
      if (estimates.some(({ interval }) => interval !== null && interval[1] <= 0)) return 'no'
      return 'not clear'
    }
    return `${measure}: fastest ${word(of.map(({ average }) => average))}, highest ${word(of.map(({ last }) => last))}`
  })
  return `Does ${REFERENCE} rise fastest and highest, as in the paper, with writer ${writer}? ${parts.join('; ')}.`
}

export function lengthCsv({ figures }: LengthResults): string {
  return csvText(CURVE_HEADER, curveRows(figures))
}
