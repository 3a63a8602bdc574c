/**
 * A standard normal number that hangs on two whole numbers alone: nothing has to be kept for the same visitor to
 * have the same taste again. Two hashes of the pair (the finish of MurmurHash3, by A. Appleby) go through the
 * transform of Box and Muller; at most 6.8 from 0.
 *
 * @param visitor 32 bits
 * @param item 32 bits
 */
export function pairedNormal(visitor: number, item: number): number {
  const first = scattered(scattered(visitor + 0x3c6ef372) ^ item)
  const second = scattered(first + 0x1b873593 + Math.imul(item, 0x2c1b3c6d))
  const radius = Math.sqrt(-2 * Math.log(((first >>> 0) + 0.5) / 4294967296))
  return radius * Math.cos(((second >>> 0) / 4294967296) * 2 * Math.PI)
}

/** 32 bits from 32, no two alike, with no trace of the order of the inputs. */
export function scattered(word: number): number {
  let bits = word | 0
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
