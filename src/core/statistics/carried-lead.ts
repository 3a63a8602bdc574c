import { checkCount, checkShare } from './argument.ts'
import { probabilityBetter } from './better-probability.ts'
import { normalCdf } from './normal.ts'
import { type UtilityCounts, utilityPosterior } from './utility-posterior.ts'

/** `sources` networks, or visitors, that clicked as often on each item. */
export interface SourcePattern {
  /** By item. */
  readonly clicks: readonly number[]
  readonly sources: number
}

/** A lead of one item over another that few networks, or visitors, carry. */
export interface CarriedLead {
  /** Places in the list of items. */
  readonly leader: number
  readonly follower: number
  /** P(leader's v > follower's v) by all clicks, and where each source counts once. */
  readonly byClicks: number
  readonly bySources: number
  /** The fewest sources without whose clicks there is no lead, and their share of the leader's clicks. */
  readonly carriers: number
  readonly carriersShare: number
}

/** Standard errors between the two figures from which they contradict each other. */
const CONTRADICTION = 2

/**
 * The lead that few sources carry, of all pairs of items: one that is credible by clicks, is none when each source has
 * one vote, and whose two figures lie further apart than chance takes them. A source's vote is the leader's part of its
 * clicks on the two, so that five hundred clicks of one network say as much as the one of a home, and no more. An
 * honest network of any size leans as the others do, so leaving its size out moves nothing but the noise; a flood
 * leans its own way, from however many networks, as long as the honest ones that clicked outnumber them enough.
 *
 * It takes an item's chance to be shown as the same for all sources.
 *
 * @param items C and Z of each
 * @param patterns clicks by source, each with one number an item
 * @param options `level` from which a lead is credible
 * @returns of several the one with the least `bySources`; null for none
 * @throws RangeError naming argument and value
 */
export function carriedLead(
  items: readonly UtilityCounts[],
  patterns: readonly SourcePattern[],
  { level = 0.95 }: { level?: number } = {},
): CarriedLead | null {
  checkShare('level', level)
  for (const { clicks, sources } of patterns) {
    if (clicks.length !== items.length) {
      throw new RangeError(`clicks: one an item, so ${items.length}, got ${clicks.length}`)
    }
    for (const one of clicks) checkCount('clicks', one)
    checkCount('sources', sources)
  }
  let found: CarriedLead | null = null
  for (const [leader, one] of items.entries()) {
    for (const [follower, other] of items.entries()) {
      if (one.clicks * other.noClickImpressions <= other.clicks * one.noClickImpressions) continue
      const byClicks = probabilityBetter(utilityPosterior(one), utilityPosterior(other))
      if (byClicks < level) continue
      const pair = pairOf(patterns, leader, follower)
      // What the leader's part of the clicks on the two is when both are worth the same.
      const even = one.noClickImpressions / (one.noClickImpressions + other.noClickImpressions)
      const bySources = votedChance(pair, even)
      if (bySources === null || bySources >= 0.5) continue
      if (found !== null && found.bySources <= bySources) continue
      found = { leader, follower, byClicks, bySources, ...carriers(pair, one, other, even) }
    }
  }
  return found
}

interface PairPattern {
  readonly leader: number
  readonly follower: number
  readonly sources: number
}

function pairOf(patterns: readonly SourcePattern[], leader: number, follower: number): PairPattern[] {
  return patterns
    .map(({ clicks, sources }) => ({
      leader: clicks[leader] as number,
      follower: clicks[follower] as number,
      sources,
    }))
    .filter(({ leader: on, follower: off, sources }) => on + off > 0 && sources > 0)
}

/** Chance of a lead by the sources' votes; null where they do not contradict the clicks. */
function votedChance(pair: readonly PairPattern[], even: number): number | null {
  let sources = 0
  let clicks = 0
  let onLeader = 0
  let votes = 0
  let squares = 0
  let inverse = 0
  for (const one of pair) {
    const own = one.leader + one.follower
    const vote = one.leader / own
    sources += one.sources
    clicks += one.sources * own
    onLeader += one.sources * one.leader
    votes += one.sources * vote
    squares += one.sources * vote * vote
    inverse += one.sources / own
  }
  if (sources === 0) return null
  const mean = votes / sources
  // Held off 0 and 1, where a few equal votes would leave no error at all.
  const held = Math.min(Math.max(mean, 1 / (sources + 2)), 1 - 1 / (sources + 2))
  const byChance = (held * (1 - held) * inverse) / sources ** 2
  const between = Math.max(0, squares / sources - mean * mean) / Math.max(1, sources - 1)
  const error = Math.sqrt(Math.max(byChance, between))
  if (onLeader / clicks - mean < CONTRADICTION * error) return null
  return normalCdf((mean - even) / error)
}

/** Takes away the sources that push the lead most, one after the other, until it is gone. */
function carriers(
  pair: readonly PairPattern[],
  leader: UtilityCounts,
  follower: UtilityCounts,
  even: number,
): Pick<CarriedLead, 'carriers' | 'carriersShare'> {
  const pushOf = (one: Pick<PairPattern, 'leader' | 'follower'>) =>
    one.leader * (1 - even) - one.follower * even
  const pushing = pair.filter((one) => pushOf(one) > 0).sort((a, b) => pushOf(b) - pushOf(a))
  let lead = pushOf({ leader: leader.clicks, follower: follower.clicks })
  let taken = 0
  let clicks = 0
  for (const one of pushing) {
    if (lead <= 0) break
    const needed = Math.min(one.sources, Math.ceil(lead / pushOf(one)))
    lead -= needed * pushOf(one)
    taken += needed
    clicks += needed * one.leader
  }
  return { carriers: taken, carriersShare: Math.min(1, clicks / leader.clicks) }
}
