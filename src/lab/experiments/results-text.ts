import type { Section, TableSection } from './document.ts'
import type { Estimate } from './estimate.ts'
import type { ExperimentFigures } from './figures.ts'
import type { ExperimentPlan } from './plan.ts'

/** Who wrote and who judged, for the words around results. */
export interface WriterNames {
  readonly writer: string
  readonly writerIsStandIn: boolean
  readonly scorer: string
}

/** Columns of a table by iteration; a terminal holds no more. */
const ITERATIONS_SHOWN = 16

export function percent(share: number): string {
  return (100 * share).toFixed(1)
}

/** `23.4 ± 2.1`, in percent; without an interval the mean alone. */
export function percentWithReach({ mean, interval }: Estimate): string {
  return interval === null ? percent(mean) : `${percent(mean)} ± ${percent((interval[1] - interval[0]) / 2)}`
}

/** `5.2 (2.1 to 8.3)`, in percent. */
export function percentWithInterval({ mean, interval }: Estimate): string {
  return interval === null
    ? percent(mean)
    : `${percent(mean)} (${percent(interval[0])} to ${percent(interval[1])})`
}

/** What was run, in one line. */
export function introduction(
  { preset, domains, seeds, settings }: ExperimentPlan,
  { runs }: Pick<ExperimentFigures, 'runs'>,
  { writer, writerIsStandIn, scorer }: WriterNames,
): string {
  const standIn = writerIsStandIn
    ? ' The writer is a stand-in and no language model: these figures say nothing about real ones.'
    : ''
  const topics = domains.map(({ key, topics }) => `${topics.length} ${key}`).join(', ')
  return (
    `Preset ${preset}: writer ${writer}, scorer ${scorer}; topics: ${topics}; seeds ${seeds.join(', ')}; ` +
    `${settings.iterations} iterations of ${settings.interactionsPerIteration} visits; ${runs} runs.${standIn}`
  )
}

/** Header cells of an estimate in a CSV. */
export function withInterval(name: string): string[] {
  return [name, `${name}_low`, `${name}_high`]
}

/** The cells under `withInterval`. */
export function estimateCells({ mean, interval }: Estimate): (number | null)[] {
  return [mean, interval?.[0] ?? null, interval?.[1] ?? null]
}

/** What is not in the figures, one text each. */
export function gapSections({ failed, leftOut, missing }: ExperimentFigures): Section[] {
  const lines = [
    ...(missing > 0 ? [`Not complete: ${missing} runs are still to be made.`] : []),
    ...(leftOut > 0
      ? [`${leftOut} finished runs are left out: not every strategy has finished their case.`]
      : []),
    ...failed.map(
      ({ strategy, topic, audience, seed, variant, reason }) =>
        `Without a result: ${strategy}, ${topic}, ${audience}, seed ${seed}${variant === undefined ? '' : `, ${variant}`}: ${reason}`,
    ),
  ]
  return lines.length === 0 ? [] : [{ kind: 'text', text: lines.join('\n') }]
}

/** Mean relevance of the pool by iteration, over audiences; null where no audience tells it. */
export function relevanceSection({ audiences }: ExperimentFigures): TableSection | undefined {
  const [first] = audiences
  if (first === undefined) return undefined
  const last = (first.strategies[0]?.relevances.length ?? 1) - 1
  const step = Math.ceil((last + 1) / ITERATIONS_SHOWN)
  const shown = Array.from({ length: last + 1 }, (_, iteration) => iteration).filter(
    (iteration) => iteration % step === 0 || iteration === last,
  )
  const rows = first.strategies.map(({ strategy }, place) => [
    strategy,
    ...shown.map((iteration) => {
      const values = audiences.map(({ strategies }) => strategies[place]?.relevances[iteration] ?? null)
      const known = values.filter((value) => value !== null)
      return known.length === 0
        ? 'not known'
        : (known.reduce((sum, value) => sum + value, 0) / known.length).toFixed(2)
    }),
  ])
  return {
    kind: 'table',
    title: 'Average relevance by iteration',
    note: 'Of the pool, 1 to 10, mean over topics and populations.',
    header: ['IP', ...shown.map(String)],
    rows,
  }
}

/** Rows of `curves.csv`: one an audience, strategy and iteration. */
export function curveRows({ audiences }: ExperimentFigures): (string | number | null)[][] {
  return audiences.flatMap(({ domain, audience, strategies }) =>
    strategies.flatMap(({ strategy, ctrs, relevances }) =>
      ctrs.map((ctr, iteration) => [
        domain,
        audience,
        strategy,
        iteration,
        ctr,
        relevances[iteration] ?? null,
      ]),
    ),
  )
}

export const CURVE_HEADER = ['domain', 'audience', 'strategy', 'iteration', 'ctr', 'relevance']
