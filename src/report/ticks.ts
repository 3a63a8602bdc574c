/** Round whole numbers from 0 to `last`, about `most` of them at most: steps of 1, 2 or 5 times a power of ten. */
export function wholeTicks(last: number, most: number): number[] {
  const rough = Math.max(1, last / Math.max(1, most))
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = ([1, 2, 5].find((factor) => factor * power >= rough - 1e-9) ?? 10) * power
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step)
}
