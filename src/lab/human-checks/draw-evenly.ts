import { type Random, shuffled } from '../../core/random.ts'

/** Things to draw from, made only when they are drawn: a topic has more pairs than anyone wants in memory. */
export interface Stratum<T> {
  /** Whole number up to 2^32. */
  readonly size: number
  /** @param index from 0 to `size - 1` */
  at(index: number): T
}

/**
 * Draws without replacement, one from each stratum in turn until `count` are drawn or nothing is left, so that
 * no stratum gives more than one above another that still has some. Within a stratum each is as likely as the
 * others; which strata give the odd ones out is drawn too.
 */
export function drawEvenly<T>(strata: readonly Stratum<T>[], count: number, random: Random): T[] {
  let open = shuffled(strata, random).map((stratum) => ({
    stratum,
    order: lazyShuffle(stratum.size, random),
  }))
  const drawn: T[] = []
  while (drawn.length < count && open.length > 0) {
    const still: typeof open = []
    for (const entry of open) {
      if (drawn.length === count) break
      const next = entry.order.next()
      if (next.done) continue
      drawn.push(entry.stratum.at(next.value))
      still.push(entry)
    }
    open = still
  }
  return drawn
}

/** 0 to `size - 1` in random order: Fisher-Yates that remembers only the places it has touched. */
function* lazyShuffle(size: number, random: Random): Generator<number, void> {
  const moved = new Map<number, number>()
  for (let left = size; left > 0; left--) {
    const place = random.integer(left)
    const value = moved.get(place) ?? place
    moved.set(place, moved.get(left - 1) ?? left - 1)
    moved.delete(left - 1)
    yield value
  }
}
