import { DEFAULT_CONTEXT_CONFIG } from '../../../core/live/context-config.ts'
import { leftOutReason } from '../../../core/live/visit-caps.ts'
import { carriedLead } from '../../../core/statistics/carried-lead.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { patternsOf } from './groups.ts'
import { clickedPlace, type Share, shareOf, shuffleFront } from './study.ts'

/** Five items, slates of three, an honest audience of homes: some 800 clicked slates. */
const UTILITIES = [0.02, 0.03, 0.05, 0.08, 0.12]
const VISITS = 5000
const VISITORS = 2500
const WORST = 0
const BEST = 4
/** The default strategy lets two go. */
const LEAVING = 2
const { caps } = DEFAULT_CONTEXT_CONFIG

/** Visitors who ask for slates all day, and report those that hold their target. */
export interface Flood {
  /** `push` clicks the worst item; `bury` sees the best and never clicks. */
  readonly aim: 'push' | 'bury'
  readonly visitors: number
  /** Networks that they share. */
  readonly networks: number
  /** Slates that each reports in the day. */
  readonly slates: number
}

const flood = (aim: Flood['aim'], visitors: number, networks = visitors): Flood => ({
  aim,
  visitors,
  networks,
  slates: 600,
})

export const FLOODS: readonly Flood[] = [
  flood('push', 0),
  ...[1, 2, 5, 10, 25, 100].map((visitors) => flood('push', visitors)),
  ...[10, 100, 1000].map((visitors) => flood('push', visitors, 1)),
  flood('bury', 0),
  ...[1, 5, 10, 25, 100].map((visitors) => flood('bury', visitors)),
  ...[10, 100, 1000].map((visitors) => flood('bury', visitors, 1)),
]

export interface FloodEffect extends Flood {
  /** Visits of the flood that were counted, of `visitors` times `slates`. */
  readonly counted: number
  /** Mean C / Z of the target over rounds; the truth is `utility`. */
  readonly measured: number
  readonly utility: number
  /** Rounds in which the target is one of the two of the lowest CTR, which leave. */
  readonly leaves: Share
  readonly alarm: Share
}

export function floodEffect(rounds: number, one: Flood): FloodEffect {
  const target = one.aim === 'push' ? WORST : BEST
  let counted = 0
  let measured = 0
  let alarms = 0
  const leaves = shareOf(rounds, ['flood', one.aim, one.visitors, one.networks], (random) => {
    const day = new Day()
    honest(day, random)
    counted = flooded(day, one, target, random)
    const own = day.items[target] as Counts
    measured += own.clicks / own.noClickImpressions
    if (carriedLead(day.items, patternsOf([...day.networks.values()])) !== null) alarms++
    const worst = day.items
      .map(({ clicks, impressions }, item) => ({ item, ctr: clicks / impressions }))
      .sort((a, b) => a.ctr - b.ctr)
      .slice(0, LEAVING)
    return worst.some(({ item }) => item === target)
  })
  return {
    ...one,
    counted,
    measured: measured / rounds,
    utility: UTILITIES[target] as number,
    leaves,
    alarm: { times: alarms, rounds },
  }
}

interface Counts {
  impressions: number
  clicks: number
  noClickImpressions: number
}

/** One day of one arm, counted by the rules of the core under the default caps. */
class Day {
  readonly items: readonly Counts[] = UTILITIES.map(() => ({
    impressions: 0,
    clicks: 0,
    noClickImpressions: 0,
  }))
  /** Clicks by item of each network. */
  readonly networks = new Map<string, Uint16Array>()
  private readonly slatesOf = new Map<string, number>()
  private readonly clickedOf = new Map<string, number>()

  /** @returns whether it was counted */
  visit(visitor: string, network: string, slate: readonly number[], clicked: number | null): boolean {
    const soFar = {
      visitorSlates: plusOne(this.slatesOf, visitor, true),
      visitorClicked: plusOne(this.clickedOf, visitor, clicked !== null),
      networkSlates: plusOne(this.slatesOf, network, true),
      networkClicked: plusOne(this.clickedOf, network, clicked !== null),
    }
    if (leftOutReason({ mark: 'none' }, soFar, caps) !== null) return false
    for (const item of slate) {
      const counts = this.items[item] as Counts
      counts.impressions++
      if (clicked === null) counts.noClickImpressions++
      if (clicked !== item) continue
      counts.clicks++
      const own = this.networks.get(network) ?? new Uint16Array(UTILITIES.length)
      own[item]! += 1
      this.networks.set(network, own)
    }
    return true
  }
}

function plusOne(counts: Map<string, number>, name: string, isOne: boolean): number {
  const count = (counts.get(name) ?? 0) + (isOne ? 1 : 0)
  counts.set(name, count)
  return count
}

function honest(day: Day, random: FastRandom): void {
  const order = UTILITIES.map((_, item) => item)
  for (let visit = 0; visit < VISITS; visit++) {
    shuffleFront(order, 3, random)
    const slate = order.slice(0, 3)
    const slot = clickedPlace(
      slate.map((item) => UTILITIES[item] as number),
      random,
    )
    const visitor = Math.floor(random.uniform() * VISITORS)
    day.visit(`home ${visitor}`, `network of ${visitor}`, slate, slot < 0 ? null : (slate[slot] as number))
  }
}

function flooded(
  day: Day,
  { aim, visitors, networks, slates }: Flood,
  target: number,
  random: FastRandom,
): number {
  const others = UTILITIES.map((_, item) => item).filter((item) => item !== target)
  let counted = 0
  for (let slate = 0; slate < slates; slate++) {
    for (let visitor = 0; visitor < visitors; visitor++) {
      shuffleFront(others, 2, random)
      const shown = [target, others[0] as number, others[1] as number]
      const clicked = aim === 'push' ? target : null
      if (day.visit(`attacker ${visitor}`, `lair ${visitor % networks}`, shown, clicked)) counted++
    }
  }
  return counted
}
