import * as Plot from '@observablehq/plot'
import type { Estimate } from '../../lab/experiments/estimate.ts'
import { type Html, shortened } from '../html.ts'
import { type Drawing, plotDrawing, plotForAllWidths } from '../plot-drawing.ts'
import { wholeTicks } from '../ticks.ts'
import { apart } from './apart.ts'
import { type StrategyMark, strategyMark } from './strategy-mark.ts'

/** One line of a chart. */
export interface StrategyLine {
  readonly strategy: string
  /** By iteration, or by place of `along`, in the units of the axis. */
  readonly values: readonly Estimate[]
  /** Where it is no strategy. */
  readonly mark?: StrategyMark
}

export interface StrategyChart extends Omit<Drawing, 'description'> {
  readonly lines: readonly StrategyLine[]
  readonly axis: string
  /** Ends of the axis; taken from the values where left out. */
  readonly domain?: readonly [number, number]
  readonly digits: number
  /** `whole`: as wide as the page. `small`: one of many. */
  readonly size: 'whole' | 'small'
  /** What stands along the lower axis in place of iterations, in even steps. */
  readonly along?: { readonly label: string; readonly names: readonly string[] }
}

/** How far above the highest mean a band may reach; further up it is cut, and tables have its end. */
const BAND_REACH = 1.6
const SMALL = { width: 340, height: 210 }
const WHOLE_HEIGHT = 330
const LABEL_HEIGHT = 14
const MARGIN = { top: 24, bottom: 36, left: 36 }

/** A line a strategy by iteration with the band of its intervals, named where it ends. */
export function strategyChart(chart: StrategyChart): Html {
  const drawing = { id: chart.id, title: chart.title, description: description(chart) }
  return chart.size === 'small'
    ? plotDrawing(drawing, options(chart, SMALL.width, SMALL.height))
    : plotForAllWidths(drawing, (width) => options(chart, width, WHOLE_HEIGHT))
}

function options({ lines, axis, domain, digits, size, along }: StrategyChart, width: number, height: number) {
  const placeName = (place: number) => along?.names[place] ?? String(place)
  const last = Math.max(0, ...lines.map(({ values }) => values.length - 1))
  const [low, high] = domain ?? limits(lines)
  const plotHeight = height - MARGIN.top - MARGIN.bottom
  const unit = (high - low) / plotHeight
  const ends = lines.map(({ values }) => values.at(-1)?.mean ?? 0)
  const places = apart(ends, LABEL_HEIGHT * unit, [low + 4 * unit, high])
  const rows = lines.flatMap(({ strategy, values }) =>
    values.map(({ mean, interval }, iteration) => ({
      strategy,
      iteration,
      mean,
      low: interval?.[0] ?? mean,
      high: interval?.[1] ?? mean,
    })),
  )
  const every = Math.ceil((last + 1) / 16)
  return {
    width,
    height,
    marginTop: MARGIN.top,
    marginBottom: MARGIN.bottom,
    marginLeft: MARGIN.left,
    marginRight: size === 'small' ? 134 : 142,
    x: {
      domain: [0, Math.max(1, last)],
      ticks:
        along === undefined
          ? wholeTicks(last, width > 500 ? 15 : 5)
          : everySo(along.names, width > 500 ? 15 : 5),
      tickFormat: placeName,
      label: along?.label ?? 'iteration',
    },
    y: {
      domain: [low, high],
      grid: true,
      ticks: size === 'small' ? 4 : 6,
      tickFormat: (value: number) => String(value),
      label: axis,
    },
    marks: [
      ...lines.map(({ strategy, mark }) =>
        Plot.areaY(
          rows.filter((row) => row.strategy === strategy),
          {
            x: 'iteration',
            y1: 'low',
            y2: 'high',
            fill: (mark ?? strategyMark(strategy)).colour,
            fillOpacity: size === 'small' ? 0.07 : 0.1,
            clip: true,
          },
        ),
      ),
      ...lines.flatMap(({ strategy, values, mark }, index) => {
        const { colour, dash, symbol } = mark ?? strategyMark(strategy)
        const own = rows.filter((row) => row.strategy === strategy)
        const end = { iteration: values.length - 1, place: places[index], mean: ends[index] }
        return [
          Plot.lineY(own, {
            x: 'iteration',
            y: 'mean',
            stroke: colour,
            strokeWidth: 2,
            ...(dash === '' ? {} : { strokeDasharray: dash }),
          }),
          Plot.dot(
            own.filter(({ iteration }) => iteration % every === 0 || iteration === last),
            {
              x: 'iteration',
              y: 'mean',
              r: size === 'small' ? 2.4 : 3.2,
              symbol: symbol as never,
              fill: symbol === 'times' || symbol === 'plus' ? 'none' : colour,
              stroke: colour,
              strokeWidth: 1.6,
              title: (row: (typeof rows)[number]) =>
                `${strategy}, ${along?.label ?? 'iteration'} ${placeName(row.iteration)}: ${row.mean.toFixed(digits)} (${row.low.toFixed(digits)} to ${row.high.toFixed(digits)})`,
            },
          ),
          // From the line's end to where its name found room.
          Plot.link([end], {
            x1: 'iteration',
            x2: 'iteration',
            y1: 'mean',
            y2: 'place',
            stroke: colour,
            strokeWidth: 1,
            dx: 6,
          }),
          Plot.text([end], {
            x: 'iteration',
            y: 'place',
            text: () => `${ends[index]?.toFixed(digits)} ${shortName(strategy)}`,
            textAnchor: 'start',
            dx: 11,
            fontSize: size === 'small' ? 11 : 12,
            fontWeight: 600,
            fill: colour,
          }),
        ]
      }),
    ],
  } satisfies Plot.PlotOptions
}

/** Places of names, not so many that they would touch. */
function everySo(names: readonly string[], most: number): number[] {
  const step = Math.ceil(names.length / most)
  return [...names.keys()].filter((place) => place % step === 0)
}

/** From zero to the bands, or to well above the means where bands are much wider. */
function limits(lines: readonly StrategyLine[]): readonly [number, number] {
  const all = lines.flatMap(({ values }) => values)
  const highest = Math.max(0.1, ...all.map(({ mean }) => mean))
  const reach = Math.max(highest, ...all.map(({ interval }) => interval?.[1] ?? 0))
  return [0, Math.min(reach, highest * BAND_REACH) * 1.04]
}

function description({ lines, digits }: StrategyChart): string {
  return lines
    .map(
      ({ strategy, values }) =>
        `${strategy}: from ${values[0]?.mean.toFixed(digits)} to ${values.at(-1)?.mean.toFixed(digits)}`,
    )
    .join('; ')
}

/** A label in brackets stays whole, whatever is cut. */
function shortName(strategy: string): string {
  const label = /\((matched)\)$/.exec(strategy)
  if (label === null) return shortened(strategy, 18)
  return `${shortened(strategy.slice(0, label.index).trimEnd(), 9)} (${label[1]})`
}
