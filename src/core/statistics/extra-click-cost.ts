import { checkCount, checkNotNegative } from './argument.ts'
import type { LiftFigure } from './lift.ts'

/** What a click cost that would not have come without the live arm. */
export interface ExtraClickCost {
  /** Lift times slates: clicked slates beyond what the holdout's pool would have brought. Negative when live does worse. */
  readonly extraClicks: number
  /** Spend over that; null when live brought none. */
  readonly costUsd: number | null
  /**
   * From the lift's interval, at the same level. The high end is infinite while the lift may be 0 or less; null when
   * it is known to be no gain, so no cost buys a click.
   */
  readonly costUsdInterval: readonly [low: number, high: number] | null
}

/**
 * Cost per extra click: spend / (lift x slates of the live arm).
 *
 * @param spendUsd all that the live arm's texts cost so far, 0 or more
 * @param slates served in the live arm
 * @param lift absolute lift in slate CTR, as `lift(...).absolute`
 * @throws RangeError naming argument and value
 */
export function extraClickCost(
  spendUsd: number,
  slates: number,
  { estimate, interval }: LiftFigure,
): ExtraClickCost {
  checkNotNegative('spendUsd', spendUsd)
  checkCount('slates', slates)
  const [low, high] = interval
  if (!(low <= estimate && estimate <= high)) {
    throw new RangeError(`lift: ${estimate} must lie in its interval from ${low} to ${high}`)
  }
  const extraClicks = estimate * slates
  const costOf = (rate: number) =>
    rate > 0 && slates > 0 ? spendUsd / (rate * slates) : Number.POSITIVE_INFINITY
  return {
    extraClicks,
    costUsd: extraClicks > 0 ? spendUsd / extraClicks : null,
    costUsdInterval: high > 0 && slates > 0 ? [costOf(high), costOf(low)] : null,
  }
}
