import { expect, test } from 'vitest'
import { networkLead } from './click-source-statistics.ts'

const counts = (clicks: number) => ({ clicks, noClickImpressions: 5000 })
const homes = [
  { clicks: [1, 0], sources: 240 },
  { clicks: [0, 1], sources: 160 },
]

test('a lead that two networks carry is told by the names of the items', () => {
  const patterns = [...homes, { clicks: [0, 200], sources: 2 }]
  expect(networkLead(['i3', 'i7'], [counts(240), counts(560)], patterns)).toEqual({
    leader: 'i7',
    follower: 'i3',
    byClicks: expect.closeTo(1, 6),
    byNetworks: expect.closeTo(0, 2),
    networks: 2,
    clicksShare: expect.closeTo(400 / 560, 6),
  })
})

test('a lead that homes share is not told', () => {
  expect(networkLead(['i3', 'i7'], [counts(240), counts(160)], homes)).toBeNull()
})
