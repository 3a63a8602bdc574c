import { mean, pairedDifferences } from '../../core/statistics/mean.ts'
import { twoProportionZTest } from '../../core/statistics/proportions.ts'
import { type Estimate, estimateOf, weightedEstimate } from './estimate.ts'
import type { CaseName, ExperimentPlan } from './plan.ts'
import type { FailedLine, RunFigures } from './run-line.ts'

/** One strategy before one audience. CTR in [0, 1], relevance in [1, 10]; intervals over topics. */
export interface StrategyFigures {
  readonly strategy: string
  readonly first: Estimate
  /** Mean over iterations, the first pool included ("Avg." in the paper). */
  readonly average: Estimate
  /** CTR of the last pool ("Last" in the paper). */
  readonly last: Estimate
  readonly gain: Estimate
  /** By iteration, mean over topics. */
  readonly ctrs: readonly number[]
  readonly relevances: readonly (number | null)[]
}

/** The reference strategy against another one, on the last pool's CTR. */
export interface PairFigures {
  readonly other: string
  /** Topic by topic. */
  readonly difference: Estimate
  readonly wins: number
  /** The paper's two-proportion test over the visits of all last pools; blind to how topics differ. */
  readonly z: number
  readonly pValue: number
}

export interface AudienceFigures {
  readonly domain: string
  readonly audience: string
  /** Personas that are mixed in it. */
  readonly personas: number
  readonly strategies: readonly StrategyFigures[]
  readonly pairs: readonly PairFigures[]
}

export interface ExperimentFigures {
  readonly reference: string
  readonly audiences: readonly AudienceFigures[]
  /** Runs in the figures. */
  readonly runs: number
  /** Runs that ended without a result, and those left out because another strategy failed on their case. */
  readonly failed: readonly FailedLine[]
  readonly leftOut: number
  /** Runs that are still to be made. */
  readonly missing: number
}

/** Topic by topic values of one strategy before one audience, each a mean over seeds. */
export interface TopicRuns {
  readonly topic: string
  readonly runs: readonly RunFigures[]
}

/** Runs by audience and strategy, topics in the plan's order; only cases that every strategy finished. */
export class CompleteRuns {
  readonly plan: ExperimentPlan
  readonly #byCase = new Map<string, RunFigures[]>()
  readonly runs: number
  readonly leftOut: number

