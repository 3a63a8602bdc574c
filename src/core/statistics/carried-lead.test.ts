import { expect, test } from 'vitest'
import { carriedLeads } from './carried-lead.ts'

const counts = (clicks: number, noClickImpressions: number) => ({ clicks, noClickImpressions })
const honest = Array.from({ length: 20 }, (_, index) => ({
  group: `net-${index}`,
  items: [counts(10, 200), counts(4, 200), counts(5, 200)],
}))

test('a lead that all groups share is nobody’s', () => {
  expect(carriedLeads(honest)).toEqual([])
})

test('a lead that one network clicked together is found, with its network', () => {
  const flood = { group: 'flood', items: [counts(0, 10), counts(300, 10), counts(0, 10)] }
  const found = carriedLeads([...honest, flood])
  expect(found.map(({ group, leader, follower }) => [group, leader, follower])).toEqual([
    ['flood', 1, 0],
    ['flood', 1, 2],
  ])
  expect(found[0]?.withGroup).toBeGreaterThan(0.99)
  expect(found[0]?.withoutGroup).toBeLessThan(0.01)
  expect(carriedLeads([...honest, flood], { pairs: [[0, 2]] })).toEqual([])
})

test('nothing to carry: no groups, no clicks, no credible lead', () => {
  expect(carriedLeads([])).toEqual([])
  expect(carriedLeads([{ group: 'a', items: [counts(0, 5), counts(0, 5)] }])).toEqual([])
  expect(carriedLeads([{ group: 'a', items: [counts(3, 50), counts(4, 50)] }])).toEqual([])
})

test('refuses what cannot be', () => {
  const wrong = [...honest, { group: 'short', items: [counts(1, 1)] }]
  expect(() => carriedLeads(wrong)).toThrow('items: group short has 1, the first group 3')
  expect(() => carriedLeads([{ group: 'a', items: [counts(-1, 5)] }])).toThrow('clicks: must be')
})
