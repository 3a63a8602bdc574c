import type { Interval, Proportion } from './proportions.ts'

/** P(X <= successes) and P(X >= successes), both with the successes themselves. */
export interface BinomialTails {
  readonly atMost: number
  readonly atLeast: number
}

/** A term that no longer changes a sum of terms which only get smaller. */
const NEGLIGIBLE = 1e-18
/** Halvings until two neighbouring numbers are left, from any start in [0, 1]. */
const HALVINGS_MAX = 1100

/**
 * Tails of X ~ Binomial(trials, probability), summed term by term. The term at `successes` is computed through
 * logarithms, so that it neither overflows nor vanishes early; its neighbours follow by their ratios. The tail
 * on the far side of the mean is summed, the other is one less it: both are good to about ten digits, the
 * small one in relation to itself. Checked up to 100,000 trials; takes time proportional to the trials.
 *
 * @param probability in [0, 1]
 * @throws RangeError naming argument and value
 */
export function binomialTails(proportion: Proportion, probability: number): BinomialTails {
  checkCounts(proportion)
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`probability: must be from 0 to 1, got ${probability}`)
  }
  return tails(proportion, logChoices(proportion), probability)
}

/**
 * Exact interval of a proportion (Clopper-Pearson): the probabilities at which a count as high, or as low, as the
 * one seen has at least half of 1 - level. It holds the true proportion at least as often as `level` says, for
 * every proportion and number of trials; the price is width where trials are few.
 *
 * The ends are usually given as Beta quantiles. Here they are found by bisection on the exact tails, down to
 * neighbouring floating-point numbers and rounded outwards; the tails carry all the error there is.
 *
 * @param level such as 0.95
 * @throws RangeError when counts cannot be, trials are 0, or the level is not in (0, 1)
 *
 * Source: C. J. Clopper, E. S. Pearson, Biometrika 26 (1934) 404-413.
 */
export function clopperPearsonInterval(proportion: Proportion, level = 0.95): Interval {
  checkCounts(proportion)
  if (!(level > 0 && level < 1)) {
    throw new RangeError(`level: must be strictly between 0 and 1, got ${level}`)
  }
  const { successes, trials } = proportion
  const choices = logChoices(proportion)
  const tail = (1 - level) / 2
  // P(X >= successes) grows with the probability, P(X <= successes) shrinks.
  const [low] = successes === 0 ? [0] : bisection((p) => tails(proportion, choices, p).atLeast < tail)
  const [, high] =
    successes === trials ? [1, 1] : bisection((p) => tails(proportion, choices, p).atMost >= tail)
  return [low, high]
}

/**
 * Two-sided exact test that successes and failures are equally likely (sign test): the probability, at 1/2, of a
 * count at least as far from the middle.
 *
 * @throws RangeError when counts cannot be or trials are 0
 */
export function exactHalfTest(proportion: Proportion): number {
  checkCounts(proportion)
  const { successes, trials } = proportion
  const larger = Math.max(successes, trials - successes)
  return Math.min(1, 2 * binomialTails({ successes: larger, trials }, 0.5).atLeast)
}

function tails({ successes, trials }: Proportion, logChoices: number, probability: number): BinomialTails {
  if (probability === 0) return { atMost: 1, atLeast: successes === 0 ? 1 : 0 }
  if (probability === 1) return { atMost: successes === trials ? 1 : 0, atLeast: 1 }
  const failures = trials - successes
  const term = Math.exp(logChoices + successes * Math.log(probability) + failures * Math.log1p(-probability))
  const odds = probability / (1 - probability)
  if (successes > trials * probability) {
    const atLeast = term * fallingSum(failures, (step) => ((failures - step) / (successes + step + 1)) * odds)
    return { atMost: within(1 - atLeast + term), atLeast: within(atLeast) }
  }
  const atMost = term * fallingSum(successes, (step) => (successes - step) / (failures + step + 1) / odds)
  return { atMost: within(atMost), atLeast: within(1 - atMost + term) }
}

/** 1 + ratio(0) + ratio(0) ratio(1) + ..., for ratios that get smaller. */
function fallingSum(steps: number, ratio: (step: number) => number): number {
  let sum = 1
  let term = 1
  for (let step = 0; step < steps; step++) {
    term *= ratio(step)
    sum += term
    if (term < sum * NEGLIGIBLE) break
  }
  return sum
}

/**
 * Logarithm of the number of ways to choose, as a sum of small logarithms with the lost digits kept (Neumaier):
 * a difference of log-gammas near a million would lose six digits.
 */
function logChoices({ successes, trials }: Proportion): number {
  const fewer = Math.min(successes, trials - successes)
  let sum = 0
  let lost = 0
  for (let chosen = 1; chosen <= fewer; chosen++) {
    const next = Math.log((trials - fewer + chosen) / chosen)
    const total = sum + next
    lost += Math.abs(sum) >= Math.abs(next) ? sum - total + next : next - total + sum
    sum = total
  }
  return sum + lost
}

/** Neighbouring numbers in [0, 1]: the last for which `isBelow` holds and the first for which it does not. */
function bisection(isBelow: (probability: number) => boolean): Interval {
  let low = 0
  let high = 1
  for (let halving = 0; halving < HALVINGS_MAX; halving++) {
    const middle = (low + high) / 2
    if (middle <= low || middle >= high) break
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return [low, high]
}

function within(probability: number): number {
  return Math.min(1, Math.max(0, probability))
}

function checkCounts({ successes, trials }: Proportion): void {
  if (!(Number.isInteger(trials) && trials >= 1)) {
    throw new RangeError(`trials: must be a whole number of at least 1, got ${trials}`)
  }
  if (!(Number.isInteger(successes) && successes >= 0 && successes <= trials)) {
    throw new RangeError(`successes: must be a whole number from 0 to ${trials}, got ${successes}`)
  }
}
