import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Evidence, foldOutcomes, itemCtr, NO_EVIDENCE, poolCtr, type SlateOutcome } from './evidence.ts'

const IDS = ['i0', 'i1', 'i2', 'i3', 'i4', 'i5']

/** A possible outcome: distinct items, and clicks that the interactions can hold. */
const outcome: fc.Arbitrary<SlateOutcome> = fc
  .record({
    iteration: fc.integer({ min: 0, max: 4 }),
    itemIds: fc.shuffledSubarray(IDS, { minLength: 1, maxLength: 4 }),
    interactions: fc.integer({ min: 0, max: 50 }),
    draws: fc.array(fc.nat({ max: 12 }), { minLength: 4, maxLength: 4 }),
  })
  .map(({ iteration, itemIds, interactions, draws }) => {
    let left = interactions
    const clicks = itemIds.map((_, position) => {
      const count = Math.min(left, draws[position] as number)
      left -= count
      return count
    })
    return { iteration, itemIds, interactions, clicks }
  })

/** Evidence in a form that can be compared, whatever the order of insertion. */
function plain(evidence: Evidence) {
  const sorted = <K, V>(map: ReadonlyMap<K, V>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))
  return { items: sorted(evidence.items), iterations: sorted(evidence.iterations) }
}

/** The same outcomes, each visit by itself: the counts in their most naive form. */
function singleVisits({ iteration, itemIds, interactions, clicks }: SlateOutcome): SlateOutcome[] {
  const single = (clicked: number): SlateOutcome => ({
    iteration,
    itemIds,
    interactions: 1,
    clicks: itemIds.map((_, position) => (position === clicked ? 1 : 0)),
  })
  const clicked = clicks.flatMap((count, position) => Array.from({ length: count }, () => single(position)))
  return [...clicked, ...Array.from({ length: interactions - clicked.length }, () => single(-1))]
}

