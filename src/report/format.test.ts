import { expect, it } from 'vitest'
import { count, counted, dollars, duration, fixed, percent, signedPoints } from './format.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

it('writes shares and differences', () => {
  expect(plain(percent(0.1234))).toBe('12.3 %')
  expect(percent(null)).toBe('–')
  expect(signedPoints(0.1187)).toBe('+11.9')
  expect(signedPoints(-0.02)).toBe('−2.0')
  expect(signedPoints(-0.0001)).toBe('0.0')
  expect(fixed(-0.001, 2)).toBe('0.00')
  expect(fixed(-1.234, 2)).toBe('−1.23')
})

it('groups whole numbers', () => {
  expect([0, 999, 1000, 12_345, 1_234_567].map(count)).toEqual(['0', '999', '1,000', '12,345', '1,234,567'])
  expect(plain(counted(1, 'call'))).toBe('1 call')
  expect(plain(counted(2, 'call'))).toBe('2 calls')
})

it('writes times and sums of money by size', () => {
  expect(
    [0, 0.44, 9.94, 9.96, 59.4, 59.6, 200, 3600, 7260].map((seconds) => plain(duration(seconds))),
  ).toEqual(['0.0 s', '0.4 s', '9.9 s', '10 s', '59 s', '1 min 0 s', '3 min 20 s', '1 h 0 min', '2 h 1 min'])
  expect([0, 1.5, 0.01, 0.00123, 0.0000456].map(dollars)).toEqual([
    '$0.00',
    '$1.50',
    '$0.01',
    '$0.0012',
    '$0.000046',
  ])
})
