import { type Random, randomStream } from '../../../core/random.ts'
import { FastRandom } from '../../../simulator/fast-random.ts'

export const STUDY_SEED = 20261125

/** How often something happened in repeated, independent rounds. */
export interface Share {
  readonly times: number
  readonly rounds: number
}

/** Share of rounds in which `happens`; each round has its own stream of `seed` and `names`. */
export function shareOf(
  rounds: number,
  names: readonly (string | number)[],
  happens: (random: FastRandom) => boolean,
): Share {
  const random = fastRandom(names)
  let times = 0
  for (let round = 0; round < rounds; round++) if (happens(random)) times++
  return { times, rounds }
}

export function fastRandom(names: readonly (string | number)[]): FastRandom {
  const random: Random = randomStream(STUDY_SEED, ...names)
  return new FastRandom(random)
}

/**
 * Sizes at which to look: each of the first `from`, then each further hundredth, up to `to`. Looking at all of the
 * later ones too would find hardly more.
 */
export function looksUpTo(to: number, from = 100): number[] {
  const looks: number[] = []
  for (let size = 1; size <= to; size = Math.max(size + 1, size > from ? Math.floor(size * 1.01) : 0)) {
    looks.push(size)
  }
  return looks
}

/** Place that a visitor clicks, -1 for none: a multinomial logit with an outside option of weight 1. */
export function clickedPlace(weights: ArrayLike<number>, random: FastRandom): number {
  let total = 1
  for (let place = 0; place < weights.length; place++) total += weights[place] as number
  let left = random.uniform() * total - 1
  if (left < 0) return -1
  for (let place = 0; place < weights.length - 1; place++) {
    left -= weights[place] as number
    if (left < 0) return place
  }
  return weights.length - 1
}

/** Puts `taken` random members of `order` at its front, in random order. */
export function shuffleFront(order: number[], taken: number, random: FastRandom): void {
  for (let place = 0; place < taken; place++) {
    const other = place + Math.floor(random.uniform() * (order.length - place))
    const kept = order[other] as number
    order[other] = order[place] as number
    order[place] = kept
  }
}
