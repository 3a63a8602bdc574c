import { ForageError, InputError } from '../core/errors.ts'
import { type PoolState, poolItems } from '../core/item-pool.ts'
import type { Persona, Population } from '../core/persona.ts'
import type { Audience, Visits } from '../ports/audience.ts'
import type { RelevanceQuery, RelevanceResult, RelevanceScorer } from '../ports/relevance-scorer.ts'
import { BehavingVisitors } from './behaving-audience.ts'
import { behavingRates } from './behaving-rates.ts'
import { checkBehaviour, checkSlots, isBehaving, sharesAt } from './behaviour.ts'
import { type ExpectedRates, expectedRates } from './expected-rates.ts'
import { simulateVisits } from './simulate-visits.ts'
import { slateOutcomes } from './slate-counts.ts'
import { personaShares, type VisitPlan } from './visit-plan.ts'

/** A relevance that the scorer refused to give; the text counts as irrelevant to the persona. */
export interface RelevanceRejection {
  readonly text: string
  readonly persona: Persona
  readonly reason: string
}

export interface SimulatedAudienceOptions {
  /** For people and records; the personas' keys joined by `+` when absent. */
  readonly name?: string
  readonly population: Population
  readonly scorer: RelevanceScorer
  /** Told once for each (text, persona) that the scorer rejects. */
  readonly onRejected?: (rejection: RelevanceRejection) => void
}

export interface SimulatedAudience extends Audience {
  /**
   * The truth of a pool: its CTRs in closed form. Asks the scorer for what is not kept yet. Where the population
   * behaves in some way beyond the paper's, see `behavingRates` for what the truth is.
   */
  expected(state: PoolState, slateSize: number, signal?: AbortSignal): Promise<ExpectedRates>
}

const LEAST_RELEVANT = 1

/**
 * The paper's simulated users. Each visit is one persona's, drawn by weight, to K uniform items of the pool;
 * a pool with fewer than K items is shown whole. The relevance of a text for a persona is asked for once in
 * the audience's life and kept, a rejection too.
 *
 * With `population.behaviour` the visits are drawn one by one and remember each other, so an audience serves one
 * run of a context at a time; an iteration that does not come after the last one begins anew.
 *
 * @throws InputError when the population cannot be, naming field and value
 */
