/** Number of ways to choose `size` of `total`; Infinity when it is above 2^53, where it would not be exact. */
export function subsetCount(total: number, size: number): number {
  const smaller = Math.min(size, total - size)
  let count = 1
  for (let step = 1; step <= smaller; step++) {
    // Whole at each step: the product of `step` consecutive numbers is divisible by step!.
    count = (count * (total - smaller + step)) / step
    if (count > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY
  }
  return count
}

/** Fills in the first subset in lexicographic order: 0, 1, ..., size - 1. */
export function firstSubset(subset: Uint16Array): void {
  for (let place = 0; place < subset.length; place++) subset[place] = place
}

/** Steps to the next subset of 0 ... total - 1 in lexicographic order; false after the last. */
export function nextSubset(subset: Uint16Array, total: number): boolean {
  const size = subset.length
  for (let place = size - 1; place >= 0; place--) {
    const value = subset[place] as number
    if (value === total - size + place) continue
    for (let next = place; next < size; next++) subset[next] = value + 1 + next - place
    return true
  }
  return false
}
