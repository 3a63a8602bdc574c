import type { VisitorSums } from '../statistics/visitor-sums.ts'

export type { VisitorSums }

/** Counts of one item at one place of the slates of one pool version. They add up in any order. */
export interface ItemTally {
  readonly version: number
  readonly itemId: string
  /** 0-based. */
  readonly position: number
  /** Slates drawn uniformly at random are counted apart: slot effects and the pool's own CTR come from them. */
  readonly isUniform: boolean
  readonly impressions: number
  readonly clicks: number
  /** Impressions in slates on which nothing was clicked (Z). */
  readonly noClickImpressions: number
}

/** Visits of one pool version. */
export interface SlateTally {
  readonly version: number
  readonly isUniform: boolean
  readonly slates: number
  /** Slates with a click or more. */
  readonly clicked: number
}

/** Visits that are kept but not counted, and why. */
export type LeftOutReason = 'bot' | 'too-fast' | 'unlikely-time' | 'visitor-cap' | 'network-cap'

export interface ArmTallies {
  readonly items: readonly ItemTally[]
  readonly slates: readonly SlateTally[]
  readonly visitors: VisitorSums
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>
}

export const NO_VISITORS: VisitorSums = {
  visitors: 0,
  slates: 0,
  clicked: 0,
  slatesSquared: 0,
  clickedSquared: 0,
  slatesTimesClicked: 0,
}
