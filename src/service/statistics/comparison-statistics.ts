import type { ArmConfig } from '../../core/live/context-config.ts'
import type { VisitorSums } from '../../core/live/tallies.ts'
import { extraClickCost } from '../../core/statistics/extra-click-cost.ts'
import { type LiftFigure, lift } from '../../core/statistics/lift.ts'
import { VISITORS_LEAST } from '../../core/statistics/rate-sequence.ts'
import { sampleRatio } from '../../core/statistics/sample-ratio.ts'
import { clickingVisitors } from '../../core/statistics/visitor-sums.ts'
import type { Spend } from '../../ports/store/model-calls.ts'

/** An arm that is served, with its visitors. */
export interface ArmVisitors {
  readonly config: ArmConfig
  readonly visitors: VisitorSums
}

/** The main arm against another, over all slates so far: null figures while there are too few visitors to tell. */
export interface Comparison {
  readonly arm: string
  readonly against: string
  /** Is the other one frozen, so that this is the lift of rewriting? */
  readonly isHoldout: boolean
  readonly lift: { readonly absolute: LiftFigure; readonly relative: LiftFigure } | null
  /** Arms with too few clicking visitors for a lift; empty when there is one. */
  readonly waitsFor: readonly {
    readonly arm: string
    /** In effect; see `clickingVisitors`. */
    readonly clickingVisitors: number
    readonly needed: number
  }[]
  /** null where the other is no holdout, or there is no lift yet. */
  readonly extraClicks: {
    readonly count: number
    /** null when there were none, or when calls have no known price, since it would be too low. */
    readonly costUsd: number | null
    /** Upper end null: none, while the lift may be nothing. null as a whole: known to be no gain. */
    readonly costUsdInterval: readonly [number, number | null] | null
  } | null
}

export interface SampleRatioCheck {
  readonly isMismatch: boolean
  readonly logEvidence: number
  readonly arms: readonly { readonly arm: string; readonly share: number; readonly visitors: number }[]
}

/** @param spend all that the context's texts cost so far */
export function comparisons(
  arms: readonly ArmVisitors[],
  spend: Pick<Spend, 'costUsd' | 'unpriced'>,
): Comparison[] {
  const [main, ...others] = arms
  if (main === undefined) return []
  return others.map(({ config, visitors }): Comparison => {
    const found = lift(main.visitors, visitors)
    const isHoldout = config.isFrozen
    const waitsFor = [main, { config, visitors }]
      .map((one) => ({
        arm: one.config.key,
        clickingVisitors: clickingVisitors(one.visitors),
        needed: VISITORS_LEAST,
      }))
      .filter((one) => found === null && one.clickingVisitors < VISITORS_LEAST)
    const base = { arm: main.config.key, against: config.key, isHoldout, lift: found, waitsFor }
    if (found === null || !isHoldout) return { ...base, extraClicks: null }
    const isPriced = spend.unpriced === 0
    const cost = extraClickCost(spend.costUsd, main.visitors.slates, found.absolute)
    const interval = cost.costUsdInterval
    return {
      ...base,
      extraClicks: {
        count: cost.extraClicks,
        costUsd: isPriced ? cost.costUsd : null,
        // JSON has no infinity.
        costUsdInterval:
          !isPriced || interval === null || !Number.isFinite(interval[0])
            ? null
            : [interval[0], Number.isFinite(interval[1]) ? interval[1] : null],
      },
    }
  })
}

/** Do visitors come to the arms as configured? null with fewer than two arms that have a share. */
export function sampleRatioCheck(arms: readonly ArmVisitors[]): SampleRatioCheck | null {
  const shared = arms
    .filter(({ config }) => config.share > 0)
    .map(({ config, visitors }) => ({ arm: config.key, share: config.share, visitors: visitors.visitors }))
  return shared.length < 2 ? null : { ...sampleRatio(shared), arms: shared }
}
