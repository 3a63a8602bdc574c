import betainc from '@stdlib/math-base-special-betainc'
import { checkNotNegative, checkShare } from './argument.ts'
import { JEFFREYS_PRIOR, type UtilityCounts } from './utility-posterior.ts'

/** Counts of each item from one group of visitors, such as a network prefix. */
export interface GroupCounts {
  readonly group: string
  /** By item, in the same order for all groups. No-click impressions may be weighted by slot effects. */
  readonly items: readonly UtilityCounts[]
}

/** A lead of one item over another that one group of visitors carries. */
export interface CarriedLead {
  readonly group: string
  /** Places in `items`. */
  readonly leader: number
  readonly follower: number
  /** P(leader's v > follower's v) with all groups, and without this one. */
  readonly withGroup: number
  readonly withoutGroup: number
}

/**
 * Leads that hang on one group of visitors: pairs of items where all groups together say that one is better, with at
 * least `level`, and without a single group it is likelier that it is not. Honest groups rarely carry a lead, because
 * the rest of the visitors leans the same way; a flood from one network does. Each group is left out in turn, so
 * the heaviest need not be known.
 *
 * It says nothing about a flood spread over many groups, and nothing while no lead is credible.
 *
 * @param groups any number; with one group alone each credible lead is carried by it
 * @param pairs places of items to compare, leader or not in any order; all pairs when absent
 * @returns worst first, by `withoutGroup`
 * @throws RangeError when groups have different numbers of items, or counts cannot be
 */
export function carriedLeads(
  groups: readonly GroupCounts[],
  { level = 0.95, pairs }: { level?: number; pairs?: readonly (readonly [number, number])[] } = {},
): CarriedLead[] {
  checkShare('level', level)
  const size = groups[0]?.items.length ?? 0
  for (const { group, items } of groups) {
    if (items.length !== size) {
      throw new RangeError(`items: group ${group} has ${items.length}, the first group ${size}`)
    }
  }
  const totals = summed(groups, size)
  const clicked = totals.reduce((sum, { clicks }) => sum + clicks, 0)
  const unclicked = totals.reduce((sum, { noClickImpressions }) => sum + noClickImpressions, 0)
  const prior =
    clicked > 0 && unclicked > 0 ? { clicks: 1, noClickImpressions: unclicked / clicked } : JEFFREYS_PRIOR
  const found: CarriedLead[] = []
  for (const [one, other] of pairs ?? allPairs(size)) {
    const chance = betterChance(totals, one, other, prior)
    const withGroup = Math.max(chance, 1 - chance)
    if (withGroup < level) continue
    const [leader, follower] = chance > 0.5 ? [one, other] : [other, one]
    for (const { group, items } of groups) {
      const withoutGroup = betterChance(totals, leader, follower, prior, items)
      if (withoutGroup < 0.5) found.push({ group, leader, follower, withGroup, withoutGroup })
    }
  }
  return found.sort((a, b) => a.withoutGroup - b.withoutGroup)
}

function betterChance(
  totals: readonly UtilityCounts[],
  one: number,
  other: number,
  prior: UtilityCounts,
  without?: readonly UtilityCounts[],
): number {
  const leftOut = (item: number) => without?.[item] ?? { clicks: 0, noClickImpressions: 0 }
  const shapeOf = (item: number) =>
    prior.clicks + (totals[item] as UtilityCounts).clicks - leftOut(item).clicks
  const rateOf = (item: number) =>
    prior.noClickImpressions +
    (totals[item] as UtilityCounts).noClickImpressions -
    leftOut(item).noClickImpressions
  // v taken as Gamma(shape, rate), which its Beta is close to: G1 / (G1 + G2) of two standard Gamma draws is
  // Beta(shape1, shape2), so the answer is one call, and there may be thousands of groups.
  const bound = rateOf(one) / (rateOf(one) + rateOf(other))
  return betainc(bound, shapeOf(one), shapeOf(other), true, true)
}

function summed(groups: readonly GroupCounts[], size: number): UtilityCounts[] {
  const totals = Array.from({ length: size }, () => ({ clicks: 0, noClickImpressions: 0 }))
  for (const { items } of groups) {
    for (const [item, { clicks, noClickImpressions }] of items.entries()) {
      checkNotNegative('clicks', clicks)
      checkNotNegative('noClickImpressions', noClickImpressions)
      const total = totals[item] as { clicks: number; noClickImpressions: number }
      total.clicks += clicks
      total.noClickImpressions += noClickImpressions
    }
  }
  return totals
}

function allPairs(size: number): [number, number][] {
  return Array.from({ length: size }, (_, one) =>
    Array.from({ length: one }, (_, other): [number, number] => [other, one]),
  ).flat()
}
