import { credibleInterval, utilityPosterior } from '../../../core/statistics/utility-posterior.ts'
import {
  clusteredInterval,
  designEffects,
  type VisitorSpread,
} from '../../../core/statistics/visitor-spread.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { pairedNormal } from '../../../simulator/visitor-taste.ts'
import { clickedPlace, fastRandom, type Share, shareOf, shuffleFront } from './study.ts'

/** Visitors who come more or less often, and want more or less the same. */
export interface ItemCrowd {
  readonly name: string
  /** Mean v by item, over visitors. */
  readonly utilities: readonly number[]
  readonly visitors: number
  readonly visits: number
  /** Visits of a visitor are in proportion to U^-power, at most 300 times the least. 0: all alike. */
  readonly heaviness: number
  /** Standard deviation of log v between visitors: of all items together, and of each by itself. */
  readonly eagerness: number
  readonly taste: number
  /** Visitors whom the design effect is read from; all when left out. */
  readonly sampled?: number
}

const QUIET = [0.003, 0.008, 0.012, 0.02, 0.03]
const USUAL = [0.02, 0.03, 0.05, 0.08, 0.12]
const LOUD = [0.1, 0.2, 0.4, 0.6, 0.9]
const HEAVY = { utilities: USUAL, visitors: 600, visits: 6000, heaviness: 0.8, eagerness: 0, taste: 0 }

/** In most rounds of 600 visitors the busiest makes about a tenth of the visits, the busiest tenth half. */
export const ITEM_CROWDS: readonly ItemCrowd[] = [
  { ...HEAVY, name: 'light, alike', visitors: 6000, heaviness: 0 },
  { ...HEAVY, name: 'heavy, alike' },
  { ...HEAVY, name: 'heavy, tastes differ by half', taste: 0.5 },
  { ...HEAVY, name: 'heavy, tastes differ', taste: 1 },
  { ...HEAVY, name: 'heavy, some click more', eagerness: 1 },
  { ...HEAVY, name: 'heavy, tastes differ, CTR about 4 %', taste: 1, utilities: QUIET },
  { ...HEAVY, name: 'heavy, tastes differ, CTR about 45 %', taste: 1, utilities: LOUD },
  { ...HEAVY, name: '150 visitors, tastes differ', taste: 1, visitors: 150 },
  { ...HEAVY, name: '60 visitors, tastes differ', taste: 1, visitors: 60 },
  { ...HEAVY, name: '60 visitors, alike', visitors: 60 },
  {
    ...HEAVY,
    name: '20,000 visitors, tastes differ, 2,000 of them read',
    taste: 1,
    visitors: 20_000,
    visits: 100_000,
    sampled: 2000,
  },
]

/** How often intervals of 95 % held, over all items and rounds. */
export interface CrowdCoverage {
  readonly name: string
  /** Visits taken as independent. */
  readonly independent: Share
  readonly clustered: Share
  readonly meanDesignEffect: number
  /** Mean of the clustered interval's width over the other's, of log v. */
  readonly meanWidening: number
}

/** The truth is the odds of a click on the item over all such visitors, each weighing as much as it visits. */
export function crowdCoverage(rounds: number, crowd: ItemCrowd): CrowdCoverage {
  const truth = trueUtilities(crowd)
  let independent = 0
  let clustered = 0
  let effects = 0
  let widening = 0
  shareOf(rounds, ['crowd', crowd.name], (random) => {
    const { clicks, shown, spreads } = visited(crowd, random)
    const designed = designEffects(spreads)
    for (const [item, value] of truth.entries()) {
      const counts = { clicks: clicks[item] as number, noClickImpressions: shown[item] as number }
      const effect = designed[item] as number
      const [low, high] = credibleInterval(utilityPosterior(counts))
      const [lowest, highest] = clusteredInterval(counts, effect)
      if (low <= value && value <= high) independent++
      if (lowest <= value && value <= highest) clustered++
      effects += effect
      widening += Math.log(highest / lowest) / Math.log(high / low)
    }
    return true
  })
  const all = rounds * truth.length
  return {
    name: crowd.name,
    independent: { times: independent, rounds: all },
    clustered: { times: clustered, rounds: all },
    meanDesignEffect: effects / all,
    meanWidening: widening / all,
  }
}

