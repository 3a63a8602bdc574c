/**
 * Places for labels that stand as near as may be to where they belong and at least `gap` from each other, in the
 * order of the values; equal values keep their order.
 *
 * @param wanted one place a label, in any order
 * @param range the ends that labels stay within, as far as they fit
 */
export function apart(wanted: readonly number[], gap: number, range: readonly [number, number]): number[] {
  const order = wanted.map((_, index) => index).sort((a, b) => (wanted[a] as number) - (wanted[b] as number))
  const placed = order.map((index) => Math.min(Math.max(wanted[index] as number, range[0]), range[1]))
  for (let index = 1; index < placed.length; index++) {
    placed[index] = Math.max(placed[index] as number, (placed[index - 1] as number) + gap)
  }
  // What was pushed out above comes back, and pushes the others down.
  let limit = range[1]
  for (let index = placed.length - 1; index >= 0; index--) {
    placed[index] = Math.min(placed[index] as number, limit)
    limit = (placed[index] as number) - gap
  }
  const places = new Array<number>(wanted.length)
  for (const [rank, index] of order.entries()) places[index] = placed[rank] as number
  return places
}
