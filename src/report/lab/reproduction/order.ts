import { pairedDifferences } from '../../../core/statistics/mean.ts'
import { type Estimate, estimateOf } from '../../../lab/experiments/estimate.ts'
import { lastCtr, meanOf } from '../../../lab/experiments/figures.ts'
import type { PaperTable } from '../../../lab/experiments/paper-table5.ts'
import type { ExperimentResults } from '../experiment-results.ts'

/**
 * How a pair of strategies stands beside the paper, by the CTR of the last pool. `clear` when the whole 95 % interval
 * of the difference, topic by topic, lies on that side of 0; one topic gives none.
 */
export type PairVerdict = 'as-paper-clear' | 'as-paper' | 'other-way' | 'other-way-clear'

export interface PaperPair {
  /** Higher in the paper. */
  readonly above: string
  readonly below: string
  /** Last of `above` less that of `below`: the paper's, in [0, 1], and here. */
  readonly paper: number
  readonly difference: Estimate
  readonly verdict: PairVerdict
}

/** One population of the paper, as far as it was run. */
export interface PopulationOrder {
  readonly audience: string
  /** By Last, highest first. */
  readonly here: readonly { readonly strategy: string; readonly average: number; readonly last: Estimate }[]
  readonly paper: readonly { readonly strategy: string; readonly average: number; readonly last: number }[]
  /** Pairs that the paper tells apart; two strategies with the same printed CTR are no pair. */
  readonly pairs: readonly PaperPair[]
}

/** Populations that are in the paper's table too, in the order of the experiment. */
export function populationOrders(
  { complete, figures }: Pick<ExperimentResults, 'complete' | 'figures'>,
  paper: PaperTable,
): PopulationOrder[] {
  return figures.audiences.flatMap(({ domain, audience, strategies }) => {
    const printed = paper.audiences.find((one) => one.audience === audience)?.strategies
    if (printed === undefined) return []
    const known = strategies.filter(({ strategy }) => printed[strategy] !== undefined)
    const rows = known
      .map(({ strategy }) => {
        const { average, last } = printed[strategy] as { average: number; last: number }
        return { strategy, average: average / 100, last: last / 100 }
      })
      .sort((a, b) => b.last - a.last)
    const valuesOf = (strategy: string) =>
      complete.topics(domain, audience, strategy).map(({ runs }) => meanOf(runs, lastCtr))
    const pairs = rows.flatMap((above, place) =>
      rows
        .slice(place + 1)
        .filter((below) => below.last < above.last)
        .map((below): PaperPair => {
          const difference = estimateOf(pairedDifferences(valuesOf(above.strategy), valuesOf(below.strategy)))
          return {
            above: above.strategy,
            below: below.strategy,
            paper: above.last - below.last,
            difference,
            verdict: verdictOf(difference),
          }
        }),
    )
    return [
      {
        audience,
        here: known
          .map(({ strategy, average, last }) => ({ strategy, average: average.mean, last }))
          .sort((a, b) => b.last.mean - a.last.mean),
        paper: rows,
        pairs,
      },
    ]
  })
}

function verdictOf({ mean, interval }: Estimate): PairVerdict {
  if (mean > 0) return interval !== null && interval[0] > 0 ? 'as-paper-clear' : 'as-paper'
  return interval !== null && interval[1] < 0 ? 'other-way-clear' : 'other-way'
}
