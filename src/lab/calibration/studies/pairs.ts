import { isKnownBetter, logPairEvidence } from '../../../core/statistics/pair-evidence.ts'
import type { FastRandom } from '../../../simulator/fast-random.ts'
import { clickedPlace, type Share, shareOf, shuffleFront } from './study.ts'

interface PairCase {
  readonly name: string
  /** v of the two watched, then of their companions. */
  readonly utilities: readonly number[]
  readonly effects: readonly number[]
  readonly order: 'random' | 'first-leads'
}

const SLOTS = [1, 0.5, 0.25]
/** Clicked slates of either item after which a round ends. */
const SLATES = 3000

/** False alarms at alpha 0.05 of "the first is better" when it is not, looked at after every slate. */
export function pairFalseAlarms(rounds: number): { name: string; share: Share }[] {
  const cases: PairCase[] = [
    { name: 'equal, no slot effects', utilities: [0.2, 0.2, 0.1], effects: [1, 1, 1], order: 'random' },
    {
      name: 'equal, weak company, slots 1, 0.5, 0.25',
      utilities: [0.2, 0.2, 0.02, 0.01],
      effects: SLOTS,
      order: 'random',
    },
    {
      name: 'equal, strong company, slots 1, 0.5, 0.25',
      utilities: [0.2, 0.2, 3, 1.5],
      effects: SLOTS,
      order: 'random',
    },
    { name: 'first a little worse, slots', utilities: [0.19, 0.2, 0.5], effects: SLOTS, order: 'random' },
    {
      name: 'equal, the first always above (void)',
      utilities: [0.2, 0.2, 0.1],
      effects: SLOTS,
      order: 'first-leads',
    },
  ]
  return cases.map((pair) => ({
    name: pair.name,
    share: shareOf(rounds, ['pairs', pair.name], (random) => slatesUntilKnown(pair, random) !== undefined),
  }))
}

/** Slates with both until the better is known at alpha 0.05, median over rounds, by how much better it is. */
export function pairPower(rounds: number): { ratio: number; medianSlates: number }[] {
  return [1.25, 1.5, 2, 4].map((ratio) => {
    const pair: PairCase = {
      name: 'power',
      utilities: [0.05 * ratio, 0.05, 0.05],
      effects: SLOTS,
      order: 'random',
    }
    const slates: number[] = []
    shareOf(rounds, ['pair-power', ratio], (random) => {
      slates.push(slatesUntilKnown(pair, random, 200_000) ?? Number.POSITIVE_INFINITY)
      return true
    })
    slates.sort((a, b) => a - b)
    return { ratio, medianSlates: slates[slates.length >> 1] as number }
  })
}

/** Slates with both items until the first is known better; undefined when that never is. */
function slatesUntilKnown(
  { utilities, effects, order }: PairCase,
  random: FastRandom,
  slatesMax = SLATES,
): number | undefined {
  const items = utilities.map((_, item) => item)
  const weights = new Float64Array(effects.length)
  let wins = 0
  let losses = 0
  for (let slates = 1; slates <= slatesMax; ) {
    if (order === 'random') shuffleFront(items, effects.length, random)
    let both = 0
    for (let slot = 0; slot < effects.length; slot++) {
      const item = items[slot] as number
      if (item < 2) both++
      weights[slot] = (utilities[item] as number) * (effects[slot] as number)
    }
    if (both < 2) continue
    slates++
    const clicked = clickedPlace(weights, random)
    if (clicked < 0 || (items[clicked] as number) > 1) continue
    if (items[clicked] === 0) wins++
    else losses++
    const pair = { wins, trials: wins + losses }
    // The evidence can only have grown enough by a win.
    if (items[clicked] === 0 && logPairEvidence(pair) > 2 && isKnownBetter(pair)) return slates
  }
  return undefined
}
