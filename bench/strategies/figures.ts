import { mean, meanInterval, pairedDifferences } from '../../src/core/statistics/mean.ts'
import { type Interval, twoProportionZTest } from '../../src/core/statistics/proportions.ts'
import type { RunResult } from './study.ts'

/** A mean with its 95 % interval (Student's t); no interval for a single value. */
export interface Estimate {
  readonly mean: number
  readonly interval: Interval | null
}

export interface StrategyFigures {
  readonly strategy: string
  readonly runs: number
  readonly first: Estimate
  /** Over iterations, the first pool included ("Avg." in the paper). */
  readonly average: Estimate
  readonly last: Estimate
  readonly gain: Estimate
  readonly firstRelevance: number | null
  readonly lastRelevance: number | null
  readonly modelCalls: number
  readonly outputTokens: number
  readonly modelSeconds: number
  readonly birthsMissed: number
}

/** The reference strategy against another one, case by case. CTR of the last pool unless it says otherwise. */
export interface PairFigures {
  readonly other: string
  readonly cases: number
  readonly wins: number
  readonly ties: number
  readonly difference: Estimate
  /** The interval over topics and seeds only: audiences of one topic and seed share the first pool. */
  readonly differenceOfGroups: Estimate
  readonly averageDifference: Estimate
  /** The paper's test, over the visits of all last pools; says nothing about other topics. */
  readonly z: number
  readonly pValue: number
}

export interface StudyFigures {
  /** Best last CTR first. */
  readonly ranking: readonly StrategyFigures[]
  readonly reference: string
  readonly pairs: readonly PairFigures[]
  readonly byAudience: readonly {
    readonly audience: string
    readonly strategies: readonly StrategyFigures[]
  }[]
  /** Runs left out because not every strategy finished that case. */
  readonly unpaired: number
}

const REFERENCE = 'explore-exploit'

/** @throws RangeError when no case was finished by every strategy */
export function studyFigures(all: readonly RunResult[], strategies: readonly string[]): StudyFigures {
  const perCase = new Map<string, number>()
  for (const run of all) perCase.set(caseKey(run), (perCase.get(caseKey(run)) ?? 0) + 1)
  const runs = all.filter((run) => perCase.get(caseKey(run)) === strategies.length)
  if (runs.length === 0) throw new RangeError('runs: no case was finished by every strategy')
  const byStrategy = (some: readonly RunResult[]) =>
    strategies
      .map((strategy) =>
        strategyFigures(
          strategy,
          some.filter((run) => run.strategy === strategy),
        ),
      )
      .sort((a, b) => b.last.mean - a.last.mean)
  const reference = strategies.includes(REFERENCE) ? REFERENCE : (strategies[0] as string)
  const audiences = [...new Set(runs.map(({ audience }) => audience))]
  return {
    ranking: byStrategy(runs),
    reference,
    pairs: strategies
      .filter((strategy) => strategy !== reference)
      .map((other) => pairFigures(runs, reference, other)),
    byAudience: audiences.map((audience) => ({
      audience,
      strategies: byStrategy(runs.filter((run) => run.audience === audience)),
    })),
    unpaired: all.length - runs.length,
  }
}

function strategyFigures(strategy: string, runs: readonly RunResult[]): StrategyFigures {
  const meanOf = (of: (run: RunResult) => number) => mean(runs.map(of))
  const relevance = (of: (run: RunResult) => number | null | undefined) => {
    const known = runs.map(of).filter((value) => typeof value === 'number')
    return known.length === 0 ? null : mean(known)
  }
  return {
    strategy,
    runs: runs.length,
    first: estimate(runs.map(firstCtr)),
    average: estimate(runs.map(averageCtr)),
    last: estimate(runs.map(lastCtr)),
    gain: estimate(runs.map((run) => lastCtr(run) - firstCtr(run))),
    firstRelevance: relevance(({ averageRelevances }) => averageRelevances[0]),
    lastRelevance: relevance(({ averageRelevances }) => averageRelevances.at(-1)),
    modelCalls: meanOf(({ modelCalls }) => modelCalls),
    outputTokens: meanOf(({ outputTokens }) => outputTokens),
    modelSeconds: meanOf(({ modelSeconds }) => modelSeconds),
    birthsMissed: meanOf(({ birthsMissed }) => birthsMissed),
  }
}

function pairFigures(runs: readonly RunResult[], reference: string, other: string): PairFigures {
  const mine = runs.filter(({ strategy }) => strategy === reference)
  const theirs = runs.filter(({ strategy }) => strategy === other)
  const byCase = new Map(theirs.map((run) => [caseKey(run), run]))
  const matched = mine.map((run) => byCase.get(caseKey(run)) as RunResult)
  const differences = pairedDifferences(mine.map(lastCtr), matched.map(lastCtr))
  const groups = new Map<string, number[]>()
  for (const [index, { topic, seed }] of mine.entries()) {
    const key = JSON.stringify([topic, seed])
    groups.set(key, [...(groups.get(key) ?? []), differences[index] as number])
  }
  const visits = (some: readonly RunResult[]) => ({
    successes: some.reduce((sum, { last }) => sum + last.clicked, 0),
    trials: some.reduce((sum, { last }) => sum + last.interactions, 0),
  })
  return {
    other,
    cases: differences.length,
    wins: differences.filter((difference) => difference > 0).length,
    ties: differences.filter((difference) => difference === 0).length,
    difference: estimate(differences),
    differenceOfGroups: estimate([...groups.values()].map(mean)),
    averageDifference: estimate(pairedDifferences(mine.map(averageCtr), matched.map(averageCtr))),
    ...twoProportionZTest(visits(mine), visits(matched)),
  }
}

function estimate(values: readonly number[]): Estimate {
  return { mean: mean(values), interval: values.length < 2 ? null : meanInterval(values) }
}

function caseKey({ topic, audience, seed }: RunResult): string {
  return JSON.stringify([topic, audience, seed])
}

const firstCtr = ({ poolCtrs }: RunResult) => poolCtrs[0] as number
const lastCtr = ({ poolCtrs }: RunResult) => poolCtrs.at(-1) as number
const averageCtr = ({ poolCtrs }: RunResult) => mean(poolCtrs)
