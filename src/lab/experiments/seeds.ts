import { mean } from '../../core/statistics/mean.ts'
import type { TableSection } from './document.ts'
import { type AudienceFigures, type CompleteRuns, lastCtr } from './figures.ts'
import { percent } from './results-text.ts'

/** CTR of the last pool of one strategy, over populations and topics. */
export interface SeedFigures {
  readonly strategy: string
  /** In the order of the plan's seeds, in [0, 1]. */
  readonly last: readonly number[]
}

/**
 * How far results hang on the seed. Nothing for a single seed. Only topics that have every seed before a population
 * count, so that seeds can be compared.
 */
export function seedFigures(
  complete: CompleteRuns,
  audiences: readonly Pick<AudienceFigures, 'domain' | 'audience'>[],
): SeedFigures[] {
  const { seeds, strategies } = complete.plan
  if (seeds.length < 2) return []
  return strategies.flatMap((strategy) => {
    const last = seedMeans(complete, audiences, strategy)
    return last === null ? [] : [{ strategy, last }]
  })
}

/** The figures as a table, with the place that each seed alone would have given a strategy. */
export function seedSections(seeds: readonly number[], figures: readonly SeedFigures[]): TableSection[] {
  if (figures.length === 0) return []
  const placeOf = (row: number, column: number) => {
    const value = figures[row]?.last[column] as number
    return 1 + figures.filter(({ last }) => (last[column] as number) > value).length
  }
  return [
    {
      kind: 'table',
      title: 'By seed',
      note: 'CTR of the last pool in %, over the topics that have every seed, and in brackets the place among the strategies with that seed alone. Elsewhere the mean over seeds of each topic is one observation: more seeds make a topic more exact, and only more topics say more about other topics.',
      header: ['strategy', ...seeds.map((seed) => `seed ${seed}`), 'range'],
      rows: figures.map(({ strategy, last }, row) => [
        strategy,
        ...last.map((value, column) => `${percent(value)} (${placeOf(row, column)})`),
        percent(Math.max(...last) - Math.min(...last)),
      ]),
    },
  ]
}

/** One mean a seed; null where no topic has them all. */
function seedMeans(
  complete: CompleteRuns,
  audiences: readonly Pick<AudienceFigures, 'domain' | 'audience'>[],
  strategy: string,
): number[] | null {
  const { seeds } = complete.plan
  const rows: number[][] = []
  for (const { domain, audience } of audiences) {
    for (const { runs } of complete.topics(domain, audience, strategy)) {
      if (runs.length < seeds.length) continue
      rows.push(seeds.map((seed) => lastCtr(runs.find((run) => run.seed === seed) as (typeof runs)[number])))
    }
  }
  return rows.length === 0 ? null : seeds.map((_, column) => mean(rows.map((row) => row[column] as number)))
}
