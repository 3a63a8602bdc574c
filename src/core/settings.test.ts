import { describe, expect, test } from 'vitest'
import { InputError } from './errors.ts'
import { checkedSettings, DEFAULT_SETTINGS, type LoopSettings } from './settings.ts'

function message(given: Partial<LoopSettings>, nameOf?: (setting: keyof LoopSettings) => string): string {
  try {
    checkedSettings(given, nameOf)
  } catch (error) {
    expect(error).toBeInstanceOf(InputError)
    return (error as InputError).message
  }
  return 'taken'
}

test('the defaults are the paper’s', () => {
  expect(checkedSettings({})).toEqual(DEFAULT_SETTINGS)
  expect(DEFAULT_SETTINGS).toMatchObject({
    poolSize: 5,
    replacedPerIteration: 1,
    iterations: 15,
    interactionsPerIteration: 5000,
    slateSize: 3,
  })
})

describe.each<[keyof LoopSettings, number, number]>([
  ['poolSize', 1, 1000],
  ['replacedPerIteration', 1, 1000],
  ['iterations', 0, 10_000],
  ['interactionsPerIteration', 1, 1_000_000_000],
  ['slateSize', 1, 100],
  ['candidatesPerBirth', 1, 64],
  ['writeAttemptsMax', 1, 100],
])('%s', (setting, smallest, largest) => {
  // Room for the largest slate and replacement, and a slate for the smallest pool.
  const others = { poolSize: 1000, slateSize: 1 }

  test.each([smallest, largest])('may be %d', (value) => {
    expect(checkedSettings({ ...others, [setting]: value })[setting]).toBe(value)
  })

  test.each([
    smallest - 1,
    largest + 1,
    -5,
    smallest + 0.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '3' as unknown as number,
    null as unknown as number,
    undefined as unknown as number,
  ])('may not be %s', (value) => {
    const shown = value === undefined ? 'nothing given' : value === ('3' as unknown) ? '"3"' : String(value)
    expect(message({ ...others, [setting]: value })).toBe(
      `${setting}: ${shown}: give a whole number from ${smallest} to ${largest}`,
    )
  })
})

describe('samplingTemperature', () => {
  test.each([0, 0.01, 2])('may be %d', (value) => {
    expect(checkedSettings({ samplingTemperature: value }).samplingTemperature).toBe(value)
  })

  test.each([-0.1, 2.1, Number.NaN, Number.POSITIVE_INFINITY])('may not be %d', (value) => {
    expect(message({ samplingTemperature: value })).toBe(
      `samplingTemperature: ${value}: give a number from 0 to 2`,
    )
  })
})

describe('choices', () => {
  test.each<[Partial<LoopSettings>, string]>([
    [{ ctrWindow: 'first' as 'last' }, 'ctrWindow: "first": give one of life, last'],
    [{ exploreExploitTurns: 'never' as 'both' }, 'exploreExploitTurns: "never": give one of both, alternate'],
  ])('%j is refused', (given, wanted) => {
    expect(message(given)).toBe(wanted)
  })

  test.each<Partial<LoopSettings>>([
    { ctrWindow: 'last' },
    { ctrWindow: 'life' },
    { exploreExploitTurns: 'alternate' },
    { exploreExploitTurns: 'both' },
  ])('%j is taken', (given) => {
    expect(checkedSettings(given)).toEqual({ ...DEFAULT_SETTINGS, ...given })
  })
})

describe('against each other', () => {
  test('a slate is no larger than the pool (K > N)', () => {
    expect(message({ poolSize: 2 })).toBe(
      'slateSize: 3: a slate cannot hold more items than the pool; give at most 2, or a larger poolSize',
    )
    expect(message({ poolSize: 3 })).toBe('taken')
  })

  test('no more are replaced than the pool holds (n > N)', () => {
    expect(message({ replacedPerIteration: 6 })).toBe(
      'replacedPerIteration: 6: no more can be replaced than the pool holds; give at most 5',
    )
    expect(message({ replacedPerIteration: 5 })).toBe('taken')
  })

  test('fields are called as the person knows them', () => {
    const flags = (setting: string) =>
      `--${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    expect(message({ poolSize: 2 }, flags)).toBe(
      '--slate-size: 3: a slate cannot hold more items than the pool; give at most 2, or a larger --pool-size',
    )
    expect(message({ iterations: -1 }, flags)).toMatch(/^--iterations: -1: /)
  })
})
