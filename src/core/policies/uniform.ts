import type { Random } from '../random.ts'

/**
 * The paper's policy: `size` different items uniformly at random, in random order.
 *
 * @param poolSize N, at least 1
 * @param size K, from 1 to N
 * @param into places in the pool, by position of the slate: the first K entries are written
 */
export function drawUniform(poolSize: number, size: number, random: Random, into: number[]): void {
  if (size > DRAWN_AGAIN_MAX || size * 4 > poolSize * 3) {
    drawByShuffle(poolSize, size, random, into)
    return
  }
  // Few positions: draw, and again where the item is there already.
  for (let position = 0; position < size; ) {
    const place = random.integer(poolSize)
    if (!holds(into, position, place)) into[position++] = place
  }
}

/** Chance of one ordered slate: 1 / (N (N - 1) ... (N - K + 1)). */
export function uniformPropensity(poolSize: number, size: number): number {
  let ways = 1
  for (let left = poolSize; left > poolSize - size; left--) ways *= left
  return 1 / ways
}

/** Beyond so many positions, looking through those before costs more than a shuffle. */
const DRAWN_AGAIN_MAX = 16

/** The first steps of Fisher-Yates. */
function drawByShuffle(poolSize: number, size: number, random: Random, into: number[]): void {
  const places: number[] = []
  for (let place = 0; place < poolSize; place++) places.push(place)
  for (let position = 0; position < size; position++) {
    const other = position + random.integer(poolSize - position)
    into[position] = places[other] as number
    places[other] = places[position] as number
  }
}

function holds(places: readonly number[], length: number, place: number): boolean {
  for (let index = 0; index < length; index++) if (places[index] === place) return true
  return false
}
