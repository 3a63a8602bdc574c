import type { AudienceBehaviour } from '../core/persona.ts'
import { clickProbabilities } from './click-model.ts'
import type { VisitPlan } from './visit-plan.ts'

/** What comes of a slate on average: a click by position, or none. Sums to 1. */
export interface SlateChances {
  readonly clicks: Float64Array
  readonly noClick: number
}

type Plan = Omit<VisitPlan, 'interactions' | 'weights'>

/** Chances of a slate over all personas and tastes, for people who have seen none of it. */
export function slateChances(
  plan: Plan,
  shares: Float64Array,
  behaviour: AudienceBehaviour,
): (slate: Uint16Array) => SlateChances {
  const { slateSize } = plan
  const personaChances =
    (behaviour.tasteDeviation ?? 0) > 0 ? tastedChances(plan, behaviour) : plainChances(plan, behaviour)
  return (slate) => {
    const clicks = new Float64Array(slateSize)
    for (const [persona, share] of shares.entries()) {
      if (share === 0) continue
      const chances = personaChances(persona, slate)
      for (let position = 0; position < slateSize; position++) {
        clicks[position] = (clicks[position] as number) + share * (chances[position] as number)
      }
    }
    return { clicks, noClick: 1 - clicks.reduce((sum, chance) => sum + chance, 0) }
  }
}

type PersonaChances = (persona: number, slate: Uint16Array) => ArrayLike<number>

/** A slot effect l counts like a relevance that is higher by T log l. */
function plainChances(plan: Plan, { slotEffects }: AudienceBehaviour): PersonaChances {
  const { relevances, poolSize, choiceTemperature } = plan
  return (persona, slate) => {
    const strengths = Array.from(slate, (item, position) => {
      return (
        (relevances[persona * poolSize + item] as number) +
        choiceTemperature * Math.log(slotEffects?.[position] ?? 1)
      )
    })
    return clickProbabilities(strengths, plan)
  }
}

const NORMAL_STEP = 0.125
const NORMAL_END = 8
const GRID_STEP = 0.125
const GRID_END = 4

/**
 * With tastes each weight w is lognormal, independent of the others, and the mean of w_i / (1 + sum w_j) has as
 * many dimensions as the slate. As 1 / (1 + x) is the integral of exp(-s (1 + x)) over s > 0, it becomes one
 * integral over s of a product of means over one weight each, E[w exp(-s w)] and E[exp(-s w)]. Trapezoids over
 * log s and over the normal: smooth integrands that vanish at both ends, so the error falls below 1e-9.
 */
function tastedChances(plan: Plan, { slotEffects, tasteDeviation = 0 }: AudienceBehaviour): PersonaChances {
  const { relevances, noClickScore, choiceTemperature, poolSize, slateSize } = plan
  const scale = tasteDeviation / choiceTemperature
  const exponents = relevances.map((relevance) => (relevance - noClickScore) / choiceTemperature)
  const largest = exponents.reduce((a, b) => Math.max(a, b)) + NORMAL_END * scale + Math.log(1000)
  if (!(largest < 300)) {
    throw new RangeError(
      `choiceTemperature: the truth is not worked out for weights as large as exp(${largest})`,
    )
  }
  const grid = gridOf(-30 - Math.max(0, largest))
  const means = new Map<number, { none: Float64Array; taken: Float64Array }>()
  const meansOf = (exponent: number) => {
    const known = means.get(exponent) ?? weightMeans(exponent, scale, grid)
    means.set(exponent, known)
    return known
  }
  return (persona, slate) => {
    const factors = Array.from(slate, (item, position) => {
      const slot = Math.log(slotEffects?.[position] ?? 1)
      return meansOf((exponents[persona * poolSize + item] as number) + slot)
    })
    return Float64Array.from({ length: slateSize }, (_, clicked) => {
      return grid.reduce((sum, s, point) => {
        let product = GRID_STEP * s * Math.exp(-s)
        for (const [position, { none, taken }] of factors.entries()) {
          product *= (position === clicked ? taken[point] : none[point]) as number
        }
        return sum + product
      }, 0)
    })
  }
}

function gridOf(start: number): Float64Array {
  const points = Math.ceil((GRID_END - start) / GRID_STEP)
  return Float64Array.from({ length: points + 1 }, (_, point) => Math.exp(start + point * GRID_STEP))
}

/** E[exp(-s w)] and E[w exp(-s w)] for w = exp(exponent + scale z), z standard normal, at each s of the grid. */
function weightMeans(exponent: number, scale: number, grid: Float64Array) {
  const none = new Float64Array(grid.length)
  const taken = new Float64Array(grid.length)
  for (let z = -NORMAL_END; z <= NORMAL_END; z += NORMAL_STEP) {
    const density = (NORMAL_STEP * Math.exp(-0.5 * z * z)) / Math.sqrt(2 * Math.PI)
    const weight = Math.exp(exponent + scale * z)
    for (const [point, s] of grid.entries()) {
      const kept = density * Math.exp(-s * weight)
      none[point] = (none[point] as number) + kept
      taken[point] = (taken[point] as number) + weight * kept
    }
  }
  return { none, taken }
}
