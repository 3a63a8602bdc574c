import type { FastRandom } from './fast-random.ts'

const TO_FRACTION = 1 / 4294967296

/**
 * Draws whole numbers in [0, bound) without bias and without a division: a word times bound over 2^32 has a
 * whole part that is uniform once the words whose fraction is too low are left out (D. Lemire, "Fast random
 * integer generation in an interval", 2019).
 */
export class UniformChoice {
  /** At b: 2^32 modulo b, over 2^32. Worked out once, because it is the slow part. */
  private readonly unevenParts: Float64Array

  /** @param boundMax 1 to 65,536 */
  constructor(boundMax: number) {
    this.unevenParts = new Float64Array(boundMax + 1)
    for (let bound = 1; bound <= boundMax; bound++) {
      this.unevenParts[bound] = (4294967296 % bound) * TO_FRACTION
    }
  }

  /** @param bound 1 to `boundMax` */
  below(bound: number, random: FastRandom): number {
    const uneven = this.unevenParts[bound] as number
    for (;;) {
      const scaled = (random.next32() >>> 0) * bound * TO_FRACTION
      const whole = scaled | 0
      if (scaled - whole >= uneven) return whole
    }
  }
}

/**
 * One step of a Fisher-Yates shuffle of `order` from `position` to its end: puts a random one of those members
 * at `position` and returns it.
 */
export function takeOne(
  order: Uint16Array,
  position: number,
  choice: UniformChoice,
  random: FastRandom,
): number {
  const other = position + choice.below(order.length - position, random)
  const taken = order[other] as number
  order[other] = order[position] as number
  order[position] = taken
  return taken
}
