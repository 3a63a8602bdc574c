import { expect, it } from 'vitest'
import { preferredWait } from './preferred-wait.ts'

it.each([
  [undefined, 0],
  ['', 0],
  ['wait=20', 20],
  ['Wait = "20"', 20],
  ['respond-async, wait=7; foo=bar', 7],
  ['wait=7,return=minimal', 7],
  ['wait=3600', 60],
  ['wait=-1', 0],
  ['wait=1.5', 0],
  ['await=20', 0],
  ['wait=99999999999', 0],
])('Prefer: %s is %d seconds', (header, seconds) => {
  expect(preferredWait(header)).toBe(seconds)
})
