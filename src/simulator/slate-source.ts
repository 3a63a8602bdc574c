import type { FastRandom } from './fast-random.ts'
import { listSubsets, type SubsetList, subsetCount } from './subsets.ts'

/** Lists longer than this leave the processor's cache, and a shuffle is then as fast. */
const LISTED_MAX = 65_536
const LISTED_MEMBERS_MAX = 1_000_000

/**
 * Uniform slates of `slateSize` different items, drawn one by one without bias: from the list of all slates
 * where it is short, else by a partial Fisher-Yates shuffle. The order in a drawn slate means nothing.
 */
export class SlateSource {
  readonly poolSize: number
  readonly slateSize: number
  private readonly list: SubsetList | undefined
  /** A permutation of the pool; any permutation is a fair start for the next partial shuffle. */
  private readonly order: Uint16Array
  /** At position k: 2^32 modulo (N - k), over 2^32. Words whose fraction falls below it are drawn again. */
  private readonly unevenParts: Float64Array

  constructor(poolSize: number, slateSize: number) {
    this.poolSize = poolSize
    this.slateSize = slateSize
    const subsets = subsetCount(poolSize, slateSize)
    const isListed = subsets <= LISTED_MAX && subsets * slateSize <= LISTED_MEMBERS_MAX
    this.list = isListed ? listSubsets(poolSize, slateSize) : undefined
    this.order = Uint16Array.from({ length: isListed ? 0 : poolSize }, (_, item) => item)
    this.unevenParts = Float64Array.from(this.order, (_, position) => unevenPart(poolSize - position))
  }

  /** Writes `count` slates into `slates`, one after the other from its start. */
  fill(slates: Uint16Array, count: number, random: FastRandom): void {
    if (this.list === undefined) this.fillByShuffle(slates, count, random)
    else fillFromList(this.list, slates, count, random)
  }

  private fillByShuffle(slates: Uint16Array, count: number, random: FastRandom): void {
    const { order, unevenParts, poolSize, slateSize } = this
    let cell = 0
    for (let drawn = 0; drawn < count; drawn++) {
      for (let position = 0; position < slateSize; position++) {
        const scale = (poolSize - position) * TO_FRACTION
        const uneven = unevenParts[position] as number
        let scaled: number
        let step: number
        do {
          scaled = (random.next32() >>> 0) * scale
          step = scaled | 0
        } while (scaled - step < uneven)
        const other = position + step
        const item = order[other] as number
        order[other] = order[position] as number
        order[position] = item
        slates[cell++] = item
      }
    }
  }
}

const TO_FRACTION = 1 / 4294967296

/**
 * A word w times `bound` over 2^32 has a whole part, uniform over 0 ... bound - 1 once the words whose
 * fraction is below this are left out (D. Lemire, "Fast random integer generation in an interval", 2019).
 */
function unevenPart(bound: number): number {
  return (4294967296 % bound) * TO_FRACTION
}

function fillFromList(list: SubsetList, slates: Uint16Array, count: number, random: FastRandom): void {
  const { members, size } = list
  const scale = list.count * TO_FRACTION
  const uneven = unevenPart(list.count)
  let cell = 0
  for (let drawn = 0; drawn < count; drawn++) {
    let scaled: number
    let index: number
    do {
      scaled = (random.next32() >>> 0) * scale
      index = scaled | 0
    } while (scaled - index < uneven)
    for (let member = index * size; member < (index + 1) * size; member++) {
      slates[cell++] = members[member] as number
    }
  }
}
