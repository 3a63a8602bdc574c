import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agreement, cohenKappa, krippendorffAlpha, type Ratings } from './agreement.ts'

/** One rater's answers as a row of letters or digits; a dot is a missing answer. */
const row = (text: string): Ratings =>
  [...text.replaceAll(' ', '')].map((answer) => (answer === '.' ? undefined : answer))

/** Two raters from a table of yes and no. */
function table(yesYes: number, yesNo: number, noYes: number, noNo: number): [Ratings, Ratings] {
  return [
    row('y'.repeat(yesYes + yesNo) + 'n'.repeat(noYes + noNo)),
    row('y'.repeat(yesYes) + 'n'.repeat(yesNo) + 'y'.repeat(noYes) + 'n'.repeat(noNo)),
  ]
}

describe("Cohen's kappa", () => {
  // The worked tables of https://en.wikipedia.org/wiki/Cohen%27s_kappa
  test.each([
    [20, 5, 10, 15, 0.4],
    [45, 15, 25, 15, 0.1304],
    [25, 35, 5, 35, 0.2593],
  ])('of %i, %i, %i, %i', (yesYes, yesNo, noYes, noNo, expected) => {
    expect(cohenKappa(...table(yesYes, yesNo, noYes, noNo))).toBeCloseTo(expected, 4)
  })

  test('at its ends', () => {
    expect(cohenKappa(row('lrlr'), row('lrlr'))).toBe(1)
    expect(cohenKappa(row('lrlr'), row('rlrl'))).toBe(-1)
    expect(cohenKappa(row('llrr'), row('lrlr'))).toBe(0)
    // Each always the same, but not the same as the other: agreement by chance is 0, and so is theirs.
    expect(cohenKappa(row('lll'), row('rrr'))).toBe(0)
  })

  test('is not defined when both always say one thing, or share nothing', () => {
    expect(cohenKappa(row('lll'), row('lll'))).toBeUndefined()
    expect(cohenKappa(row('l.'), row('.l'))).toBeUndefined()
    expect(cohenKappa([], [])).toBeUndefined()
  })

  test('leaves out what one did not answer', () => {
    expect(cohenKappa(row('llrr.l'), row('lrrrl.'))).toBe(cohenKappa(row('llrr'), row('lrrr')))
  })
})

describe("Krippendorff's alpha, nominal", () => {
  test('four observers, twelve units: 0.743 (Krippendorff 2011, example C)', () => {
    const raters = [row('123321412...'), row('1233224125.3'), row('.3332342251.'), row('12332441251.')]
    expect(krippendorffAlpha(raters)).toBeCloseTo(0.743, 3)
  })

  test('three coders, fifteen units: 0.691 (https://en.wikipedia.org/wiki/Krippendorff%27s_alpha)', () => {
    const raters = [row('.....3412113 3.3'), row('1.213343.......'), row('..2134 4.2113 3.4')]
    expect(krippendorffAlpha(raters)).toBeCloseTo(0.691, 3)
  })

  test('two observers, two answers: 0.095 (Krippendorff 2011, example A)', () => {
    expect(krippendorffAlpha([row('0100000010'), row('1110010000')])).toBeCloseTo(0.095, 3)
  })

  test('two observers, five answers: 0.692 (Krippendorff 2011, example B)', () => {
    expect(krippendorffAlpha([row('aabbdcccedda'), row('babbbcccedd d')])).toBeCloseTo(0.692, 3)
  })

  test('is not defined when all answers are the same, or nobody answered together', () => {
    expect(krippendorffAlpha([row('lll'), row('lll')])).toBeUndefined()
    expect(krippendorffAlpha([row('l.r'), row('.l.')])).toBeUndefined()
  })

  test('is what the definition gives, pair by pair', () => {
    const answer = fc.constantFrom('l', 'r', 'x', undefined)
    const cases = fc
      .tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 0, max: 8 }))
      .chain(([raters, units]) =>
        fc.array(fc.array(answer, { minLength: units, maxLength: units }), {
          minLength: raters,
          maxLength: raters,
        }),
      )
    fc.assert(
      fc.property(cases, (raters) => {
        const expected = alphaByDefinition(raters)
        const alpha = krippendorffAlpha(raters)
        if (expected === undefined) expect(alpha).toBeUndefined()
        else expect(alpha).toBeCloseTo(expected, 10)
      }),
      { seed: 20261125, numRuns: 300 },
    )
  })
})

describe('agreement', () => {
  test('of two: share, kappa and alpha of what both answered', () => {
    const [first, second] = table(20, 5, 10, 15)
    const figures = agreement([first, second])
    expect(figures).toMatchObject({ units: 50, unanimous: 35, share: 0.7, kappaPairs: 1 })
    expect(figures.cohenKappa).toBeCloseTo(0.4, 12)
    expect(figures.krippendorffAlpha).toBe(krippendorffAlpha([first, second]))
  })

  test('of three: unanimous means all who answered; kappa is the mean of the pairs', () => {
    const raters = [row('llrrl.'), row('llrl..'), row('lrrr.l')]
    const figures = agreement(raters)
    // l l l, l l r, r r r, r l r; the others have one answer.
    expect(figures).toMatchObject({ units: 4, unanimous: 2, share: 0.5, kappaPairs: 3 })
    const kappas = [
      cohenKappa(row('llrr'), row('llrl')),
      cohenKappa(row('llrr'), row('lrrr')),
      cohenKappa(row('llrl'), row('lrrr')),
    ] as number[]
    expect(figures.cohenKappa).toBeCloseTo((kappas[0]! + kappas[1]! + kappas[2]!) / 3, 12)
  })

  test('says nothing where nothing is defined', () => {
    expect(agreement([row('l.'), row('.r')])).toEqual({ units: 0, unanimous: 0, kappaPairs: 0 })
    expect(agreement([row('ll'), row('ll')])).toEqual({ units: 2, unanimous: 2, share: 1, kappaPairs: 0 })
  })

  test('refuses one rater and lists of unequal length', () => {
    expect(() => agreement([row('l')])).toThrow('raters: agreement needs at least two, got 1')
    expect(() => agreement([row('l'), row('lr')])).toThrow('lists of 1 and 2 units cannot be compared')
  })
})

/** 1 - Do / De from all ordered pairs of answers, each pair of a unit weighing 1 / (answers of the unit - 1). */
function alphaByDefinition(raters: readonly Ratings[]): number | undefined {
  const units = (raters[0] as Ratings)
    .map((_, unit) => raters.map((ratings) => ratings[unit]).filter((answer) => answer !== undefined))
    .filter((answers) => answers.length >= 2)
  const all = units.flat()
  const different = (answers: readonly string[]) =>
    answers.flatMap((one, i) => answers.filter((other, j) => i !== j && one !== other)).length
  const expected = different(all) / (all.length * (all.length - 1))
  if (!(expected > 0)) return undefined
  const observed = units.reduce((sum, answers) => sum + different(answers) / (answers.length - 1), 0)
  return 1 - observed / all.length / expected
}
