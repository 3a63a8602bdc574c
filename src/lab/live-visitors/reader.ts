import type { Context } from '../../core/context.ts'
import { ForageError } from '../../core/errors.ts'
import type { Population } from '../../core/persona.ts'
import { type Random, randomStream } from '../../core/random.ts'
import type { RelevanceScorer } from '../../ports/relevance-scorer.ts'
import { clickProbabilities } from '../../simulator/click-model.ts'
import { personaShares } from '../../simulator/visit-plan.ts'

const LEAST_RELEVANT = 1

/** Somebody who looks at slates by the paper's click model. */
export interface SimulatedReader {
  /**
   * Which of the texts this visit clicks.
   *
   * @param visit number of the visit: the same visit to the same texts always does the same
   * @param texts by position, at least one
   * @returns its position, or undefined for none
   */
  choose(visit: number, texts: readonly string[]): Promise<number | undefined>
}

/** @param scorer asked once for each text, for all personas together; what it rejects is irrelevant */
export function simulatedReader(
  population: Population,
  scorer: RelevanceScorer,
  context: Context,
  seed: number,
): SimulatedReader {
  const { personas } = population
  const shares = personaShares(Float64Array.from(personas, ({ weight }) => weight))
  const kept = new Map<string, Promise<readonly number[]>>()

  async function scored(text: string): Promise<readonly number[]> {
    const results = await scorer.score(personas.map(({ persona }) => ({ text, persona, context })))
    if (results.length !== personas.length) {
      throw new ForageError(
        'scorer-broken',
        `scorer ${scorer.name}: ${personas.length} texts gave ${results.length} results; it must give one each`,
      )
    }
    return results.map((result) => (result.kind === 'scored' ? result.relevance : LEAST_RELEVANT))
  }

  function relevancesOf(text: string): Promise<readonly number[]> {
    const found = kept.get(text) ?? scored(text)
    kept.set(text, found)
    return found
  }

  return {
    async choose(visit, texts) {
      const random = randomStream(seed, 'live-visit', visit)
      const persona = drawn(shares, random)
      const relevances = await Promise.all(texts.map(relevancesOf))
      const own = relevances.map((ofText) => ofText[persona] as number)
      const position = drawn(clickProbabilities(own, population), random)
      return position < texts.length ? position : undefined
    },
  }
}

/** An index with the probability that stands there. */
function drawn(probabilities: Float64Array, random: Random): number {
  let left = random.uniform()
  for (const [index, probability] of probabilities.entries()) {
    left -= probability
    if (left < 0) return index
  }
  return probabilities.length - 1
}
