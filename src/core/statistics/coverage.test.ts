import { describe, expect, test } from 'vitest'
import { ratioAlarms } from '../../lab/calibration/studies/arms.ts'
import { crowdCoverage, ITEM_CROWDS } from '../../lab/calibration/studies/crowds.ts'
import {
  FLOODED_WORLDS,
  HONEST_WORLDS,
  type SourceWorld,
  sourceFindings,
} from '../../lab/calibration/studies/groups.ts'
import { holdoutCoverage } from '../../lab/calibration/studies/holdout-shares.ts'
import { CROWDS, type Crowd, liftCoverage } from '../../lab/calibration/studies/lifts.ts'
import { pairFalseAlarms, pairPower } from '../../lab/calibration/studies/pairs.ts'
import { crowdRateCoverage, RATE_CROWDS, rateCoverage } from '../../lab/calibration/studies/rates.ts'
import { estimateErrors, slotCoverage } from '../../lab/calibration/studies/slots.ts'
import type { Share } from '../../lab/calibration/studies/study.ts'
import { credibleCoverage } from '../../lab/calibration/studies/utilities.ts'

// The studies behind the tables of docs/statistics.md, with fewer rounds. Seeds are fixed; limits are four standard
// errors, so that another seed would pass too.

const partOf = ({ times, rounds }: Share) => times / rounds
const error = ({ rounds }: Share, part: number) => 4 * Math.sqrt((part * (1 - part)) / rounds)

test.each(credibleCoverage(100))('credible intervals hold the truth: $name', ({ name, posterior, gamma }) => {
  // Where later places are stronger than the first, the posterior is known to be too narrow.
  if (name.startsWith('slots 1, 2, 3')) expect(partOf(posterior)).toBeGreaterThan(0.85)
  else expect(Math.abs(partOf(posterior) - 0.95)).toBeLessThan(error(posterior, 0.95) + 0.01)
  expect(partOf(gamma)).toBeLessThanOrEqual(partOf(posterior) + 0.005)
})

test.each(ITEM_CROWDS.filter(({ visits }) => visits < 10_000))('the same visitors again: $name', (crowd) => {
  const { clustered, independent } = crowdCoverage(60, crowd)
  // Items of a round share their visitors: twice the binomial error.
  expect(partOf(clustered)).toBeGreaterThan(0.95 - 2 * error(clustered, 0.95))
  expect(partOf(clustered)).toBeGreaterThanOrEqual(partOf(independent))
  if (crowd.taste === 1) expect(partOf(independent)).toBeLessThan(0.92)
  if (crowd.name === 'light, alike') expect(partOf(clustered) - partOf(independent)).toBeLessThan(0.01)
})

test.each(slotCoverage(300))('slot effects: $name', ({ share, mean, plain }) => {
  expect(partOf(share)).toBeGreaterThan(0.95 - error(share, 0.95))
  expect(mean).toBeGreaterThan(0.57)
  expect(mean).toBeLessThan(0.64)
  // The plain ratio of clicks by slot is what goes wrong.
  expect(Math.abs(plain - 0.6)).toBeGreaterThan(0.05)
})

test.each(estimateErrors(20))('the full likelihood is as good as C / Z: $name', ({ ratio, likelihood }) => {
  expect(likelihood).toBeLessThan(ratio * 1.02)
  expect(likelihood).toBeGreaterThan(ratio * 0.8)
})

describe('which of two is better', () => {
  test.each(pairFalseAlarms(400))('false alarms, looked at after every slate: $name', ({ name, share }) => {
    if (name.endsWith('(void)')) expect(partOf(share)).toBeGreaterThan(0.9)
    else expect(partOf(share)).toBeLessThan(0.05 + error(share, 0.05))
  })

  test('a better item is found, the sooner the better it is', () => {
    const slates = pairPower(15).map(({ medianSlates }) => medianSlates)
    expect(slates).toEqual([...slates].sort((one, other) => other - one))
    expect(slates.at(-1)).toBeLessThan(300)
    expect(slates[0]).toBeLessThan(30_000)
  })
})

test.each(rateCoverage(60))('rate $rate at all looks, where Wilson is for one', ({ sequence, wilson }) => {
  expect(partOf(sequence)).toBeGreaterThan(0.95 - error(sequence, 0.95))
  expect(partOf(wilson)).toBeLessThan(0.75)
})

test('rate of one pool at all looks, where the same visitors come again', () => {
  const crowd = RATE_CROWDS.at(-1) as Crowd
  const { independent, widened } = crowdRateCoverage(40, crowd)
  expect(partOf(widened)).toBeGreaterThan(0.93 - error(widened, 0.93))
  expect(partOf(independent)).toBeLessThan(0.7)
})

describe.each(CROWDS)('lift at all looks: $name', (crowd) => {
  const coverage = liftCoverage(100, crowd)

  test('the sequences by visitor hold', () => {
    for (const share of [coverage.absolute, coverage.relative, coverage.rate]) {
      expect(partOf(share)).toBeGreaterThan(0.95 - error(share, 0.95))
    }
  })

  test('intervals for one look, or of slates, do not', () => {
    expect(partOf(coverage.clusteredFixed)).toBeLessThan(0.85)
    expect(partOf(coverage.naive)).toBeLessThan(0.8)
    if (crowd.heaviness > 0) expect(partOf(coverage.naiveOnce)).toBeLessThan(0.8)
  })
})

describe.each([
  { visitors: 2000, rate: 0.03, holdout: 0.05 },
  { visitors: 2000, rate: 0.1, holdout: 0.05 },
  { visitors: 2000, rate: 0.03, holdout: 0.5 },
])('lift at all looks, a share of $holdout in the holdout, CTR $rate', (one) => {
  test('false alarms', () => {
    const { alarm } = holdoutCoverage(60, { ...one, lift: 0 })
    expect(partOf(alarm)).toBeLessThan(0.05 + error(alarm, 0.05))
  })

  test('coverage where there is a lift', () => {
    const { both } = holdoutCoverage(60, { ...one, lift: 0.3 })
    expect(partOf(both)).toBeGreaterThan(0.95 - error(both, 0.95))
  })
})

test.each(ratioAlarms(150))('sample ratio at all looks: $name', ({ name, share }) => {
  if (name.startsWith('as configured')) expect(partOf(share)).toBeLessThan(0.01 + error(share, 0.01))
  else expect(partOf(share)).toBeGreaterThan(0.8)
})

describe('a lead that few networks carry', () => {
  test.each(HONEST_WORLDS.filter(({ taste }) => taste === 0))('false alarms: $name', (world) => {
    const { alarm } = sourceFindings(40, world)
    expect(partOf(alarm)).toBeLessThan(0.02 + error(alarm, 0.02))
  })

  test.each(FLOODED_WORLDS.filter(({ flood }) => (flood?.sources ?? 0) <= 100))(
    'a flood is told: $name',
    (world) => {
      const { alarm, led } = sourceFindings(20, world)
      expect(led.times).toBeGreaterThan(0)
      expect(alarm.times).toBeGreaterThan(0.8 * led.times)
    },
  )

  test('and missed from as many networks as honest ones clicked', () => {
    const world = FLOODED_WORLDS.find(({ flood }) => flood?.sources === 1000 && flood.clicks === 500)
    expect(sourceFindings(10, world as SourceWorld).alarm.times).toBe(0)
  })
})
