import { wilsonInterval } from '../../../core/statistics/proportions.ts'
import { rateSequence } from '../../../core/statistics/rate-sequence.ts'
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

function holds([low, high]: readonly [number, number], truth: number): boolean {
  return low <= truth && truth <= high
}