export function simulatedAudience(options: SimulatedAudienceOptions): SimulatedAudience {
  const { population, scorer, onRejected } = options
  checkPopulation(population)
  const personas = population.personas.map(({ persona }) => persona)
  const weights = Float64Array.from(population.personas, ({ weight }) => weight)
  const shares = personaShares(weights)
  const kept = new Map<string, number>()
  const behaviour = isBehaving(population.behaviour) ? population.behaviour : undefined
  const behaving = behaviour === undefined ? undefined : new BehavingVisitors(behaviour)

  async function relevancesOf(state: PoolState, signal?: AbortSignal): Promise<Float64Array> {
    const items = poolItems(state)
    const queries = personas.flatMap((persona) =>
      items.map((item) => ({ text: item.text, persona, context: state.context })),
    )
    const keys = queries.map(keyOf)
    const missing = new Map<string, RelevanceQuery>()
    for (const [index, key] of keys.entries()) {
      if (!kept.has(key)) missing.set(key, queries[index] as RelevanceQuery)
    }
    if (missing.size > 0) {
      const unknown = [...missing.values()]
      const results = await scorer.score(unknown, signal)
      if (results.length !== unknown.length) {
        throw new ForageError(
          'scorer-broken',
          `scorer ${scorer.name}: ${unknown.length} texts gave ${results.length} results; it must give one each`,
        )
      }
      for (const [index, [key, query]] of [...missing].entries()) {
        kept.set(key, relevanceOf(results[index] as RelevanceResult, query))
      }
    }
    return Float64Array.from(keys, (key) => kept.get(key) as number)
  }

  function relevanceOf(result: RelevanceResult, { text, persona }: RelevanceQuery): number {
    if (result.kind === 'rejected') {
      onRejected?.({ text, persona, reason: result.reason })
      return LEAST_RELEVANT
    }
    if (!(result.relevance >= 1 && result.relevance <= 10)) {
      throw new ForageError(
        'scorer-broken',
        `scorer ${scorer.name}: relevance ${result.relevance} for ${JSON.stringify(text)}; it must be from 1 to 10`,
      )
    }
    return result.relevance
  }

  function planOf(
    relevances: Float64Array,
    poolSize: number,
    slateSize: number,
  ): Omit<VisitPlan, 'interactions'> {
    const { choiceTemperature, noClickScore } = population
    return {
      relevances,
      weights,
      poolSize,
      slateSize: Math.min(slateSize, poolSize),
      choiceTemperature,
      noClickScore,
    }
  }

  return {
    name: options.name ?? personas.map((persona) => persona.key).join('+'),
    ...(scorer.encoder === undefined ? {} : { scorerEncoder: scorer.encoder }),

    async visit(state, { slateSize, interactionsPerIteration }, random, signal): Promise<Visits> {
      const ids = poolItems(state).map((item) => item.id)
      if (behaviour !== undefined) checkSlots(behaviour, slateSize)
      if (ids.length === 0) {
        const nothing = {
          iteration: state.iteration,
          itemIds: [],
          clicks: [],
          interactions: interactionsPerIteration,
        }
        const late = behaving?.withoutItems(state, random) ?? []
        return { outcomes: [nothing, ...late], relevances: new Map() }
      }
      const relevances = await relevancesOf(state, signal)
      signal?.throwIfAborted()
      const plan = { ...planOf(relevances, ids.length, slateSize), interactions: interactionsPerIteration }
      const sharesNow = sharesAt(population, shares, state.iteration)
      const outcomes =
        behaving === undefined
          ? slateOutcomes(simulateVisits(plan, random), ids, state.iteration)
          : behaving.visit(plan, sharesNow, state, random)
      const means = ids.map((id, item): [string, number] => {
        const terms = Array.from(sharesNow, (share, persona) => {
          return share * (relevances[persona * ids.length + item] as number)
        })
        return [id, terms.reduce((sum, term) => sum + term, 0)]
      })
      return { outcomes, relevances: new Map(means) }
    },

    async expected(state, slateSize, signal): Promise<ExpectedRates> {
      const relevances = await relevancesOf(state, signal)
      const items = poolItems(state)
      const plan = planOf(relevances, items.length, slateSize)
      if (behaviour === undefined) return expectedRates(plan)
      checkSlots(behaviour, slateSize)
      return behavingRates(plan, sharesAt(population, shares, state.iteration), behaviour, items)
    },
  }
}

function keyOf({ text, persona, context }: RelevanceQuery): string {
  return JSON.stringify([context.key, persona.key, text])
}

function checkPopulation({ personas, choiceTemperature, noClickScore, behaviour }: Population): void {
  if (personas.length === 0) throw new InputError('personas', personas, 'give at least one persona')
  const keys = new Set<string>()
  for (const { persona, weight } of personas) {
    if (keys.has(persona.key)) throw new InputError('personas', persona.key, 'give each persona once')
    keys.add(persona.key)
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) {
      throw new InputError(`weight of ${persona.key}`, weight, 'give a number above 0')
    }
  }
  if (!(choiceTemperature > 0 && choiceTemperature < Number.POSITIVE_INFINITY)) {
    throw new InputError('choiceTemperature', choiceTemperature, 'give a number above 0, such as 1.5')
  }
  if (!Number.isFinite(noClickScore)) {
    throw new InputError('noClickScore', noClickScore, 'give a number, such as 11')
  }
  if (behaviour !== undefined) checkBehaviour(behaviour, [...keys])
}
