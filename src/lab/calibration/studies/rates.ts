import { wilsonInterval } from '../../../core/statistics/proportions.ts'
import { rateSequence } from '../../../core/statistics/rate-sequence.ts'
import { slateDesignEffect } from '../../../core/statistics/visitor-sums.ts'
import { CROWDS, type Crowd, People } from './lifts.ts'
import { looksUpTo, type Share, shareOf } from './study.ts'

/**
 * How often 95 % intervals hold a constant rate at all looks up to 20,000 slates: the sequence, and for contrast
 * Wilson's interval, which is made for one look.
 */
export function rateCoverage(rounds: number): { rate: number; sequence: Share; wilson: Share }[] {
  const looks = looksUpTo(20_000)
  return [0.02, 0.1, 0.5].map((rate) => {
    const wilson = { times: 0, rounds }
    const sequence = shareOf(rounds, ['rates', rate], (random) => {
      let successes = 0
      let seen = 0
      let isHeld = true
      let isWilson = true
      for (const trials of looks) {
        for (; seen < trials; seen++) if (random.uniform() < rate) successes++
        const counts = { successes, trials }
        isHeld &&= holds(rateSequence(counts), rate)
        isWilson &&= holds(wilsonInterval(counts), rate)
        if (!isHeld && !isWilson) break
      }
      if (isWilson) wilson.times++
      return isHeld
    })
    return { rate, sequence, wilson }
  })
}

/** The last: 600 visitors of whom the busiest makes about a tenth of the visits. */
export const RATE_CROWDS: readonly Crowd[] = [
  ...CROWDS.filter(({ name }) => name === 'alike, no lift' || name.endsWith('halves')).map((crowd) => ({
    ...crowd,
    name: crowd.name.replace(/, (no lift|halves)$/, ''),
  })),
  {
    name: '600 heavy visitors who differ',
    rate: 0.08,
    likeness: 4,
    heaviness: 0.8,
    lift: 0,
    holdout: 0,
    visitors: 600,
    slates: 0,
  },
]

/** One pool version before visitors who come back, at all looks from the first slate up to 10,000. */
export interface CrowdRateCoverage {
  readonly name: string
  readonly independent: Share
  /** By the design effect of the visitors so far. */
  readonly widened: Share
}

export function crowdRateCoverage(rounds: number, crowd: Crowd): CrowdRateCoverage {
  const one: Crowd = { ...crowd, holdout: 0, lift: 0, slates: 10_000 }
  const looks = looksUpTo(one.slates)
  const independent = { times: 0, rounds }
  const widened = shareOf(rounds, ['crowd rate', one.name], (random) => {
    const people = new People(one, random)
    let isHeld = true
    let isWidened = true
    for (const trials of looks) {
      people.visitUpTo(trials, random)
      const [sums] = people.arms
      const counts = { successes: sums.clicked, trials }
      const designEffect = slateDesignEffect(sums)
      isHeld &&= holds(rateSequence(counts), one.rate)
      isWidened &&= holds(rateSequence(counts, { designEffect }), one.rate)
      if (!isHeld && !isWidened) break
    }
    if (isHeld) independent.times++
    return isWidened
  })
  return { name: one.name, independent, widened }
}

function holds([low, high]: readonly [number, number], truth: number): boolean {
  return low <= truth && truth <= high
}