  constructor(plan: ExperimentPlan, all: Iterable<RunFigures | FailedLine>) {
    this.plan = plan
    let finished = 0
    for (const run of all) {
      if (run.kind !== 'finished') continue
      finished++
      const key = caseOf(run)
      const before = this.#byCase.get(key)
      if (before === undefined) this.#byCase.set(key, [run])
      else before.push(run)
    }
    for (const [key, runs] of this.#byCase) {
      if (runs.length < plan.strategies.length) this.#byCase.delete(key)
    }
    this.runs = [...this.#byCase.values()].reduce((sum, { length }) => sum + length, 0)
    this.leftOut = finished - this.runs
  }

  /** Topics that have at least one complete seed. */
  topics(domain: string, audience: string, strategy: string): TopicRuns[] {
    const topics = this.plan.domains.find(({ key }) => key === domain)?.topics ?? []
    return topics.flatMap(({ topic }) => {
      const runs = this.plan.seeds.flatMap((seed) =>
        (this.#byCase.get(caseOf({ domain, topic, audience, seed })) ?? []).filter(
          (run) => run.strategy === strategy,
        ),
      )
      return runs.length === 0 ? [] : [{ topic, runs }]
    })
  }
}

/** One strategy over all populations, each counting the same. CTR in [0, 1]; intervals over topics. */
export interface OverallFigures {
  readonly strategy: string
  readonly first: Estimate
  readonly average: Estimate
  readonly last: Estimate
}

/** Those of the plan itself, or of one variant. */
export function plannedRuns(
  runs: ReadonlyMap<string, RunFigures | FailedLine>,
  variant?: string,
): (RunFigures | FailedLine)[] {
  return [...runs.values()].filter((run) => run.variant === variant)
}

/** The runs of a directory as figures. @param runs of one plan, without variants */
export function figuresSoFar(
  plan: ExperimentPlan,
  runs: Iterable<RunFigures | FailedLine>,
  reference: string,
  missing: number,
): { readonly complete: CompleteRuns; readonly figures: ExperimentFigures } {
  const all = [...runs]
  const complete = new CompleteRuns(plan, all)
  const known = plan.strategies.includes(reference) ? reference : (plan.strategies.at(-1) as string)
  const failed = all.filter((run) => run.kind === 'failed')
  return { complete, figures: experimentFigures(complete, known, failed, missing) }
}

/** Strategies in the plan's order; none where no topic met every population of its domain. */
export function overallFigures(
  complete: CompleteRuns,
  audiences: readonly Pick<AudienceFigures, 'domain' | 'audience'>[],
): OverallFigures[] {
  return complete.plan.strategies.flatMap((strategy) => {
    const of = (value: typeof lastCtr) =>
      overAudiences(complete, audiences, (runsOf) => meanOf(runsOf(strategy), value))
    const [first, average, last] = [of(firstCtr), of(averageCtr), of(lastCtr)]
    return first === null || average === null || last === null ? [] : [{ strategy, first, average, last }]
  })
}

/** One strategy less another over populations, topic by topic; null where no topic met them all. */
export function overallDifference(
  complete: CompleteRuns,
  audiences: readonly Pick<AudienceFigures, 'domain' | 'audience'>[],
  [one, other]: readonly [string, string],
  of: (run: RunFigures) => number,
): Estimate | null {
  return overAudiences(complete, audiences, (runsOf) => meanOf(runsOf(one), of) - meanOf(runsOf(other), of))
}

/** The figures of what has been run so far. Audiences without a complete case are left out. */
export function experimentFigures(
  complete: CompleteRuns,
  reference: string,
  failed: readonly FailedLine[],
  missing: number,
): ExperimentFigures {
  const { plan } = complete
  const audiences = plan.domains.flatMap(({ key: domain, audiences }) =>
    audiences.flatMap(({ name, population }) => {
      const topicsOf = (strategy: string) => complete.topics(domain, name, strategy)
      if (topicsOf(reference).length === 0) return []
      return [
        {
          domain,
          audience: name,
          personas: population.personas.length,
          strategies: plan.strategies.map((strategy) => strategyFigures(strategy, topicsOf(strategy))),
          pairs: plan.strategies
            .filter((strategy) => strategy !== reference)
            .map((other) => pairFigures(other, topicsOf(reference), topicsOf(other))),
        },
      ]
    }),
  )
  return { reference, audiences, runs: complete.runs, failed, leftOut: complete.leftOut, missing }
}

/**
 * Mean of a value over audiences, each counting the same. Topics of one domain meet all its audiences, so each
 * topic's mean over them is one observation.
 */
export function overAudiences(
  complete: CompleteRuns,
  audiences: readonly Pick<AudienceFigures, 'domain' | 'audience'>[],
  ofCase: (runsOf: (strategy: string) => readonly RunFigures[]) => number,
): Estimate | null {
  const domains = [...new Set(audiences.map(({ domain }) => domain))]
  const groups = domains.flatMap((domain) => {
    const names = audiences.filter((one) => one.domain === domain).map(({ audience }) => audience)
    const byTopic = new Map<string, number[]>()
    for (const audience of names) {
      const strategies = new Map(
        complete.plan.strategies.map((strategy) => [strategy, complete.topics(domain, audience, strategy)]),
      )
      for (const [index, { topic }] of [...strategies.values()][0]?.entries() ?? []) {
        const value = ofCase((strategy) => strategies.get(strategy)?.[index]?.runs ?? [])
        byTopic.set(topic, [...(byTopic.get(topic) ?? []), value])
      }
    }
    // A topic that some audience lacks would shift the mean by its own height.
    const values = [...byTopic.values()].filter(({ length }) => length === names.length).map(mean)
    return values.length === 0 ? [] : [{ values, weight: names.length }]
  })
  return groups.length === 0 ? null : weightedEstimate(groups)
}

export const lastCtr = (run: RunFigures) => run.poolCtrs.at(-1) as number
export const firstCtr = (run: RunFigures) => run.poolCtrs[0] as number
export const averageCtr = (run: RunFigures) => mean(run.poolCtrs)

/** Mean over seeds. */
export function meanOf(runs: readonly RunFigures[], of: (run: RunFigures) => number): number {
  return mean(runs.map(of))
}

function strategyFigures(strategy: string, topics: readonly TopicRuns[]): StrategyFigures {
  const estimate = (of: (run: RunFigures) => number) => estimateOf(topics.map(({ runs }) => meanOf(runs, of)))
  const iterations = topics[0]?.runs[0]?.poolCtrs.length ?? 0
  const byIteration = Array.from({ length: iterations }, (_, iteration) => iteration)
  return {
    strategy,
    first: estimate(firstCtr),
    average: estimate(averageCtr),
    last: estimate(lastCtr),
    gain: estimate((run) => lastCtr(run) - firstCtr(run)),
    ctrs: byIteration.map((iteration) =>
      mean(topics.map(({ runs }) => meanOf(runs, ({ poolCtrs }) => poolCtrs[iteration] as number))),
    ),
    relevances: byIteration.map((iteration) => {
      const known = topics.flatMap(({ runs }) =>
        runs
          .map(({ averageRelevances }) => averageRelevances[iteration])
          .filter((value) => typeof value === 'number'),
      )
      return known.length === 0 ? null : mean(known)
    }),
  }
}

function pairFigures(other: string, ours: readonly TopicRuns[], theirs: readonly TopicRuns[]): PairFigures {
  const differences = pairedDifferences(
    ours.map(({ runs }) => meanOf(runs, lastCtr)),
    theirs.map(({ runs }) => meanOf(runs, lastCtr)),
  )
  return {
    other,
    difference: estimateOf(differences),
    wins: differences.filter((difference) => difference > 0).length,
    ...twoProportionZTest(pooled(ours), pooled(theirs)),
  }
}

function pooled(topics: readonly TopicRuns[]) {
  const runs = topics.flatMap((topic) => topic.runs)
  const sum = (of: (run: RunFigures) => number | undefined) =>
    runs.reduce((total, run) => total + (of(run) ?? 0), 0)
  return {
    successes: sum(({ clicked }) => clicked.at(-1)),
    trials: sum(({ interactions }) => interactions.at(-1)),
  }
}

function caseOf({ domain, topic, audience, seed }: Omit<CaseName, 'strategy'>): string {
  return JSON.stringify([domain, topic, audience, seed])
}
