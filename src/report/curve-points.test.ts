import { expect, it } from 'vitest'
import { fixtureRun } from '../../test/report-fixture.ts'
import { curvePoints, iterationsOf } from './curve-points.ts'
import { storyOf } from './story.ts'
import { wholeTicks } from './ticks.ts'

const { iterations } = storyOf(fixtureRun().events)

it('gives each iteration its point while they fit', () => {
  const points = curvePoints(iterations, 16)
  expect(points.map((point) => point.ctr)).toEqual(iterations.map((iteration) => iteration.poolCtr))
  expect(iterationsOf(points[3]!)).toBe('iteration 3')
  for (const { ctr, interval } of points) {
    expect(interval[0]).toBeLessThan(ctr)
    expect(interval[1]).toBeGreaterThan(ctr)
  }
})

it('counts the visits of a block together, and loses none', () => {
  const points = curvePoints(iterations, 6)
  expect(points.map(iterationsOf)[0]).toBe('iterations 0 to 2')
  expect(iterationsOf(points.at(-1)!)).toBe('iteration 15')
  const clicked = points.reduce((sum, point) => sum + point.ctr * point.interactions, 0)
  expect(clicked).toBeCloseTo(
    iterations.reduce((sum, iteration) => sum + iteration.clicked, 0),
    6,
  )
  expect(points[0]?.interactions).toBe(15_000)
})

it('has no relevance where one iteration has none', () => {
  const [first, ...others] = iterations
  const points = curvePoints([{ ...first!, averageRelevance: null }, ...others], 8)
  expect(points[0]?.relevance).toBeNull()
  expect(points[1]?.relevance).not.toBeNull()
})

it('puts ticks on round whole numbers', () => {
  expect(wholeTicks(15, 6)).toEqual([0, 5, 10, 15])
  expect(wholeTicks(3, 15)).toEqual([0, 1, 2, 3])
  expect(wholeTicks(0, 6)).toEqual([0])
  expect(wholeTicks(0, 0)).toEqual([0])
  expect(wholeTicks(10_000, 6)).toEqual([0, 2000, 4000, 6000, 8000, 10_000])
})
