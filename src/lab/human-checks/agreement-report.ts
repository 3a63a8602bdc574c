import { type Agreement, agreement, type Ratings } from '../../core/statistics/agreement.ts'
import { clopperPearsonInterval, exactHalfTest } from '../../core/statistics/exact-binomial.ts'
import type { Interval, Proportion } from '../../core/statistics/proportions.ts'
import type { Check, PairCheck, PoolCheck } from './check.ts'
import type { Annotator } from './collect-answers.ts'

/** A share with its exact 95 % interval (Clopper-Pearson); both absent where there was nothing to count. */
export interface Share extends Proportion {
  readonly share?: number
  readonly interval?: Interval
}

export interface AgreementReport {
  readonly annotators: readonly AnnotatorFigures[]
  readonly questionPairs: {
    readonly checks: number
    readonly scorers: readonly string[]
    readonly agreement: Agreement
    /** Pairs where all who answered, at least two, chose the same, of those with at least two answers. */
    readonly agreed: Share
    /** Of the agreed pairs, those where the text that people chose has the higher score. */
    readonly scorerRight: Share
    /** The same by scorer, when there is more than one. */
    readonly scorerRightBy: Readonly<Record<string, Share>>
  }
  readonly poolComparisons: {
    readonly checks: number
    readonly strategies: readonly string[]
    /** Of the last pools; absent when they differ or there are none. */
    readonly lastIteration?: number
    readonly agreement: Agreement
    readonly agreed: Share
    /** Comparisons where most of those who answered prefer the last pool, of those with a majority. */
    readonly lastPreferred: Share
    /** Two-sided, exact, against even odds; absent without a majority anywhere. */
    readonly pValue?: number
    /** Comparisons where as many prefer the one as the other. */
    readonly split: number
  }
}

export interface AnnotatorFigures {
  readonly name: string
  readonly answered: number
  /** Ids of the checks without an answer. */
  readonly missing: readonly string[]
}

/** What people's answers come to. */
export function agreementReport(checks: readonly Check[], annotators: readonly Annotator[]): AgreementReport {
  return {
    annotators: annotators.map(({ name, choices }) => {
      const missing = checks.filter((_, index) => choices[index] === undefined).map(({ id }) => id)
      return { name, answered: checks.length - missing.length, missing }
    }),
    questionPairs: pairFigures(answeredOf(checks, annotators, 'question-pair')),
    poolComparisons: poolFigures(answeredOf(checks, annotators, 'pool-comparison')),
  }
}

/** Checks of one kind; `ratings` has a list for each annotator, `answers` one for each check. */
interface Answered<C extends Check> {
  readonly checks: readonly C[]
  readonly ratings: readonly Ratings[]
  readonly answers: readonly (readonly string[])[]
}

function answeredOf<K extends Check['kind']>(
  checks: readonly Check[],
  annotators: readonly Annotator[],
  kind: K,
): Answered<Extract<Check, { kind: K }>> {
  const places = checks.flatMap((check, index) => (check.kind === kind ? [index] : []))
  const ratings = annotators.map(({ choices }) => places.map((index) => choices[index]))
  return {
    checks: places.map((index) => checks[index] as Extract<Check, { kind: K }>),
    ratings,
    answers: places.map((_, at) => ratings.map((one) => one[at]).filter((choice) => choice !== undefined)),
  }
}

function pairFigures({ checks, ratings, answers }: Answered<PairCheck>): AgreementReport['questionPairs'] {
  const figures = agreement(ratings)
  const agreed = checks.flatMap((check, index) => {
    const chosen = unanimousChoice(answers[index] as readonly string[])
    return chosen === undefined ? [] : [{ scorer: check.scorer, isRight: chosen === check.higher }]
  })
  const right = (list: typeof agreed) =>
    shareOf({ successes: list.filter(({ isRight }) => isRight).length, trials: list.length })
  const scorers = [...new Set(checks.map(({ scorer }) => scorer))]
  return {
    checks: checks.length,
    scorers,
    agreement: figures,
    agreed: shareOf({ successes: figures.unanimous, trials: figures.units }),
    scorerRight: right(agreed),
    scorerRightBy:
      scorers.length < 2
        ? {}
        : Object.fromEntries(
            scorers.map((name) => [name, right(agreed.filter(({ scorer }) => scorer === name))]),
          ),
  }
}

function poolFigures({ checks, ratings, answers }: Answered<PoolCheck>): AgreementReport['poolComparisons'] {
  const figures = agreement(ratings)
  let preferred = 0
  let other = 0
  let split = 0
  for (const [index, { last }] of checks.entries()) {
    const choices = answers[index] as readonly string[]
    if (choices.length === 0) continue
    const lead = 2 * choices.filter((choice) => choice === last).length - choices.length
    if (lead > 0) preferred += 1
    else if (lead < 0) other += 1
    else split += 1
  }
  const lastPreferred = shareOf({ successes: preferred, trials: preferred + other })
  const [lastIteration, ...more] = new Set(
    checks.map(({ left, right }) => Math.max(left.iteration, right.iteration)),
  )
  return {
    checks: checks.length,
    strategies: [...new Set(checks.map(({ strategy }) => strategy))],
    ...(lastIteration === undefined || more.length > 0 ? {} : { lastIteration }),
    agreement: figures,
    agreed: shareOf({ successes: figures.unanimous, trials: figures.units }),
    lastPreferred,
    ...(lastPreferred.trials === 0 ? {} : { pValue: exactHalfTest(lastPreferred) }),
    split,
  }
}

/** What at least two people chose, all the same; undefined otherwise. */
function unanimousChoice(answers: readonly string[]): string | undefined {
  return answers.length >= 2 && new Set(answers).size === 1 ? answers[0] : undefined
}

/** A count of a count with share and interval. */
export function shareOf({ successes, trials }: Proportion): Share {
  if (trials === 0) return { successes, trials }
  const interval = clopperPearsonInterval({ successes, trials })
  return { successes, trials, share: successes / trials, interval }
}
