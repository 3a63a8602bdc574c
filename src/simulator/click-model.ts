/** How people choose in the simulator. */
export interface ChoiceOptions {
  /** T in the paper: softness of the choice. Above 0. */
  readonly choiceTemperature: number
  /** RS in the paper: strength of clicking nothing, on the scale of relevance. */
  readonly noClickScore: number
}

/**
 * The paper's values. A temperature of 1 makes the choice too peaked; a no-click score below 10 lets the CTR
 * pass 90 %, and one above 12 leaves too little room between pools.
 */
export const PAPER_CHOICE: ChoiceOptions = { choiceTemperature: 1.5, noClickScore: 11 }

/**
 * Chances of each thing a visitor can do with one slate: a multinomial logit with an outside option.
 * P(click i) = exp(r_i / T) / (exp(RS / T) + sum_k exp(r_k / T)).
 *
 * The largest exponent is subtracted first, so nothing overflows, however small the temperature. Three
 * relevances of 10 with the paper's options give 0.6063 for any click.
 *
 * @param relevances length K >= 1, by position; in [1, 10] in use, any finite number is taken
 * @returns length K + 1: entry i is the probability of a click at position i, the last one of no click; sums to 1
 * @throws RangeError naming argument and value: an empty slate, a number that is not finite, a temperature not above 0
 *
 * Source: Senel et al. 2024, the section on the click simulator.
 */
export function clickProbabilities(
  relevances: ArrayLike<number>,
  options: ChoiceOptions = PAPER_CHOICE,
): Float64Array {
  checkChoice(options)
  const { choiceTemperature, noClickScore } = options
  const slateSize = relevances.length
  if (!(slateSize >= 1)) throw new RangeError('relevances: a slate needs at least one item, got none')
  let largest = noClickScore
  for (let position = 0; position < slateSize; position++) {
    const relevance = relevances[position] as number
    if (!Number.isFinite(relevance)) {
      throw new RangeError(`relevances: must be finite numbers, got ${relevance} at position ${position}`)
    }
    if (relevance > largest) largest = relevance
  }
  const probabilities = new Float64Array(slateSize + 1)
  let total = 0
  for (let position = 0; position <= slateSize; position++) {
    const strength = position < slateSize ? (relevances[position] as number) : noClickScore
    const weight = Math.exp((strength - largest) / choiceTemperature)
    probabilities[position] = weight
    total += weight
  }
  for (let position = 0; position <= slateSize; position++) {
    probabilities[position] = (probabilities[position] as number) / total
  }
  return probabilities
}

/** @throws RangeError naming option and value */
export function checkChoice({ choiceTemperature, noClickScore }: ChoiceOptions): void {
  if (!(choiceTemperature > 0 && choiceTemperature < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`choiceTemperature: must be a finite number above 0, got ${choiceTemperature}`)
  }
  if (!Number.isFinite(noClickScore)) {
    throw new RangeError(`noClickScore: must be a finite number, got ${noClickScore}`)
  }
}
