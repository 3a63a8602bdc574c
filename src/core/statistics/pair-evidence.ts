import betainc from '@stdlib/math-base-special-betainc'
import betaln from '@stdlib/math-base-special-betaln'
import type { SlateOutcome } from '../evidence.ts'
import { checkAboveZero, checkCount, checkShare } from './argument.ts'

/** Slates in random order that showed both items and were clicked on one of the two. */
export interface PairClicks {
  /** Clicks on the item thought better. */
  readonly wins: number
  /** Clicks on either. */
  readonly trials: number
}

/**
 * Natural logarithm of an e-value against "the first item is not better than the second", to be looked at after
 * every slate if one likes: under v_i <= v_j it reaches log(1 / alpha) at any time with probability at most alpha.
 *
 * With x wins of n, E = 2^(n+1) B(x+1, n-x+1) (1 - I_1/2(x+1, n-x+1)): the likelihood of the win share, averaged
 * over the shares above 1/2 evenly, over that of 1/2. In a slate in random order the items change places evenly, so
 * the click falls on the worse of the two with probability at most 1/2, whatever else was shown and whatever the
 * slot effects. The decision to show both may hang on the past, the order may not.
 *
 * For many pairs at once, ask log(pairs / alpha).
 *
 * @returns a finite number for any counts; 0 before the first click
 * @throws RangeError when counts cannot be
 *
 * Source: J. Ville (1939) for the bound; H. Robbins, "Statistical methods related to the law of the iterated
 * logarithm", Annals of Mathematical Statistics 41 (1970) for the mixture.
 */
export function logPairEvidence({ wins, trials }: PairClicks): number {
  checkCount('trials', trials)
  checkCount('wins', wins)
  if (wins > trials) throw new RangeError(`wins: at most ${trials}, got ${wins}`)
  const losses = trials - wins
  if (wins >= losses) {
    const rest = betainc(0.5, wins + 1, losses + 1)
    return (trials + 1) * Math.LN2 + betaln(wins + 1, losses + 1) + Math.log1p(-rest)
  }
  // The same number as a sum: 1 - I_1/2 is too small for a double where the second item leads clearly.
  let sum = 1
  let term = 1
  for (let step = 0; step < wins && term > 1e-18 * sum; step++) {
    term *= (wins - step) / (losses + 2 + step)
    sum += term
  }
  return Math.log(sum / (losses + 1))
}

/**
 * True once the first item is known to be better at error probability `alpha`, looks at any time included.
 *
 * @param pairs how many pairs are watched in all; the error then is for any of them
 * @throws RangeError naming argument and value
 */
export function isKnownBetter(pair: PairClicks, alpha = 0.05, pairs = 1): boolean {
  checkShare('alpha', alpha)
  checkAboveZero('pairs', pairs)
  return logPairEvidence(pair) >= Math.log(pairs / alpha)
}

/**
 * Wins of one item over another, from slates in random order only: what else is given in makes the evidence void.
 *
 * @param outcomes any that were served in random order; those without both items, or without a click on one of
 * them, do not count. A slate clicked on both counts once for each, which can only lower the evidence
 */
export function pairClicks(outcomes: Iterable<SlateOutcome>, first: string, second: string): PairClicks {
  let wins = 0
  let losses = 0
  for (const { itemIds, clicks } of outcomes) {
    const one = itemIds.indexOf(first)
    const other = itemIds.indexOf(second)
    if (one < 0 || other < 0) continue
    wins += clicks[one] as number
    losses += clicks[other] as number
  }
  return { wins, trials: wins + losses }
}