describe('foldOutcomes', () => {
  test('neither order nor batches matter', () => {
    const delivery = fc.array(outcome, { maxLength: 25 }).chain((outcomes) =>
      fc.record({
        outcomes: fc.constant(outcomes),
        order: fc.shuffledSubarray(outcomes, { minLength: outcomes.length }),
        cuts: fc.array(fc.nat({ max: outcomes.length }), { maxLength: 5 }),
      }),
    )
    fc.assert(
      fc.property(delivery, ({ outcomes, order, cuts }) => {
        let batched = NO_EVIDENCE
        let from = 0
        for (const cut of [...cuts.sort((a, b) => a - b), order.length]) {
          batched = foldOutcomes(batched, order.slice(from, cut))
          from = cut
        }
        expect(plain(batched)).toEqual(plain(foldOutcomes(NO_EVIDENCE, outcomes)))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('grouped visits count the same as single ones', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 8 }), (outcomes) => {
        const grouped = foldOutcomes(NO_EVIDENCE, outcomes)
        const single = foldOutcomes(NO_EVIDENCE, outcomes.flatMap(singleVisits))
        expect(plain(grouped)).toEqual(plain(single))
      }),
      { seed: 2, numRuns: 200 },
    )
  })

  test('agrees with a naive recount, and no count passes its bound', () => {
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 20 }), (outcomes) => {
        const evidence = foldOutcomes(NO_EVIDENCE, outcomes)
        for (const id of IDS) {
          const showing = outcomes.filter((it) => it.interactions > 0 && it.itemIds.includes(id))
          const found = evidence.items.get(id)
          if (showing.length === 0) {
            expect(found).toBeUndefined()
            continue
          }
          const lastIteration = Math.max(...showing.map((it) => it.iteration))
          const recount = (seen: SlateOutcome[]) => ({
            impressions: total(seen, (it) => it.interactions),
            clicks: total(seen, (it) => it.clicks[it.itemIds.indexOf(id)] as number),
            noClickImpressions: total(seen, (it) => it.interactions - total(it.clicks, Number)),
          })
          expect(found).toEqual({
            life: recount(showing),
            last: recount(showing.filter((it) => it.iteration === lastIteration)),
            lastIteration,
          })
          const { impressions, clicks, noClickImpressions } = recount(showing)
          expect(clicks + noClickImpressions).toBeLessThanOrEqual(impressions)
        }
      }),
      { seed: 3, numRuns: 200 },
    )
  })

  test('leaves its input as it was', () => {
    const before = foldOutcomes(NO_EVIDENCE, [slate(0, ['a', 'b'], 10, [1, 2])])
    const copy = structuredClone(plain(before))
    foldOutcomes(before, [slate(0, ['a', 'c'], 5, [5, 0]), slate(1, ['b'], 3, [0])])
    expect(plain(before)).toEqual(copy)
    expect(NO_EVIDENCE.items.size + NO_EVIDENCE.iterations.size).toBe(0)
  })

  test('an outcome without interactions leaves no trace', () => {
    expect(plain(foldOutcomes(NO_EVIDENCE, [slate(3, ['a'], 0, [0])]))).toEqual({ items: [], iterations: [] })
  })

  test('late outcomes of an earlier iteration count for life, not for the last one', () => {
    const evidence = foldOutcomes(NO_EVIDENCE, [slate(2, ['a'], 10, [4]), slate(1, ['a'], 10, [1])])
    expect(evidence.items.get('a')).toEqual({
      life: { impressions: 20, clicks: 5, noClickImpressions: 15 },
      last: { impressions: 10, clicks: 4, noClickImpressions: 6 },
      lastIteration: 2,
    })
  })

  test.each<[string, SlateOutcome, RegExp]>([
    ['more clicks than interactions', slate(0, ['a', 'b'], 3, [2, 2]), /4 clicks in 3 interactions/],
    ['clicks without interactions', slate(0, ['a'], 0, [1]), /1 clicks in 0 interactions/],
    ['an item twice', slate(0, ['a', 'a'], 3, [1, 1]), /an item twice in a, a/],
    ['too few click counts', slate(0, ['a', 'b'], 3, [1]), /2 items but 1 click counts/],
    ['too many click counts', slate(0, ['a'], 3, [1, 0]), /1 items but 2 click counts/],
    ['negative interactions', slate(0, ['a'], -1, [0]), /interactions must be .* got -1/],
    ['fractional interactions', slate(0, ['a'], 1.5, [0]), /interactions must be .* got 1.5/],
    ['no number of interactions', slate(0, ['a'], Number.NaN, [0]), /interactions must be .* got NaN/],
    ['endless interactions', slate(0, ['a'], Number.POSITIVE_INFINITY, [0]), /got Infinity/],
    ['negative clicks', slate(0, ['a', 'b'], 3, [2, -1]), /clicks must be .* got -1/],
    ['fractional clicks', slate(0, ['a'], 3, [0.5]), /clicks must be .* got 0.5/],
    ['no number of clicks', slate(0, ['a'], 3, [Number.NaN]), /clicks must be .* got NaN/],
  ])('throws for %s', (_, given, message) => {
    expect(() => foldOutcomes(NO_EVIDENCE, [given])).toThrow(RangeError)
    expect(() => foldOutcomes(NO_EVIDENCE, [given])).toThrow(message)
  })
})

describe('rates', () => {
  const evidence = foldOutcomes(NO_EVIDENCE, [
    slate(0, ['a', 'b'], 8, [1, 2]),
    slate(1, ['a', 'c'], 2, [0, 0]),
  ])

  test('itemCtr is clicks over impressions of one item', () => {
    expect(itemCtr(evidence.items.get('a')?.life)).toBe(0.1)
    expect(itemCtr(evidence.items.get('b')?.life)).toBe(0.25)
    expect(itemCtr(evidence.items.get('a')?.last)).toBe(0)
  })

  test('poolCtr is clicked interactions over interactions, not a mean of item rates', () => {
    expect(poolCtr(evidence, 0)).toBe(0.375)
    expect(poolCtr(evidence, 1)).toBe(0)
  })

  test('without an impression there is no rate', () => {
    expect(itemCtr(undefined)).toBeNull()
    expect(itemCtr({ impressions: 0, clicks: 0, noClickImpressions: 0 })).toBeNull()
    expect(poolCtr(evidence, 2)).toBeNull()
  })
})

function slate(iteration: number, itemIds: string[], interactions: number, clicks: number[]): SlateOutcome {
  return { iteration, itemIds, interactions, clicks }
}

function total<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0)
}
