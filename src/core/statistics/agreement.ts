/** What one rater said of each unit, units in the same order for all raters; undefined where there is no answer. */
export type Ratings = readonly (string | undefined)[]

/** How far raters agree. Shares in [0, 1]; figures are absent where they are not defined. */
export interface Agreement {
  /** Units with answers of at least two raters; only these count below. */
  readonly units: number
  /** Of these, where all who answered said the same. */
  readonly unanimous: number
  /** `unanimous / units`; absent without units. */
  readonly share?: number
  /** Mean over pairs of raters, of the pairs for which it is defined; absent when there is none. */
  readonly cohenKappa?: number
  /** Pairs of raters behind `cohenKappa`. */
  readonly kappaPairs: number
  readonly krippendorffAlpha?: number
}

/** @throws RangeError for fewer than two raters or lists of unequal length */
export function agreement(raters: readonly Ratings[]): Agreement {
  checkRaters(raters)
  let units = 0
  let unanimous = 0
  for (const answers of answersByUnit(raters)) {
    if (answers.length < 2) continue
    units += 1
    if (new Set(answers).size === 1) unanimous += 1
  }
  const kappas = raters
    .flatMap((first, index) => raters.slice(index + 1).map((second) => cohenKappa(first, second)))
    .filter((kappa) => kappa !== undefined)
  const alpha = krippendorffAlpha(raters)
  return {
    units,
    unanimous,
    ...(units === 0 ? {} : { share: unanimous / units }),
    ...(kappas.length === 0
      ? {}
      : { cohenKappa: kappas.reduce((sum, kappa) => sum + kappa, 0) / kappas.length }),
    kappaPairs: kappas.length,
    ...(alpha === undefined ? {} : { krippendorffAlpha: alpha }),
  }
}

/**
 * Cohen's kappa of two raters: (observed - chance) / (1 - chance), where chance is the agreement of two raters who
 * answer by lot, each with the shares of their own answers. Units that one of them left out do not count.
 *
 * @returns in [-1, 1]; undefined when nothing was answered by both, or both always gave one and the same answer:
 * then chance alone agrees always, and kappa is 0 / 0
 * @throws RangeError for lists of unequal length
 *
 * Source: J. Cohen, Educational and Psychological Measurement 20 (1960) 37-46.
 */
export function cohenKappa(first: Ratings, second: Ratings): number | undefined {
  checkRaters([first, second])
  let units = 0
  let same = 0
  const firstCounts = new Map<string, number>()
  const secondCounts = new Map<string, number>()
  for (const [unit, one] of first.entries()) {
    const other = second[unit]
    if (one === undefined || other === undefined) continue
    units += 1
    if (one === other) same += 1
    count(firstCounts, one)
    count(secondCounts, other)
  }
  // Whole numbers, so that "always the same" is found exactly: units^2 times the chance.
  let chance = 0
  for (const [answer, times] of firstCounts) chance += times * (secondCounts.get(answer) ?? 0)
  const square = units * units
  return chance === square ? undefined : (same * units - chance) / (square - chance)
}

/**
 * Krippendorff's alpha for nominal answers, any number of raters, answers may be missing: 1 - observed / expected
 * disagreement, over all pairs of answers to one unit, against all pairs of answers whatever the unit. Units with
 * one answer pair with nothing and do not count.
 *
 * @returns at most 1; undefined when no unit has two answers, or all answers are the same: then no disagreement is
 * expected and alpha is 1 - 0 / 0
 * @throws RangeError for fewer than two raters or lists of unequal length
 *
 * Source: K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011).
 */
export function krippendorffAlpha(raters: readonly Ratings[]): number | undefined {
  checkRaters(raters)
  const totals = new Map<string, number>()
  let answered = 0
  let observed = 0
  for (const answers of answersByUnit(raters)) {
    if (answers.length < 2) continue
    answered += answers.length
    const counts = new Map<string, number>()
    for (const answer of answers) count(counts, answer)
    let samePairs = 0
    for (const [answer, times] of counts) {
      samePairs += times * (times - 1)
      totals.set(answer, (totals.get(answer) ?? 0) + times)
    }
    // Each unit weighs as many answers as it has.
    observed += (answers.length * (answers.length - 1) - samePairs) / (answers.length - 1)
  }
  let unequalPairs = answered * answered
  for (const times of totals.values()) unequalPairs -= times * times
  return unequalPairs === 0 ? undefined : 1 - (observed * (answered - 1)) / unequalPairs
}

function answersByUnit(raters: readonly Ratings[]): string[][] {
  return (raters[0] as Ratings).map((_, unit) =>
    raters.map((ratings) => ratings[unit]).filter((answer) => answer !== undefined),
  )
}

function count(counts: Map<string, number>, answer: string): void {
  counts.set(answer, (counts.get(answer) ?? 0) + 1)
}

function checkRaters(raters: readonly Ratings[]): void {
  const [first, ...others] = raters
  if (first === undefined || others.length === 0) {
    throw new RangeError(`raters: agreement needs at least two, got ${raters.length}`)
  }
  const other = others.find(({ length }) => length !== first.length)
  if (other !== undefined) {
    throw new RangeError(`ratings: lists of ${first.length} and ${other.length} units cannot be compared`)
  }
}
