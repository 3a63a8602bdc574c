import betaln from '@stdlib/math-base-special-betaln'
import { checkAboveZero, checkShare } from './argument.ts'
import { type SequenceOptions, sequenceScore } from './asymptotic-sequence.ts'
import type { Interval, Proportion } from './proportions.ts'
import { clusteredRate, hasEnoughVisitors, type VisitorSums } from './visitor-sums.ts'

/**
 * Where the clicks are expected before they are seen, as a Beta(a, b): the interval is narrowest there, and valid
 * wherever the truth is.
 */
export interface RateGuess {
  readonly a: number
  readonly b: number
}

/** Slate CTRs of most pools: a tenth or so. */
const RATE_GUESS: RateGuess = { a: 0.5, b: 4.5 }
const HALVINGS = 60

/**
 * Exact confidence sequence of a constant rate, such as the slate CTR of one pool version served uniformly: with
 * probability at least `level` it holds the rate at all looks together, from the first slate on. Those rates p for
 * which the clicks seen are at most 1 / (1 - level) times likelier under a Beta mixture than under p:
 * B(a + x, b + n - x) / B(a, b) < p^x (1 - p)^(n - x) / (1 - level).
 *
 * Exact for slates independent of one another. Where visitors come back give `designEffect`, how many slates tell as much
 * as one would of visitors who come once (`clusteredRate`): then it is approximate. Where the policy moves the
 * asymptotic `visitorRateSequence` is the one to show.
 *
 * @param proportion clicked slates in slates; trials may be 0: then the interval is [0, 1]
 * @throws RangeError naming argument and value
 *
 * Source: H. Robbins, Annals of Mathematical Statistics 41 (1970); S. R. Howard, A. Ramdas, J. McAuliffe, J. Sekhon,
 * "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49 (2021).
 */
export function rateSequence(
  { successes, trials }: Proportion,
  {
    level = 0.95,
    guess = RATE_GUESS,
    designEffect = 1,
  }: { level?: number; guess?: RateGuess; designEffect?: number } = {},
): Interval {
  checkShare('level', level)
  if (!(designEffect >= 1 && designEffect < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`designEffect: must be finite and at least 1, got ${designEffect}`)
  }
  checkAboveZero('guess.a', guess.a)
  checkAboveZero('guess.b', guess.b)
  if (!(Number.isSafeInteger(trials) && trials >= 0)) {
    throw new RangeError(`trials: must be a whole number of at least 0, got ${trials}`)
  }
  if (!(Number.isSafeInteger(successes) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`successes: must be a whole number from 0 to ${trials}, got ${successes}`)
  }
  if (trials === 0) return [0, 1]
  const clicked = successes / designEffect
  const failures = (trials - successes) / designEffect
  const mixture = betaln(guess.a + clicked, guess.b + failures) - betaln(guess.a, guess.b)
  const least = mixture + Math.log(1 - level)
  const isIn = (rate: number) =>
    (clicked === 0 ? 0 : clicked * Math.log(rate)) + (failures === 0 ? 0 : failures * Math.log1p(-rate)) >=
    least
  // The likelihood rises up to the share and falls from there.
  const share = successes / trials
  return [successes === 0 ? 0 : boundary(0, share, isIn), failures === 0 ? 1 : boundary(1, share, isIn)]
}

/**
 * Confidence sequence of a slate CTR with visitors, not slates, as the independent units: asymptotic, see
 * `sequenceScore`. Under a policy that moves it is for the mean of the chances of a click so far.
 *
 * @returns [0, 1] as long as there are too few visitors for it (`VISITORS_LEAST`)
 * @throws RangeError for sums that cannot be
 */
export function visitorRateSequence(sums: VisitorSums, options: SequenceOptions = {}): Interval {
  sequenceScore(1, options)
  if (!hasEnoughVisitors(sums, VISITORS_LEAST)) return [0, 1]
  const { rate, standardError } = clusteredRate(sums)
  const reach = sequenceScore(sums.slates, options) * standardError
  return [Math.max(0, rate - reach), Math.min(1, rate + reach)]
}

/** Clicking visitors, in effect, from which an asymptotic interval is shown. */
export const VISITORS_LEAST = 20

/** The end of the interval between `out`, which is not in it or is 0 or 1, and `inside`, rounded outwards. */
function boundary(out: number, inside: number, isIn: (rate: number) => boolean): number {
  let far = out
  let near = inside
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (far + near) / 2
    if (isIn(middle)) near = middle
    else far = middle
  }
  return far
}
