import { checkAboveZero, checkShare } from './argument.ts'

/** Settings of an interval that may be looked at as often as one likes. Fix them before the first look. */
export interface SequenceOptions {
  /** Chance that the interval holds the truth at all looks together. Default 0.95. */
  readonly level?: number
  /** Slates at which the interval is at its tightest against one for a single look. Default 10,000. */
  readonly tunedSlates?: number
}

export const TUNED_SLATES = 10_000

/**
 * How many standard errors wide an asymptotic confidence sequence is on each side, where an interval for a single
 * look has 1.96: sqrt((1 + 1 / (t r)) (log(1 + t r) + 2 log(1 / alpha))) with t the slates so far and r chosen so that
 * it is least at `tunedSlates`: 3.0 there for a level of 0.95, 3.2 at a third and at ten times as many, 3.9 at a tenth.
 * Beyond that it grows like the root of the logarithm of t.
 *
 * @throws RangeError naming argument and value
 *
 * Source: I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, "Time-uniform central limit theory and
 * asymptotic confidence sequences", Annals of Statistics 52 (2024), theorem 2.2, and its appendix on tuning.
 */
export function sequenceScore(slates: number, options: SequenceOptions = {}): number {
  const { level = 0.95, tunedSlates = TUNED_SLATES } = options
  checkAboveZero('slates', slates)
  checkShare('level', level)
  checkAboveZero('tunedSlates', tunedSlates)
  const logAlpha = Math.log(1 - level)
  // Where the width is least: -W_{-1}(-alpha^2 / e) - 1 in the first terms of its expansion.
  const clock = (slates / tunedSlates) * (-2 * logAlpha + Math.log(1 - 2 * logAlpha))
  return Math.sqrt((1 + 1 / clock) * (Math.log1p(clock) - 2 * logAlpha))
}
