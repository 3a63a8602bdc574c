import { lift } from '../../../core/statistics/lift.ts'
import { twoSidedScore } from '../../../core/statistics/normal.ts'
import { newcombeInterval } from '../../../core/statistics/proportions.ts'
import { visitorRateSequence } from '../../../core/statistics/rate-sequence.ts'
import { sampleGamma } from '../../../core/statistics/sample-utility.ts'
import { clusteredRate, hasEnoughVisitors, type VisitorSums } from '../../../core/statistics/visitor-sums.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { placeIn } from './crowds.ts'
import { looksUpTo, type Share, shareOf } from './study.ts'

/** Visitors of an experiment. */
export interface Crowd {
  readonly name: string
  /** Mean of the visitors' own rates in the holdout, and their spread: Beta(mean x k, (1 - mean) x k). */
  readonly rate: number
  readonly likeness: number
  /** Visits of a visitor are in proportion to U^-power, at most 300 times the least. 0: all alike. */
  readonly heaviness: number
  /** Absolute lift of live for each visitor. */
  readonly lift: number
  /** Share of visitors in the holdout. */
  readonly holdout: number
  /** Those who come back and back. */
  readonly visitors: number
  readonly slates: number
}

export const CROWDS: readonly Crowd[] = [
  {
    name: 'alike, no lift',
    rate: 0.08,
    likeness: 1e6,
    heaviness: 0,
    lift: 0,
    holdout: 0.1,
    visitors: 1e5,
    slates: 4e4,
  },
  {
    name: 'differ, come back, lift 3 points',
    rate: 0.08,
    likeness: 4,
    heaviness: 0,
    lift: 0.03,
    holdout: 0.1,
    visitors: 5000,
    slates: 4e4,
  },
  {
    name: 'differ, heavy visitors, holdout 10 %',
    rate: 0.08,
    likeness: 4,
    heaviness: 0.5,
    lift: 0,
    holdout: 0.1,
    visitors: 5000,
    slates: 4e4,
  },
  {
    name: 'differ, heavy visitors, halves',
    rate: 0.15,
    likeness: 2,
    heaviness: 0.5,
    lift: 0.02,
    holdout: 0.5,
    visitors: 5000,
    slates: 4e4,
  },
]

/** Rounds in which the interval held at every look, by kind of interval. */
export interface LiftCoverage {
  readonly name: string
  readonly absolute: Share
  readonly relative: Share
  /** Slate CTR of live by `visitorRateSequence`. */
  readonly rate: Share
  /** 1.96 clustered standard errors at every look. */
  readonly clusteredFixed: Share
  /** Newcombe's interval of slates at every look. */
  readonly naive: Share
  /** The same at the last look alone: what forgetting visitors costs by itself. */
  readonly naiveOnce: Share
}

/** Coverage at level 0.95 over looks from the first 1,000 slates on. */
export function liftCoverage(rounds: number, crowd: Crowd): LiftCoverage {
  const looks = looksUpTo(crowd.slates, 0).filter((slates) => slates >= 1000)
  const held = { absolute: 0, relative: 0, rate: 0, clusteredFixed: 0, naive: 0, naiveOnce: 0 }
  shareOf(rounds, ['lift', crowd.name], (random) => {
    const people = new People(crowd, random)
    const fine = { absolute: true, relative: true, rate: true, clusteredFixed: true, naive: true }
    let isOnce = false
    for (const slates of looks) {
      people.visitUpTo(slates, random)
      const [live, holdout] = people.arms
      const truth = people.truth()
      const found = lift(live, holdout)
      if (found !== null) {
        fine.absolute &&= holds(found.absolute.interval, truth.live - truth.holdout)
        fine.relative &&= holds(found.relative.interval, truth.live / truth.holdout - 1)
      }
      fine.rate &&= holds(visitorRateSequence(live), truth.live)
      if (hasEnoughVisitors(live, 20) && hasEnoughVisitors(holdout, 20)) {
        fine.clusteredFixed &&= holds(fixedInterval(live, holdout), truth.live - truth.holdout)
        isOnce = holds(
          newcombeInterval(proportionOf(live), proportionOf(holdout)),
          truth.live - truth.holdout,
        )
        fine.naive &&= isOnce
      }
    }
    for (const key of ['absolute', 'relative', 'rate', 'clusteredFixed', 'naive'] as const) {
      if (fine[key]) held[key]++
    }
    if (isOnce) held.naiveOnce++
    return true
  })
  const shareFor = (times: number): Share => ({ times, rounds })
  return {
    name: crowd.name,
    absolute: shareFor(held.absolute),
    relative: shareFor(held.relative),
    rate: shareFor(held.rate),
    clusteredFixed: shareFor(held.clusteredFixed),
    naive: shareFor(held.naive),
    naiveOnce: shareFor(held.naiveOnce),
  }
}

