import { sampleRatio } from '../../../core/statistics/sample-ratio.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { looksUpTo, type Share, shareOf } from './study.ts'

const LOOKS = looksUpTo(50_000)

/** Visitors come at `truth` while `shares` are configured: rounds in which the alarm ever goes off by 50,000. */
export function ratioAlarms(rounds: number): { name: string; share: Share; medianVisitors: number }[] {
  const cases: [name: string, shares: number[], truth: number[]][] = [
    ['as configured, 95 : 5', [0.95, 0.05], [0.95, 0.05]],
    ['as configured, 50 : 45 : 5', [0.5, 0.45, 0.05], [0.5, 0.45, 0.05]],
    ['5 % configured, 4.5 % come', [0.95, 0.05], [0.955, 0.045]],
    ['50 % configured, 48 % come', [0.5, 0.5], [0.52, 0.48]],
  ]
  return cases.map(([name, shares, truth]) => {
    const found: number[] = []
    const share = shareOf(rounds, ['ratio', name], (random) => {
      const at = visitorsUntilAlarm(shares, truth, random)
      found.push(at ?? Number.POSITIVE_INFINITY)
      return at !== undefined
    })
    found.sort((a, b) => a - b)
    return { name, share, medianVisitors: found[found.length >> 1] as number }
  })
}

function visitorsUntilAlarm(
  shares: readonly number[],
  truth: readonly number[],
  random: FastRandom,
): number | undefined {
  const arms = shares.map((share) => ({ share, visitors: 0 }))
  let seen = 0
  for (const visitors of LOOKS) {
    for (; seen < visitors; seen++) {
      let left = random.uniform()
      let arm = 0
      while (arm < arms.length - 1 && left >= (truth[arm] as number)) left -= truth[arm++] as number
      ;(arms[arm] as { visitors: number }).visitors += 1
    }
    // Ten times the alarms of the default, so that their share can be told from none.
    if (sampleRatio(arms, { alpha: 0.01 }).isMismatch) return visitors
  }
  return undefined
}
