import { probabilityBetter } from '../../../core/statistics/better-probability.ts'
import { carriedLead, type SourcePattern } from '../../../core/statistics/carried-lead.ts'
import { type UtilityCounts, utilityPosterior } from '../../../core/statistics/utility-posterior.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { pairedNormal } from '../../../simulator/visitor-taste.ts'
import { clickedPlace, type Share, shareOf, shuffleFront } from './study.ts'

/** The first is the worst, and what floods click. */
const UTILITIES = [0.02, 0.025, 0.03, 0.05, 0.06]
const WORST = 0

/** Honest networks, or visitors, and others that only click the worst item. */
export interface SourceWorld {
  readonly name: string
  readonly sources: number
  /** Share of the visits by the busiest; `ranked`: source r in proportion to 1 / r, so a sixth of 200. */
  readonly busiest: number | 'ranked'
  readonly visits: number
  /** Standard deviation of log v of each item between sources. */
  readonly taste: number
  readonly flood?: { readonly sources: number; readonly clicks: number }
}

const HOMES = { sources: 5000, busiest: 0.1, visits: 20_000, taste: 0 }

export const HONEST_WORLDS: readonly SourceWorld[] = [
  { ...HOMES, name: '5,000 networks, one office makes 30 % of the visits', busiest: 0.3 },
  {
    ...HOMES,
    name: '500 networks, an office with 30 %, 2,000 visits',
    sources: 500,
    busiest: 0.3,
    visits: 2000,
  },
  { ...HOMES, name: '200 networks of very unequal size', sources: 200, busiest: 'ranked' },
  { ...HOMES, name: '3 networks', sources: 3, busiest: 'ranked' },
  { ...HOMES, name: 'one network: everybody behind one proxy', sources: 1, busiest: 'ranked' },
  { ...HOMES, name: 'an office with 30 %; networks’ tastes differ by half', busiest: 0.3, taste: 0.5 },
  {
    ...HOMES,
    name: '200 of unequal size; tastes differ by half',
    sources: 200,
    busiest: 'ranked',
    taste: 0.5,
  },
  { ...HOMES, name: '200 of unequal size; tastes differ', sources: 200, busiest: 'ranked', taste: 1 },
]

const flooded = (sources: number, clicks: number): SourceWorld => ({
  ...HOMES,
  name: `${sources.toLocaleString('en')} with ${clicks.toLocaleString('en')} click${clicks === 1 ? '' : 's'} each`,
  flood: { sources, clicks },
})

/** Five thousand honest networks make 20,000 visits and some 2,000 clicks. */
export const FLOODED_WORLDS: readonly SourceWorld[] = [
  flooded(1, 100),
  flooded(1, 500),
  flooded(10, 50),
  flooded(10, 500),
  flooded(100, 5),
  flooded(100, 500),
  flooded(500, 2),
  flooded(1000, 1),
  flooded(1000, 500),
]

export interface SourceFindings {
  readonly name: string
  /** Rounds in which the flood gave the worst item a credible lead over some other. */
  readonly led: Share
  /** Rounds with an alarm; in a flooded world: about the worst item's lead. */
  readonly alarm: Share
  /** Rounds in which leaving out the clicks of the leader's busiest source alone would have raised one. */
  readonly plain: Share
}

export function sourceFindings(rounds: number, world: SourceWorld): SourceFindings {
  let led = 0
  let plain = 0
  const alarm = shareOf(rounds, ['sources', world.name], (random) => {
    const { items, sources } = visited(world, random)
    if (leadsOver(items, WORST)) led++
    if (busiestLeftOut(items, sources)) plain++
    const found = carriedLead(items, patternsOf(sources))
    return found !== null && (world.flood === undefined || found.leader === WORST)
  })
  return { name: world.name, led: { times: led, rounds }, alarm, plain: { times: plain, rounds } }
}

interface Visited {
  readonly items: readonly UtilityCounts[]
  /** Clicks by item of each source. */
  readonly sources: readonly Uint16Array[]
}

function visited(world: SourceWorld, random: FastRandom): Visited {
  const { sources, busiest, visits, taste, flood } = world
  const clicks = Array.from({ length: sources }, () => new Uint16Array(UTILITIES.length))
  const weights = clicks.map(() =>
    UTILITIES.map((utility) =>
      taste === 0
        ? utility
        : utility * Math.exp(taste * pairedNormal(random.next32(), random.next32()) - taste ** 2 / 2),
    ),
  )
  const shown = UTILITIES.map(() => 0)
  const order = UTILITIES.map((_, item) => item)
  const slate = [0, 0, 0]
  for (let visit = 0; visit < visits; visit++) {
    const source = drawSource(sources, busiest, random)
    shuffleFront(order, 3, random)
    for (let slot = 0; slot < 3; slot++) slate[slot] = weights[source]?.[order[slot] as number] as number
    const slot = clickedPlace(slate, random)
    if (slot >= 0) (clicks[source] as Uint16Array)[order[slot] as number]! += 1
    else for (let place = 0; place < 3; place++) shown[order[place] as number]! += 1
  }
  for (let one = 0; one < (flood?.sources ?? 0); one++) {
    clicks.push(Uint16Array.from(UTILITIES, (_, item) => (item === WORST ? (flood?.clicks ?? 0) : 0)))
  }
  const items = shown.map((noClickImpressions, item) => ({
    clicks: clicks.reduce((sum, own) => sum + (own[item] as number), 0),
    noClickImpressions,
  }))
  return { items, sources: clicks }
}

function drawSource(sources: number, busiest: SourceWorld['busiest'], random: FastRandom): number {
  if (busiest === 'ranked') return Math.min(sources - 1, Math.floor((sources + 1) ** random.uniform()) - 1)
  return random.uniform() < busiest ? 0 : 1 + Math.floor(random.uniform() * (sources - 1))
}

/** As the store tells them: sources with the same clicks together. */
export function patternsOf(sources: readonly Uint16Array[]): SourcePattern[] {
  const patterns = new Map<string, { clicks: number[]; sources: number }>()
  for (const own of sources) {
    const name = own.join(' ')
    const pattern = patterns.get(name) ?? { clicks: [...own], sources: 0 }
    pattern.sources++
    patterns.set(name, pattern)
  }
  return [...patterns.values()]
}

function better(one: UtilityCounts, other: UtilityCounts): number {
  return probabilityBetter(utilityPosterior(one), utilityPosterior(other))
}

function leadsOver(items: readonly UtilityCounts[], item: number): boolean {
  return items.some((other, place) => place !== item && better(items[item] as UtilityCounts, other) >= 0.95)
}

function busiestLeftOut(items: readonly UtilityCounts[], sources: readonly Uint16Array[]): boolean {
  const ranked = items
    .map((counts, item) => ({ item, counts, utility: counts.clicks / counts.noClickImpressions }))
    .sort((a, b) => b.utility - a.utility)
  const [leader, follower] = ranked
  if (leader === undefined || follower === undefined) return false
  const busiest = sources.reduce((most, own) => Math.max(most, own[leader.item] as number), 0)
  const rest = { ...leader.counts, clicks: leader.counts.clicks - busiest }
  return better(leader.counts, follower.counts) >= 0.95 && better(rest, follower.counts) < 0.6
}
