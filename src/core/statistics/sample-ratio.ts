import gammaln from '@stdlib/math-base-special-gammaln'
import { checkAboveZero, checkCount, checkShare } from './argument.ts'

/** Visitors of one arm, and the share of visitors it was given. */
export interface ArmShare {
  /** Distinct visitors seen in the arm. */
  readonly visitors: number
  /** Configured share; above 0. The shares need not sum to 1. */
  readonly share: number
}

export interface SampleRatio {
  /** Natural logarithm of the e-value against "visitors come as configured". */
  readonly logEvidence: number
  /** True once that is at least log(1 / alpha): something assigns, drops or counts visitors unevenly. */
  readonly isMismatch: boolean
}

/** How far from the configured shares an alarm is expected to be: a few percent of a share. */
const CONCENTRATION = 1000

/**
 * Sample-ratio check that may be looked at after every visitor: the multinomial e-process. A Dirichlet mixture
 * about the configured shares over those shares themselves:
 * log B(k s + n) - log B(k s) - sum n_i log s_i. When visitors do come as configured it ever reaches log(1 / alpha)
 * with probability at most alpha.
 *
 * Count visitors, once each, not slates: a visitor's slates all fall in one arm. After an alarm no lift is to be
 * trusted until its cause is found; arms whose shares were changed are compared from the change on.
 *
 * @param arms at least two
 * @param options `alpha` default 0.001, as an alarm stops a reading; `concentration` k, default 1,000: larger finds
 * smaller deviations later
 * @throws RangeError naming argument and value
 *
 * Source: M. Lindon, A. Malek, "Anytime-valid inference for multinomial count data", NeurIPS 2022.
 */
export function sampleRatio(
  arms: readonly ArmShare[],
  { alpha = 0.001, concentration = CONCENTRATION }: { alpha?: number; concentration?: number } = {},
): SampleRatio {
  checkShare('alpha', alpha)
  checkAboveZero('concentration', concentration)
  if (arms.length < 2) throw new RangeError(`arms: a ratio needs at least two, got ${arms.length}`)
  for (const { visitors, share } of arms) {
    checkCount('visitors', visitors)
    checkAboveZero('share', share)
  }
  const shares = arms.reduce((sum, { share }) => sum + share, 0)
  const visitorsInAll = arms.reduce((sum, { visitors }) => sum + visitors, 0)
  let logEvidence = gammaln(concentration) - gammaln(concentration + visitorsInAll)
  for (const { visitors, share } of arms) {
    if (visitors === 0) continue
    const part = share / shares
    logEvidence +=
      gammaln(concentration * part + visitors) - gammaln(concentration * part) - visitors * Math.log(part)
  }
  return { logEvidence, isMismatch: logEvidence >= Math.log(1 / alpha) }
}
