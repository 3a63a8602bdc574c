import { expect, test } from 'vitest'
import { NO_COUNTS } from '../evidence.ts'
import { utilityEstimate } from './utility.ts'

test('clicks over impressions without a click, and nothing from nothing', () => {
  expect(utilityEstimate({ impressions: 100, clicks: 10, noClickImpressions: 80 })).toBe(0.125)
  expect(utilityEstimate({ impressions: 5, clicks: 0, noClickImpressions: 5 })).toBe(0)
  expect(utilityEstimate(NO_COUNTS)).toBeNull()
})
