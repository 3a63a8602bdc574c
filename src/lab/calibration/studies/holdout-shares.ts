import { lift } from '../../../core/statistics/lift.ts'
import { type Crowd, holds, People } from './lifts.ts'
import { looksUpTo, type Share, shareOf } from './study.ts'

/** Slates of a visitor, on average. */
const SLATES_A_VISITOR = 6

/** An experiment of clustered visitors, looked at from its first slate on. */
export interface HoldoutCase {
  readonly visitors: number
  /** Slate CTR of the holdout. */
  readonly rate: number
  readonly holdout: number
  /** Relative: live's slate CTR over the holdout's, less 1. */
  readonly lift: number
}

export interface HoldoutCoverage extends HoldoutCase {
  /** Rounds in which the intervals of the absolute and the relative lift held at each look that had them. */
  readonly both: Share
  /** Rounds in which 0 was left out at some look: false alarms where there is no lift, else power. */
  readonly alarm: Share
  /** Rounds in which there was an interval at the end. */
  readonly told: Share
  /** Median half width of the absolute interval at the end, over the rate; null where most rounds had none. */
  readonly reach: number | null
}

/** Few visitors and many, at the shares people choose. */
export const HOLDOUT_CASES: readonly Omit<HoldoutCase, 'lift'>[] = [200, 2000, 50_000].flatMap((visitors) =>
  (visitors === 200 ? [0.1] : [0.01, 0.03, 0.1]).flatMap((rate) =>
    [0.05, 0.1, 0.2, 0.5].map((holdout) => ({ visitors, rate, holdout })),
  ),
)

/** Visits in proportion to U^-1/2, and rates that scatter as widely as they are high: heavy, unlike visitors. */
function holdoutCrowd({ visitors, rate, holdout, lift }: HoldoutCase): Crowd {
  return {
    name: `${visitors} visitors, ${rate}, ${holdout}, ${lift}`,
    rate,
    // Standard deviation of the visitors' own rates is about their mean.
    likeness: 1 / rate - 2,
    heaviness: 0.5,
    lift: rate * lift,
    holdout,
    visitors,
    slates: visitors * SLATES_A_VISITOR,
  }
}

export function holdoutCoverage(rounds: number, one: HoldoutCase): HoldoutCoverage {
  const crowd = holdoutCrowd(one)
  const looks = looksUpTo(crowd.slates, 0)
  const times = { both: 0, alarm: 0, told: 0 }
  const reaches: number[] = []
  shareOf(rounds, ['holdout share', crowd.name], (random) => {
    const people = new People(crowd, random)
    let isFine = true
    let isAlarm = false
    let reach: number | null = null
    const { live: liveRate, holdout: holdoutRate } = people.truth()
    for (const slates of looks) {
      people.visitUpTo(slates, random)
      const [live, holdout] = people.arms
      const found = lift(live, holdout)
      reach = null
      if (found === null) continue
      const [low, high] = found.absolute.interval
      reach = (high - low) / 2
      isFine &&= holds([low, high], liveRate - holdoutRate)
      isFine &&= holds(found.relative.interval, liveRate / holdoutRate - 1)
      isAlarm ||= low > 0 || high < 0
    }
    if (isFine) times.both++
    if (isAlarm) times.alarm++
    if (reach !== null) {
      times.told++
      reaches.push(reach / one.rate)
    }
    return true
  })
  reaches.sort((a, b) => a - b)
  return {
    ...one,
    both: { times: times.both, rounds },
    alarm: { times: times.alarm, rounds },
    told: { times: times.told, rounds },
    reach: reaches.length * 2 < rounds ? null : (reaches[Math.floor(reaches.length / 2)] as number),
  }
}
