import { type SequenceOptions, sequenceScore } from './asymptotic-sequence.ts'
import type { Interval } from './proportions.ts'
import { VISITORS_LEAST } from './rate-sequence.ts'
import { checkSums, clusteredRate, hasEnoughVisitors, type VisitorSums } from './visitor-sums.ts'

/** An estimate with an interval that may be looked at at any time. */
export interface LiftFigure {
  readonly estimate: number
  readonly interval: Interval
}

/** How much better the live arm does than the holdout. */
export interface Lift {
  /** Slate CTR of live less that of the holdout, in [-1, 1]. */
  readonly absolute: LiftFigure
  /** That over the holdout's slate CTR: 0.25 is a quarter more. At least -1. */
  readonly relative: LiftFigure
}

/**
 * Lift in slate CTR of the live arm over the holdout, each with an asymptotic confidence sequence whose units are
 * visitors: at all looks together each of the two intervals holds its truth with probability about `level`. The
 * difference of two ratios, standard errors by the delta method, times `sequenceScore` of the slates of both arms;
 * the relative lift on the scale of logarithms.
 *
 * Assumes: visitors are put in arms by lot and stay there; they do not influence one another; no visitor is more than
 * a small share of an arm. Where the CTR of the arms moves over time it is for the CTRs over all slates so far. It is
 * asymptotic: before `VISITORS_LEAST` clicking visitors in effect in each arm there is none.
 *
 * @returns null while there are too few visitors to tell
 * @throws RangeError for sums that no visitors can have
 */
export function lift(live: VisitorSums, holdout: VisitorSums, options: SequenceOptions = {}): Lift | null {
  sequenceScore(1, options)
  for (const sums of [live, holdout]) if (sums.visitors >= 2) checkSums(sums)
  if (!hasEnoughVisitors(live, VISITORS_LEAST) || !hasEnoughVisitors(holdout, VISITORS_LEAST)) return null
  const first = clusteredRate(live)
  const second = clusteredRate(holdout)
  const score = sequenceScore(live.slates + holdout.slates, options)
  const difference = first.rate - second.rate
  const reach = score * Math.hypot(first.standardError, second.standardError)
  const ratio = first.rate / second.rate
  const factor = Math.exp(
    score * Math.hypot(first.standardError / first.rate, second.standardError / second.rate),
  )
  return {
    absolute: {
      estimate: difference,
      interval: [Math.max(-1, difference - reach), Math.min(1, difference + reach)],
    },
    relative: { estimate: ratio - 1, interval: [ratio / factor - 1, ratio * factor - 1] },
  }
}
