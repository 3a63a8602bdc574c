import * as Plot from '@observablehq/plot'
import { type CurvePoint, iterationsOf } from './curve-points.ts'
import { count, fixed, percent, relevanceText } from './format.ts'
import type { Html } from './html.ts'
import { type Drawing, plotForAllWidths } from './plot-drawing.ts'
import { wholeTicks } from './ticks.ts'

interface Curve extends Drawing {
  readonly height: number
  readonly marks: (width: number) => Plot.Markish[]
  readonly y: Plot.ScaleOptions
  readonly lastIteration: number
}

/** Pool CTR by iteration, with the band of its 95 % intervals. */
export function ctrChart(points: readonly CurvePoint[]): Html {
  const rows = points.map((point) => ({
    x: point.firstIteration,
    y: point.ctr * 100,
    low: point.interval[0] * 100,
    high: point.interval[1] * 100,
    title: `Pool CTR, ${iterationsOf(point)}: ${percent(point.ctr)} (95 % interval ${percent(point.interval[0])} to ${percent(point.interval[1])}; ${count(point.interactions)} visits)`,
  }))
  const ends = endLabels(points, (point) => percent(point.ctr))
  const highest = Math.max(0.1, ...rows.map((row) => row.high))
  return figure({
    id: 'ctr-curve',
    title: 'Pool CTR by iteration',
    description: ends.sentence,
    height: 260,
    lastIteration: points.at(-1)?.lastIteration ?? 0,
    y: { domain: [0, Math.min(100, highest * 1.18)], nice: true, label: 'pool CTR, %' },
    marks: (width) => [
      Plot.areaY(rows, { x: 'x', y1: 'low', y2: 'high', fill: 'var(--accent)', fillOpacity: 0.2 }),
      Plot.lineY(rows, { x: 'x', y: 'y', stroke: 'var(--accent)', strokeWidth: 2 }),
      Plot.dot(rows, { x: 'x', y: 'y', r: dotRadius(rows.length), fill: 'var(--accent)' }),
      ...ends.marks(rows),
      hoverColumns(rows, width),
    ],
  })
}

/** Average relevance by iteration, on the full scale from 1 to 10; null when the audience does not tell. */
export function relevanceChart(points: readonly CurvePoint[]): Html | null {
  const known = points.filter((point) => point.relevance !== null)
  if (known.length === 0) return null
  const rows = known.map((point) => ({
    x: point.firstIteration,
    y: point.relevance as number,
    title: `Average relevance, ${iterationsOf(point)}: ${relevanceText(point.relevance)}`,
  }))
  const ends = endLabels(known, (point) => relevanceText(point.relevance))
  return figure({
    id: 'relevance-curve',
    title: 'Average relevance of the pool by iteration',
    description: ends.sentence,
    height: 180,
    lastIteration: points.at(-1)?.lastIteration ?? 0,
    y: { domain: [1, 10], ticks: [1, 4, 7, 10], label: 'average relevance, 1 to 10' },
    marks: (width) => [
      Plot.lineY(rows, {
        x: 'x',
        y: 'y',
        stroke: 'var(--relevance)',
        strokeWidth: 2,
        strokeDasharray: '5 3',
      }),
      Plot.dot(rows, {
        x: 'x',
        y: 'y',
        r: dotRadius(rows.length),
        symbol: 'square',
        fill: 'var(--relevance)',
      }),
      ...ends.marks(rows),
      hoverColumns(rows, width),
    ],
  })
}

function figure(curve: Curve): Html {
  return plotForAllWidths(curve, (width) => ({
    height: curve.height,
    marginTop: 28,
    marginLeft: 38,
    marginRight: 18,
    marginBottom: 40,
    x: {
      domain: [0, Math.max(1, curve.lastIteration)],
      ticks: wholeTicks(curve.lastIteration, Math.min(curve.lastIteration, width > 500 ? 15 : 5)),
      tickFormat: (iteration: number) => String(iteration),
      label: 'iteration',
    },
    y: { ...curve.y, grid: true, tickFormat: (value: number) => String(value) },
    marks: curve.marks(width),
  }))
}

/** The first and the last value in words, and as labels beside their points. */
function endLabels(points: readonly CurvePoint[], label: (point: CurvePoint) => string) {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined)
    return { sentence: 'No iteration was finished.', marks: () => [] }
  return {
    sentence: `From ${label(first)} at ${iterationsOf(first)} to ${label(last)} at ${iterationsOf(last)}.`,
    marks: (rows: readonly { x: number; y: number; high?: number }[]) =>
      (points.length === 1 ? [0] : [0, rows.length - 1]).map((index) => {
        const row = rows[index] as { x: number; y: number; high?: number }
        return Plot.text([row], {
          x: 'x',
          y: row.high === undefined ? 'y' : 'high',
          text: () => label(points[index] as CurvePoint),
          textAnchor: index === 0 ? 'start' : 'end',
          dx: index === 0 ? 5 : 4,
          dy: -11,
          fontSize: 13,
          fontWeight: 600,
          fill: 'currentColor',
        })
      }),
  }
}

/** Unseen columns over the whole height, so that hovering anywhere near a point tells its figures. */
function hoverColumns(rows: readonly { x: number; title: string }[], width: number) {
  return Plot.ruleX(rows, {
    x: 'x',
    title: 'title',
    stroke: 'transparent',
    strokeWidth: Math.max(2, (width - 56) / Math.max(1, rows.length)),
  })
}

function dotRadius(points: number): number {
  return points <= 60 ? 3.5 : points <= 150 ? 2 : 0.75
}

/** One digit, for the table that stands beside the curves. */
export function intervalText(interval: readonly [number, number]): string {
  return `${fixed(interval[0] * 100, 1)} to ${fixed(interval[1] * 100, 1)}`
}
