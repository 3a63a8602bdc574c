import { parseHTML } from 'linkedom'
import { expect, it } from 'vitest'
import { fixtureRun } from '../../test/report-fixture.ts'
import { familyChart, familyItems } from './family-chart.ts'
import { storyOf } from './story.ts'

const story = storyOf(fixtureRun().events)

function drawn(items = story.items) {
  const { document } = parseHTML(`<html><body>${familyChart(items, 15, story.requests.length)}</body></html>`)
  return [...document.querySelectorAll('.life:not(.head)')]
}

const share = (element: { getAttribute(name: string): string | null } | null | undefined, name: string) =>
  Number.parseFloat(element?.getAttribute(name) ?? 'nothing')

it('draws each bar from birth to leaving', () => {
  const rows = drawn()
  expect(rows).toHaveLength(35)
  for (const [index, row] of rows.entries()) {
    const { bornAt, leftAt } = story.items[index]!
    const bar = row.querySelector('.bar')
    expect(share(bar, 'x')).toBeCloseTo(((bornAt + 0.5) / 16) * 100, 1)
    const end = leftAt === null ? 16 : leftAt - 0.1
    expect(share(bar, 'x') + share(bar, 'width')).toBeCloseTo((end / 16) * 100, 1)
    expect(row.querySelectorAll('.on')).toHaveLength(leftAt === null ? 1 : 0)
    expect(row.querySelectorAll('.left')).toHaveLength(leftAt === null ? 0 : 1)
  }
})

it('draws lines that reach exactly up to the rows of the parents', () => {
  const rows = drawn()
  const place = new Map(story.items.map((item, index) => [item.entry.id, index]))
  const withParents = story.items.filter((item) => item.entry.parents.length > 0)
  expect(withParents.length).toBeGreaterThan(10)
  for (const item of withParents) {
    const index = place.get(item.entry.id) as number
    const heights = [...(rows[index]?.querySelectorAll('.kin') ?? [])].map(
      (line) => share(line, 'height') / 100,
    )
    expect(heights).toEqual(item.entry.parents.map((parent) => index - (place.get(parent) as number)))
  }
})

it('names mode, life and CTR in words for each row', () => {
  const row = drawn()[6]!
  expect(row.querySelector('title')?.textContent).toContain(story.items[6]?.entry.text)
  expect(row.querySelector('.line svg')?.getAttribute('aria-label')).toMatch(
    /^exploit, born at iteration 1, left at iteration \d+, built on i\d, i\d, CTR [\d.]+\u00a0%$/,
  )
  expect(row.querySelector('a')?.getAttribute('href')).toBe(
    `#request-${(story.items[6]?.requestIndex as number) + 1}`,
  )
})

it('chooses the living, the first pool and near ancestors when not all fit', () => {
  const chosen = familyItems(story, 14)
  expect(chosen).toHaveLength(14)
  const ids = chosen.map((item) => item.entry.id)
  expect(ids).toEqual([...ids].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))))
  for (const { entry, leftAt } of story.items) if (leftAt === null) expect(ids).toContain(entry.id)
  expect(ids.slice(0, 4)).toEqual(['i0', 'i1', 'i2', 'i3'])
  const best = story.iterations.at(-1)!.pool.find((entry) => entry.mode === 'exploit')!
  expect(ids).toContain(best.parents[0])
  expect(familyItems(story, 35)).toEqual(story.items)
})

it('leaves out the link to a request that the page does not show', () => {
  const { document } = parseHTML(`<html><body>${familyChart(story.items, 15, 1000)}</body></html>`)
  const shown = story.items.filter((item) => (item.requestIndex as number) < 100).length
  expect(document.querySelectorAll('a.text')).toHaveLength(shown)
  const late = story.items.map((item) => ({ ...item, requestIndex: 500 }))
  expect(drawn(late).length).toBe(35)
  expect(
    parseHTML(`<html><body>${familyChart(late, 15, 1000)}</body></html>`).document.querySelectorAll('a'),
  ).toHaveLength(0)
})
