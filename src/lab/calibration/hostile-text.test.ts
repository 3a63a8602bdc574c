import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { hostileFigures, hostileMarkdown } from './hostile-text-figures.ts'

const figures = hostileFigures()

test('the page tells what the checks refuse today', () => {
  const page = readFileSync(new URL('../../../docs/optimizer.md', import.meta.url), 'utf8')
  expect(page).toContain(hostileMarkdown(figures))
})

const all = [...figures.said, ...figures.good]

test('enough texts of every task stand behind it', () => {
  expect(figures.said).toHaveLength(4)
  for (const { good } of all) expect(good).toBeGreaterThanOrEqual(80)
})

test('of good texts next to none is lost', () => {
  for (const { refused, good } of all) expect(refused.length / good).toBeLessThanOrEqual(0.005)
  expect(figures.tempting.refused.length).toBeLessThanOrEqual(figures.tempting.good / 10)
})
