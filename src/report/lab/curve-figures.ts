import { type Estimate, estimateOf } from '../../lab/experiments/estimate.ts'
import {
  type AudienceFigures,
  CompleteRuns,
  meanOf,
  overAudiences,
  type TopicRuns,
} from '../../lab/experiments/figures.ts'
import type { RunFigures } from '../../lab/experiments/run-line.ts'

/** One strategy by iteration, with intervals over topics; null where no audience tells relevance. */
export interface StrategyCurve {
  readonly strategy: string
  /** In [0, 1]. */
  readonly ctr: readonly Estimate[]
  /** In [1, 10]. */
  readonly relevance: readonly Estimate[] | null
}

/** Gathers the runs of a case once: curves ask for the same ones at each iteration. */
export class RememberedRuns extends CompleteRuns {
  readonly #topics = new Map<string, TopicRuns[]>()

  override topics(domain: string, audience: string, strategy: string): TopicRuns[] {
    const key = JSON.stringify([domain, audience, strategy])
    let topics = this.#topics.get(key)
    if (topics === undefined) {
      topics = super.topics(domain, audience, strategy)
      this.#topics.set(key, topics)
    }
    return topics
  }
}

type Audience = Pick<AudienceFigures, 'domain' | 'audience'>

/** Curves before one audience. */
export function audienceCurves(complete: RememberedRuns, { domain, audience }: Audience): StrategyCurve[] {
  return curves(complete, [{ domain, audience }], (strategy, of) =>
    estimateOf(complete.topics(domain, audience, strategy).map(({ runs }) => meanOf(runs, of))),
  )
}

/** Curves over audiences, each of which counts the same; none where no topic met them all. */
export function overallCurves(complete: RememberedRuns, audiences: readonly Audience[]): StrategyCurve[] {
  if (overAudiences(complete, audiences, () => 0) === null) return []
  return curves(
    complete,
    audiences,
    (strategy, of) =>
      overAudiences(complete, audiences, (runsOf) => meanOf(runsOf(strategy), of)) as Estimate,
  )
}

function curves(
  complete: RememberedRuns,
  audiences: readonly Audience[],
  estimate: (strategy: string, of: (run: RunFigures) => number) => Estimate,
): StrategyCurve[] {
  const { plan } = complete
  const iterations = Array.from({ length: plan.settings.iterations + 1 }, (_, iteration) => iteration)
  return plan.strategies.map((strategy) => {
    const isTold = audiences.every(({ domain, audience }) =>
      complete
        .topics(domain, audience, strategy)
        .every(({ runs }) => runs.every(({ averageRelevances }) => !averageRelevances.includes(null))),
    )
    return {
      strategy,
      ctr: iterations.map((iteration) => estimate(strategy, ({ poolCtrs }) => poolCtrs[iteration] as number)),
      relevance: isTold
        ? iterations.map((iteration) =>
            estimate(strategy, ({ averageRelevances }) => averageRelevances[iteration] as number),
          )
        : null,
    }
  })
}
