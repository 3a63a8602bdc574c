import { describe, expect, test } from 'vitest'
import { InputError } from '../core/errors.ts'
import type { AudienceBehaviour, Population } from '../core/persona.ts'
import { checkBehaviour, checkSlots, isBehaving, sharesAt } from './behaviour.ts'

const KEYS = ['price', 'constructor']
const drift = { weights: { price: 1 }, iterations: 4 }
const bots = { share: 0.1, clickProbability: 0.5 }

describe('on or off', () => {
  test.each<[AudienceBehaviour | undefined]>([
    [undefined],
    [{}],
    [{ slotEffects: [1, 1], tasteDeviation: 0, wearOut: 1, lateClicks: 0, bots: { ...bots, share: 0 } }],
    [{ visitors: 100 }],
  ])('%j changes nothing', (behaviour) => {
    expect(isBehaving(behaviour)).toBe(false)
  })

  test.each<[AudienceBehaviour]>([
    [{ slotEffects: [1, 0.9] }],
    [{ tasteDeviation: 0.1 }],
    [{ wearOut: 0.9, visitors: 5 }],
    [{ drift }],
    [{ lateClicks: 0.1 }],
    [{ bots }],
  ])('%j changes something', (behaviour) => {
    expect(isBehaving(behaviour)).toBe(true)
    expect(() => checkBehaviour(behaviour, KEYS)).not.toThrow()
  })
})

describe('a wrong value is refused by name', () => {
  test.each<[AudienceBehaviour, string]>([
    [{ slotEffects: [] }, 'behaviour.slotEffects: []: give a number for each place of the slate, 1 to 100'],
    [
      { slotEffects: [0.5, 1] },
      'behaviour.slotEffects[0]: 0.5: the others are told by the first place; give 1',
    ],
    [{ slotEffects: [1, 0] }, 'behaviour.slotEffects[1]: 0: give a number above 0, at most 1000'],
    [{ slotEffects: [1, Number.NaN] }, 'behaviour.slotEffects[1]: NaN: give a number above 0'],
    [{ tasteDeviation: -1 }, 'behaviour.tasteDeviation: -1: give a number from 0 to 100'],
    [{ visitors: 0 }, 'behaviour.visitors: 0: give a whole number from 1 to 1000000'],
    [{ visitors: 1.5 }, 'behaviour.visitors: 1.5: give a whole number from 1 to 1000000'],
    [{ wearOut: 0, visitors: 5 }, 'behaviour.wearOut: 0: give a number above 0, at most 1'],
    [{ wearOut: 1.1, visitors: 5 }, 'behaviour.wearOut: 1.1: give a number above 0, at most 1'],
    [
      { wearOut: 0.5 },
      'behaviour.wearOut: 0.5: nobody sees an item twice unless people come back; give visitors',
    ],
    [{ lateClicks: 1 }, 'behaviour.lateClicks: 1: give a number from 0 to below 1'],
    [
      { drift: { ...drift, weights: { prise: 1 } } },
      'behaviour.drift.weights.prise: 1: there is no such persona; give one of price, constructor',
    ],
    [
      { drift: { ...drift, weights: { price: -1 } } },
      'behaviour.drift.weights.price: -1: give a number from 0',
    ],
    [{ drift: { ...drift, weights: {} } }, 'behaviour.drift.weights: {}: give at least one persona a weight'],
    [{ drift: { ...drift, iterations: 0 } }, 'behaviour.drift.iterations: 0: give a whole number from 1'],
    [{ drift: { ...drift, startsAt: -1 } }, 'behaviour.drift.startsAt: -1: give a whole number from 0'],
    [{ bots: { ...bots, share: 1.1 } }, 'behaviour.bots.share: 1.1: give a number from 0 to 1'],
    [{ bots: { ...bots, clickProbability: -0.1 } }, 'behaviour.bots.clickProbability: -0.1: give a number'],
    [{ bots: { ...bots, target: -1 } }, "behaviour.bots.target: -1: give a live item's place by age"],
    [{ bots: { ...bots, target: ' ' } }, 'behaviour.bots.target: " ": give a live item'],
  ])('%j', (behaviour, message) => {
    const check = () => checkBehaviour(behaviour, KEYS)
    expect(check).toThrow(InputError)
    expect(check).toThrow(message)
  })

  test('effects for another number of places than the slate has', () => {
    expect(() => checkSlots({ slotEffects: [1, 0.5] }, 3)).toThrow(
      'behaviour.slotEffects: [1,0.5]: the slate has 3 places; give 3 numbers',
    )
    expect(() => checkSlots({ slotEffects: [1, 0.5] }, 2)).not.toThrow()
    expect(() => checkSlots({}, 2)).not.toThrow()
  })
})

describe('the mix of personas', () => {
  const personas = KEYS.map((key) => ({
    persona: { key, name: key, description: key, examples: [] },
    weight: 1,
  }))
  const population = (change?: AudienceBehaviour['drift']): Population => ({
    personas,
    choiceTemperature: 1.5,
    noClickScore: 11,
    ...(change === undefined ? {} : { behaviour: { drift: change } }),
  })
  const shares = Float64Array.of(0.2, 0.8)

  test('moves in equal steps, then stays; who is not named goes', () => {
    const drifting = population({ weights: { price: 5 }, iterations: 4, startsAt: 2 })
    const price = [0, 2, 3, 4, 5, 6, 100].map((iteration) => sharesAt(drifting, shares, iteration)[0])
    expect(price.map((share) => Number(share!.toFixed(12)))).toEqual([0.2, 0.2, 0.4, 0.6, 0.8, 1, 1])
    const last = sharesAt(drifting, shares, 6)
    expect([...last]).toEqual([1, 0])
  })

  test('stays where nothing drifts', () => {
    expect(sharesAt(population(), shares, 9)).toEqual(shares)
  })
})