type MutableSums = { -readonly [Name in keyof VisitorSums]: VisitorSums[Name] }

/** One experiment under way, its sums kept up slate by slate. */
export class People {
  readonly arms: readonly [live: MutableSums, holdout: MutableSums] = [noSums(), noSums()]
  private readonly crowd: Crowd
  private readonly rates: Float64Array
  private readonly slates: Float64Array
  private readonly clicked: Float64Array
  private readonly arm: Uint8Array
  /** Running sums of the visitors' weights, to draw one by. */
  private readonly upTo: Float64Array
  private seen = 0

  constructor(crowd: Crowd, random: FastRandom) {
    const { visitors, rate, likeness, heaviness } = crowd
    this.crowd = crowd
    this.rates = new Float64Array(visitors)
    this.slates = new Float64Array(visitors)
    this.clicked = new Float64Array(visitors)
    this.arm = new Uint8Array(visitors)
    this.upTo = new Float64Array(visitors)
    let sum = 0
    for (let visitor = 0; visitor < visitors; visitor++) {
      this.rates[visitor] = likeness > 1e5 ? rate : drawBeta(rate * likeness, (1 - rate) * likeness, random)
      this.arm[visitor] = random.uniform() < crowd.holdout ? 1 : 0
      sum += heaviness === 0 ? 1 : Math.min(300, (1 - random.uniform()) ** -heaviness)
      this.upTo[visitor] = sum
    }
  }

  /** The rates that a whole population of such visitors would have. */
  truth(): { live: number; holdout: number } {
    return { live: this.crowd.rate + this.crowd.lift, holdout: this.crowd.rate }
  }

  visitUpTo(slates: number, random: FastRandom): void {
    for (; this.seen < slates; this.seen++) {
      const visitor = placeIn(this.upTo, random.uniform() * (this.upTo[this.upTo.length - 1] as number))
      const arm = this.arm[visitor] as number
      const own = this.rates[visitor] as number
      // The lift closes a part of each visitor's distance to 1, so rates stay rates and its mean is what was asked.
      const rate = arm === 1 ? own : own + ((1 - own) * this.crowd.lift) / (1 - this.crowd.rate)
      addSlate(this.arms[arm] as MutableSums, this.slates, this.clicked, visitor, random.uniform() < rate)
    }
  }
}

function addSlate(
  sums: MutableSums,
  slates: Float64Array,
  clicked: Float64Array,
  visitor: number,
  isClicked: boolean,
): void {
  const n = slates[visitor] as number
  const c = clicked[visitor] as number
  const click = isClicked ? 1 : 0
  if (n === 0) sums.visitors += 1
  sums.slates += 1
  sums.clicked += click
  sums.slatesSquared += 2 * n + 1
  sums.clickedSquared += click * (2 * c + 1)
  sums.slatesTimesClicked += (n + 1) * (c + click) - n * c
  slates[visitor] = n + 1
  clicked[visitor] = c + click
}

function noSums(): MutableSums {
  return { visitors: 0, slates: 0, clicked: 0, slatesSquared: 0, clickedSquared: 0, slatesTimesClicked: 0 }
}

function drawBeta(a: number, b: number, random: FastRandom): number {
  const above = sampleGamma(a, random)
  return above / (above + sampleGamma(b, random))
}

function fixedInterval(live: VisitorSums, holdout: VisitorSums): readonly [number, number] {
  const first = clusteredRate(live)
  const second = clusteredRate(holdout)
  const reach = twoSidedScore(0.95) * Math.hypot(first.standardError, second.standardError)
  return [first.rate - second.rate - reach, first.rate - second.rate + reach]
}

function proportionOf({ clicked, slates }: VisitorSums) {
  return { successes: clicked, trials: slates }
}

export function holds([low, high]: readonly [number, number], truth: number): boolean {
  return low <= truth && truth <= high
}
