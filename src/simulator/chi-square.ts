/**
 * How badly counts fit expectations, as a standard normal score: Pearson's statistic over the cells, brought
 * to a score by the cube root of E. Wilson and M. Hilferty (1931). Above 4 has a chance of about 3 in 100,000
 * when the counts do come from the expectations. Cells expected below 5 are joined into one first.
 *
 * @param observed counts by cell, same order as `expected`
 * @param expected what the counts should be on average; same sum
 * @returns Infinity when something was seen that cannot be
 */
export function chiSquareScore(observed: readonly number[], expected: readonly number[]): number {
  let statistic = 0
  let cells = 0
  let rareObserved = 0
  let rareExpected = 0
  const add = (seen: number, wanted: number) => {
    statistic += (seen - wanted) ** 2 / wanted
    cells++
  }
  for (const [cell, wanted] of expected.entries()) {
    const seen = observed[cell] as number
    if (wanted === 0 && seen > 0) return Number.POSITIVE_INFINITY
    if (wanted >= 5) add(seen, wanted)
    else {
      rareObserved += seen
      rareExpected += wanted
    }
  }
  if (rareExpected > 0) add(rareObserved, rareExpected)
  const degrees = cells - 1
  if (degrees < 1) return 0
  const spread = 2 / (9 * degrees)
  return (Math.cbrt(statistic / degrees) - (1 - spread)) / Math.sqrt(spread)
}
