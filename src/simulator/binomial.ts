import type { FastRandom } from './fast-random.ts'

/** Expected successes from which rejection is cheaper than counting up (measured; both are exact, the latter from 10 on). */
const INVERSION_MEAN_MAX = 10

/**
 * Successes in `trials` independent tries of probability `probability`: one exact draw.
 *
 * Small means are inverted (the distribution function is walked up from 0), large ones drawn by rejection
 * from a transformed uniform: algorithm BTRS of W. Hörmann, "The generation of binomial random variates",
 * Journal of Statistical Computation and Simulation 46 (1993). Takes constant time on average.
 *
 * @param trials whole number from 0 to 2^31 - 1
 * @param probability values at or below 0 and at or above 1 count as 0 and 1, so that a rounding error of a
 * conditional probability does no harm
 */
export function binomial(trials: number, probability: number, random: FastRandom): number {
  if (trials === 0 || !(probability > 0)) return 0
  if (probability >= 1) return trials
  if (probability > 0.5) return trials - lowerHalf(trials, 1 - probability, random)
  return lowerHalf(trials, probability, random)
}

function lowerHalf(trials: number, probability: number, random: FastRandom): number {
  return trials * probability < INVERSION_MEAN_MAX
    ? byInversion(trials, probability, random)
    : byRejection(trials, probability, random)
}

function byInversion(trials: number, probability: number, random: FastRandom): number {
  const odds = probability / (1 - probability)
  const none = Math.exp(trials * Math.log1p(-probability))
  for (;;) {
    let left = random.uniform()
    let mass = none
    let successes = 0
    while (left >= mass) {
      left -= mass
      successes++
      mass *= (odds * (trials - successes + 1)) / successes
      // Rounding can leave a crumb of `left` after the last value: draw again.
      if (successes > trials || mass === 0) break
    }
    if (left < mass) return successes
  }
}

function byRejection(trials: number, probability: number, random: FastRandom): number {
  const deviation = Math.sqrt(trials * probability * (1 - probability))
  const b = 1.15 + 2.53 * deviation
  const a = -0.0873 + 0.0248 * b + 0.01 * probability
  const centre = trials * probability + 0.5
  const squeeze = 0.92 - 4.2 / b
  for (;;) {
    let height = random.uniform()
    const side = random.uniform() - 0.5
    const edge = 0.5 - Math.abs(side)
    const successes = Math.floor(((2 * a) / edge + b) * side + centre)
    // Inside the box that lies wholly under the curve, which is most of the time.
    if (edge >= 0.07 && height <= squeeze) return successes
    if (successes < 0 || successes > trials) continue
    const alpha = (2.83 + 5.1 / b) * deviation
    height = Math.log((height * alpha) / (a / (edge * edge) + b))
    if (height <= logRatioToMode(trials, probability, successes)) return successes
  }
}

/** log of P(successes) / P(mode). */
function logRatioToMode(trials: number, probability: number, successes: number): number {
  const mode = Math.floor((trials + 1) * probability)
  const odds = probability / (1 - probability)
  return (
    (mode + 0.5) * Math.log((mode + 1) / (odds * (trials - mode + 1))) +
    (trials + 1) * Math.log((trials - mode + 1) / (trials - successes + 1)) +
    (successes + 0.5) * Math.log((odds * (trials - successes + 1)) / (successes + 1)) +
    stirlingTail(mode) +
    stirlingTail(trials - mode) -
    stirlingTail(successes) -
    stirlingTail(trials - successes)
  )
}

/** log(k!) less Stirling's formula about k + 1: log k! - [log(2 pi)/2 + (k + 1/2) log(k + 1) - (k + 1)]. */
function stirlingTail(k: number): number {
  if (k < STIRLING_TAILS.length) return STIRLING_TAILS[k] as number
  const square = (k + 1) * (k + 1)
  return (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
}

/** The first ten, where the series is not exact enough. */
const STIRLING_TAILS = Float64Array.from({ length: 10 }, (_, k) => {
  let logFactorial = 0
  for (let factor = 2; factor <= k; factor++) logFactorial += Math.log(factor)
  return logFactorial - (0.5 * Math.log(2 * Math.PI) + (k + 0.5) * Math.log(k + 1) - (k + 1))
})
