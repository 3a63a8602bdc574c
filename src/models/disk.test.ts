import { expect, test } from 'vitest'
import { explainDiskError, formatBytes } from './disk.ts'

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EACCES', 'directory-not-writable'],
  ['EPERM', 'directory-not-writable'],
  ['EROFS', 'directory-not-writable'],
  ['ENOTDIR', 'directory-not-writable'],
])('%s is told as %s, with the directory and what to do', (code, expected) => {
  const cause = Object.assign(new Error('raw'), { code })
  expect(explainDiskError(cause, '/cache/models')).toMatchObject({
    code: expected,
    cause,
    message: expect.stringMatching(/\/cache\/models.*FORAGE_HOME/),
  })
})

test('another error stays itself', () => {
  const other = new Error('other')
  expect(explainDiskError(other, '/cache')).toBe(other)
  expect(explainDiskError(null, '/cache')).toBe(null)
})

test.each([
  [999, '999 B'],
  [1_000, '1.0 kB'],
  [253_113_024, '253.1 MB'],
  [4_000_000_000, '4.00 GB'],
])('%i bytes', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})