function drawTaste(
  { utilities, eagerness, taste }: ItemCrowd,
  weights: Float64Array,
  random: FastRandom,
): void {
  const own = Math.exp(eagerness * normal(random) - eagerness ** 2 / 2)
  for (const [item, utility] of utilities.entries()) {
    weights[item] = utility * own * (taste === 0 ? 1 : Math.exp(taste * normal(random) - taste ** 2 / 2))
  }
}

function normal(random: FastRandom): number {
  return pairedNormal(random.next32(), random.next32())
}

/** By 300,000 visitors with a slate each; their visits do not hang on their tastes. */
function trueUtilities(crowd: ItemCrowd): number[] {
  if (crowd.taste === 0 && crowd.eagerness === 0) return [...crowd.utilities]
  const random = fastRandom(['crowd truth', crowd.name])
  const weights = new Float64Array(crowd.utilities.length)
  const order = crowd.utilities.map((_, item) => item)
  const clicks = crowd.utilities.map(() => 0)
  const shown = crowd.utilities.map(() => 0)
  for (let visitor = 0; visitor < 300_000; visitor++) {
    drawTaste(crowd, weights, random)
    shuffleFront(order, 3, random)
    const slate = order.slice(0, 3)
    const none = 1 / (1 + slate.reduce((sum, item) => sum + (weights[item] as number), 0))
    for (const item of slate) {
      clicks[item]! += (weights[item] as number) * none
      shown[item]! += none
    }
  }
  return clicks.map((one, item) => one / (shown[item] as number))
}

/** Visits of one crowd: uniform slates of three, counts as the service keeps them. */
function visited(
  crowd: ItemCrowd,
  random: FastRandom,
): { clicks: number[]; shown: number[]; spreads: VisitorSpread[] } {
  const items = crowd.utilities.length
  const upTo = new Float64Array(crowd.visitors)
  const weights = new Float64Array(crowd.visitors * items)
  const clicks = new Float64Array(crowd.visitors * items)
  const unclicked = new Float64Array(crowd.visitors)
  const shown = crowd.utilities.map(() => 0)
  let sum = 0
  for (let visitor = 0; visitor < crowd.visitors; visitor++) {
    sum += crowd.heaviness === 0 ? 1 : Math.min(300, (1 - random.uniform()) ** -crowd.heaviness)
    upTo[visitor] = sum
    drawTaste(crowd, weights.subarray(visitor * items, (visitor + 1) * items), random)
  }
  const order = crowd.utilities.map((_, item) => item)
  const slate = [0, 0, 0]
  for (let visit = 0; visit < crowd.visits; visit++) {
    const visitor = placeIn(upTo, random.uniform() * sum)
    shuffleFront(order, 3, random)
    for (let slot = 0; slot < 3; slot++)
      slate[slot] = weights[visitor * items + (order[slot] as number)] as number
    const slot = clickedPlace(slate, random)
    if (slot >= 0) {
      clicks[visitor * items + (order[slot] as number)]! += 1
      continue
    }
    unclicked[visitor]! += 1
    for (let place = 0; place < 3; place++) shown[order[place] as number]! += 1
  }
  const noClicks = unclicked.reduce((total, one) => total + one, 0)
  const sampled = crowd.sampled ?? crowd.visitors
  return {
    clicks: shown.map((_, item) =>
      clicks.reduce((total, one, at) => total + (at % items === item ? one : 0), 0),
    ),
    shown,
    spreads: shown.map((all, item) => spreadOf(clicks, unclicked, item, items, all / noClicks, sampled)),
  }
}

/** As `PoolStore.clickSpread` sums it, of the first visitors. */
function spreadOf(
  clicks: Float64Array,
  unclicked: Float64Array,
  item: number,
  items: number,
  share: number,
  visitors: number,
): VisitorSpread {
  const sums = {
    clicks: 0,
    clicksSquared: 0,
    expected: 0,
    expectedSquared: 0,
    clicksTimesExpected: 0,
    shareSquared: 0,
  }
  for (let visitor = 0; visitor < visitors; visitor++) {
    const own = clicks[visitor * items + item] as number
    const expected = share * (unclicked[visitor] as number)
    sums.clicks += own
    sums.clicksSquared += own * own
    sums.expected += expected
    sums.expectedSquared += expected * expected
    sums.clicksTimesExpected += own * expected
    sums.shareSquared += share * expected
  }
  return sums
}

/** First place whose running sum is above `value`. */
export function placeIn(upTo: Float64Array, value: number): number {
  let low = 0
  let high = upTo.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((upTo[middle] as number) > value) high = middle
    else low = middle + 1
  }
  return low
}
