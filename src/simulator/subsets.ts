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

/** All subsets in lexicographic order, one after the other: subset j is at j * size. */
export interface SubsetList {
  readonly total: number
  readonly size: number
  readonly count: number
  readonly members: Uint16Array
}

let latest: SubsetList | undefined

/**
 * The list for (total, size). The latest one is kept, because a run asks for the same one at each iteration;
 * it is never changed.
 */
export function listSubsets(total: number, size: number): SubsetList {
  if (latest?.total === total && latest.size === size) return latest
  const count = subsetCount(total, size)
  const members = new Uint16Array(count * size)
  const subset = new Uint16Array(size)
  firstSubset(subset)
  for (let index = 0; index < count; index++) {
    members.set(subset, index * size)
    nextSubset(subset, total)
  }
  latest = { total, size, count, members }
  return latest
}
