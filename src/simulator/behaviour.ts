import { InputError } from '../core/errors.ts'
import type { AudienceBehaviour, Population } from '../core/persona.ts'

/** What is wrong with a behaviour, and where: `['drift', 'weights', 'price']`. */
export interface BehaviourMistake {
  readonly place: readonly (string | number)[]
  readonly value: unknown
  readonly advice: string
}

const SLOTS_MAX = 100
const VISITORS_MAX = 1_000_000
const ITERATIONS_MAX = 10_000

/** True when anything differs from the paper's click model, so that visits must be drawn one by one. */
export function isBehaving(behaviour: AudienceBehaviour | undefined): behaviour is AudienceBehaviour {
  if (behaviour === undefined) return false
  const { slotEffects, tasteDeviation = 0, wearOut = 1, drift, lateClicks = 0, bots } = behaviour
  return (
    (slotEffects ?? []).some((effect) => effect !== 1) ||
    tasteDeviation > 0 ||
    wearOut < 1 ||
    drift !== undefined ||
    lateClicks > 0 ||
    (bots?.share ?? 0) > 0
  )
}

/** @throws InputError naming the field, such as `behaviour.bots.share` */
export function checkBehaviour(behaviour: AudienceBehaviour, personaKeys: readonly string[]): void {
  const mistake = behaviourMistake(behaviour, personaKeys)
  if (mistake === undefined) return
  const inside = mistake.place.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('')
  throw new InputError(`behaviour${inside}`, mistake.value, mistake.advice)
}

/** The first mistake in a behaviour of the right types; undefined when there is none. */
export function behaviourMistake(
  behaviour: AudienceBehaviour,
  personaKeys: readonly string[],
): BehaviourMistake | undefined {
  const { tasteDeviation, visitors, wearOut, lateClicks } = behaviour
  const wrong = (place: string, value: unknown, advice: string) => ({ place: [place], value, advice })
  const slots = slotMistake(behaviour)
  if (slots !== undefined) return slots
  if (tasteDeviation !== undefined && !(tasteDeviation >= 0 && tasteDeviation <= 100)) {
    return wrong('tasteDeviation', tasteDeviation, 'give a number from 0 to 100')
  }
  if (visitors !== undefined && !isWhole(visitors, 1, VISITORS_MAX)) {
    return wrong('visitors', visitors, `give a whole number from 1 to ${VISITORS_MAX}`)
  }
  if (wearOut !== undefined && !(wearOut > 0 && wearOut <= 1)) {
    return wrong('wearOut', wearOut, 'give a number above 0, at most 1; 1 is no wear-out')
  }
  if (wearOut !== undefined && wearOut < 1 && visitors === undefined) {
    return wrong('wearOut', wearOut, 'nobody sees an item twice unless people come back; give visitors too')
  }
  if (lateClicks !== undefined && !(lateClicks >= 0 && lateClicks < 1)) {
    return wrong('lateClicks', lateClicks, 'give a number from 0 to below 1')
  }
  return driftMistake(behaviour, personaKeys) ?? botMistake(behaviour)
}

/** @throws InputError when a behaviour has effects for another number of places than the slate has */
export function checkSlots({ slotEffects }: AudienceBehaviour, slateSize: number): void {
  if (slotEffects === undefined || slotEffects.length === slateSize) return
  throw new InputError(
    'behaviour.slotEffects',
    slotEffects,
    `the slate has ${slateSize} places; give ${slateSize} numbers`,
  )
}

/** Share of the visits by people that each persona makes at an iteration, in the population's order; sums to 1. */
export function sharesAt(
  { personas, behaviour }: Population,
  shares: Float64Array,
  iteration: number,
): Float64Array {
  const drift = behaviour?.drift
  if (drift === undefined) return shares
  // A persona may be called as what every object has: `constructor`.
  const given = new Map(Object.entries(drift.weights))
  const ends = personas.map(({ persona }) => given.get(persona.key) ?? 0)
  const endSum = ends.reduce((sum, weight) => sum + weight, 0)
  const way = Math.min(1, Math.max(0, (iteration - (drift.startsAt ?? 0)) / drift.iterations))
  return shares.map((share, persona) => (1 - way) * share + (way * (ends[persona] as number)) / endSum)
}

function slotMistake({ slotEffects }: AudienceBehaviour): BehaviourMistake | undefined {
  if (slotEffects === undefined) return undefined
  if (slotEffects.length < 1 || slotEffects.length > SLOTS_MAX) {
    const advice = `give a number for each place of the slate, 1 to ${SLOTS_MAX} of them`
    return { place: ['slotEffects'], value: slotEffects, advice }
  }
  for (const [slot, effect] of slotEffects.entries()) {
    const place = ['slotEffects', slot]
    if (!(effect > 0 && effect <= 1000)) {
      return { place, value: effect, advice: 'give a number above 0, at most 1000' }
    }
    if (slot === 0 && effect !== 1) {
      return { place, value: effect, advice: 'the others are told by the first place; give 1' }
    }
  }
  return undefined
}

function driftMistake(
  { drift }: AudienceBehaviour,
  personaKeys: readonly string[],
): BehaviourMistake | undefined {
  if (drift === undefined) return undefined
  const { weights, iterations, startsAt } = drift
  for (const [key, weight] of Object.entries(weights)) {
    const place = ['drift', 'weights', key]
    if (!personaKeys.includes(key)) {
      return {
        place,
        value: weight,
        advice: `there is no such persona; give one of ${personaKeys.join(', ')}`,
      }
    }
    if (!(weight >= 0 && weight <= 1e6)) {
      return { place, value: weight, advice: 'give a number from 0 to 1000000' }
    }
  }
  if (!Object.values(weights).some((weight) => weight > 0)) {
    return {
      place: ['drift', 'weights'],
      value: weights,
      advice: 'give at least one persona a weight above 0',
    }
  }
  if (!isWhole(iterations, 1, ITERATIONS_MAX)) {
    const advice = `give a whole number from 1 to ${ITERATIONS_MAX}`
    return { place: ['drift', 'iterations'], value: iterations, advice }
  }
  if (startsAt !== undefined && !isWhole(startsAt, 0, ITERATIONS_MAX)) {
    const advice = `give a whole number from 0 to ${ITERATIONS_MAX}`
    return { place: ['drift', 'startsAt'], value: startsAt, advice }
  }
  return undefined
}

function botMistake({ bots }: AudienceBehaviour): BehaviourMistake | undefined {
  if (bots === undefined) return undefined
  for (const field of ['share', 'clickProbability'] as const) {
    const value = bots[field]
    if (!(value >= 0 && value <= 1)) {
      return { place: ['bots', field], value, advice: 'give a number from 0 to 1' }
    }
  }
  const { target } = bots
  const isTarget = typeof target === 'string' ? target.trim() !== '' : isWhole(target ?? 0, 0, 65_534)
  if (isTarget) return undefined
  const advice = "give a live item's place by age, 0 for the oldest, or words of its text"
  return { place: ['bots', 'target'], value: target, advice }
}

function isWhole(value: number, smallest: number, largest: number): boolean {
  return Number.isInteger(value) && value >= smallest && value <= largest
}
