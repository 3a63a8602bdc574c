import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { cacheDirectory, modelsDirectory } from './cache-directory.ts'

test('FORAGE_HOME decides where it is given', () => {
  expect(cacheDirectory('/somewhere/else')).toBe(resolve('/somewhere/else'))
  expect(cacheDirectory('here')).toBe(resolve('here'))
  expect(cacheDirectory('~/forage')).toBe(join(homedir(), 'forage'))
  expect(modelsDirectory('/somewhere/else')).toBe(resolve('/somewhere/else/models'))
})

test.each([undefined, '', '  '])('without one (%s), the place of the platform', (value) => {
  expect(isAbsolute(cacheDirectory(value))).toBe(true)
  expect(cacheDirectory(value)).toMatch(/forage/)
})
