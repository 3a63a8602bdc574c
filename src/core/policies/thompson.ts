import { type Random, shuffled } from '../random.ts'

/** Joint draws of the utilities v of a pool's items from what is believed of them. */
export interface UtilityDraws {
  /** N. */
  readonly size: number
  /** Writes v of each item, in the order of the pool. */
  draw(into: Float64Array, random: Random): void
}

/**
 * Thompson sampling over utilities: v of each item is drawn from its posterior, the `size` highest are shown, in
 * random order, so that no position is the winner's and slot effects do not come into what is learned. Which slate
 * comes out has no closed form: its propensity is estimated by simulation where it is needed.
 *
 * @param size K, from 1 to N
 * @param into places in the pool, by position of the slate: the first K entries are written
 * @param scratch at least N long; holds the draws
 */
export function drawThompson(
  utilities: UtilityDraws,
  size: number,
  random: Random,
  into: number[],
  scratch: Float64Array,
): void {
  utilities.draw(scratch, random)
  const best: number[] = []
  for (let place = 0; place < utilities.size; place++) {
    const value = scratch[place] as number
    // An insertion into at most K places, best first.
    let at = Math.min(best.length, size)
    while (at > 0 && value > (scratch[best[at - 1] as number] as number)) at--
    if (at < size) {
      best.splice(at, 0, place)
      if (best.length > size) best.pop()
    }
  }
  const order = shuffled(best, random)
  for (let position = 0; position < size; position++) into[position] = order[position] as number
}
